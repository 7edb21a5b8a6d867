"""The tables of all server packages, in one database. Holds none itself."""

from __future__ import annotations

import alerts.migrations
import clinician_api.migrations
import ingest.migrations


def upgrade(database_url: str) -> None:
    """Bring every package's tables to the newest version. `database_url` as libpq understands it."""
    for package in (ingest.migrations, alerts.migrations, clinician_api.migrations):
        package.upgrade(database_url)
