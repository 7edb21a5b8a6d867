"""Where alembic enters."""

from __future__ import annotations

from ingest.schema import run_migrations

run_migrations()
