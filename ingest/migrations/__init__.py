"""The tables of schema `ingest`, kept up to date by alembic. Other packages keep theirs elsewhere."""

from __future__ import annotations

from pathlib import Path
from typing import Final

from alembic import command
from alembic.config import Config
from sqlalchemy import Connection, create_engine, make_url, text

SCHEMA: Final = "ingest"

_LOCK: Final = 0x6865617274680001
"""Of PostgreSQL's advisory locks: two processes that start together migrate one after the other."""


def upgrade(database_url: str) -> None:
    """Bring the tables to the newest version. `database_url` as libpq understands it."""
    engine = create_engine(make_url(database_url).set(drivername="postgresql+psycopg"))
    try:
        with engine.begin() as connection:
            connection.execute(text("select pg_advisory_xact_lock(:lock)"), {"lock": _LOCK})
            connection.execute(text(f"create schema if not exists {SCHEMA}"))
            command.upgrade(_config(connection), "head")
    finally:
        engine.dispose()


def _config(connection: Connection) -> Config:
    config = Config()
    config.set_main_option("script_location", str(Path(__file__).parent))
    config.attributes["connection"] = connection
    return config
