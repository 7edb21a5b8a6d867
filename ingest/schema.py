"""Brings one package's own PostgreSQL schema up to date by alembic. Holds no table itself."""

from __future__ import annotations

from pathlib import Path
from typing import Final

from alembic import command, context
from alembic.config import Config
from alembic.script import ScriptDirectory
from sqlalchemy import Connection, create_engine, make_url, text

_LOCK: Final = 0x6865617274680001
"""Of PostgreSQL's advisory locks: two processes that start together migrate one after the other."""


def upgrade_schema(database_url: str, *, schema: str, scripts: Path, version: str = "head") -> None:
    """Run what has not run yet of the migrations in the folder `scripts`, up to a version; a URL as libpq
    understands it."""
    engine = create_engine(make_url(database_url).set(drivername="postgresql+psycopg"))
    try:
        with engine.begin() as connection:
            connection.execute(text("select pg_advisory_xact_lock(:lock)"), {"lock": _LOCK})
            connection.execute(text(f"create schema if not exists {schema}"))
            command.upgrade(_config(connection, schema, scripts), version)
    finally:
        engine.dispose()


def newest_version(scripts: Path) -> str:
    """Of the migrations in this folder."""
    return ScriptDirectory(str(scripts)).get_current_head() or ""


def run_migrations() -> None:
    """For a package's `env.py`: on the connection given, with the version table in its own schema."""
    attributes = context.config.attributes
    context.configure(connection=attributes["connection"], version_table_schema=attributes["schema"])
    with context.begin_transaction():
        context.run_migrations()


def _config(connection: Connection, schema: str, scripts: Path) -> Config:
    config = Config()
    config.set_main_option("script_location", str(scripts))
    config.attributes.update(connection=connection, schema=schema)
    return config
