"""How alembic runs here: on the connection it is given, with its version table in our own schema."""

from __future__ import annotations

from alembic import context

from ingest.migrations import SCHEMA

context.configure(
    connection=context.config.attributes["connection"],
    version_table_schema=SCHEMA,
)
with context.begin_transaction():
    context.run_migrations()
