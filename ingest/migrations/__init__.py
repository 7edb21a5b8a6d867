"""The tables of schema `ingest`, kept up to date by alembic. Other packages keep theirs elsewhere."""

from __future__ import annotations

from pathlib import Path
from typing import Final

from ingest.schema import upgrade_schema

SCHEMA: Final = "ingest"


def upgrade(database_url: str, version: str = "head") -> None:
    """Bring the tables to a version, the newest if none is named. `database_url` as libpq understands it."""
    upgrade_schema(database_url, schema=SCHEMA, scripts=Path(__file__).parent, version=version)
