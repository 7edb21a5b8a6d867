"""`hearthline db`: prepare a database."""

from __future__ import annotations

from typing import Annotated

import typer
from sqlalchemy.exc import OperationalError

from hearthline import tables
from hearthline.commands import new_app
from hearthline.output import fail, tell

app = new_app("Prepare the database.")


@app.callback()
def _db() -> None:
    """Keeps `upgrade` a word of its own, although it is the only one."""


@app.command()
def upgrade(
    database_url: Annotated[
        str, typer.Option(envvar="INGEST_DATABASE_URL", help="PostgreSQL, as libpq understands it.")
    ],
) -> None:
    """Bring the tables to the newest version."""
    try:
        tables.upgrade(database_url)
    except OperationalError as error:
        fail(f"the database does not answer: {error.orig}")
    tell("The tables are up to date.")
