"""`hearthline ingest reading`: what people say of one stored reading, and all that was ever said of it."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path
from typing import Annotated
from uuid import UUID

import msgspec
import psycopg
import typer

from hearthline import ingesting
from hearthline.commands import new_app
from hearthline.ingesting import AsJson, Data, DatabaseUrl
from hearthline.output import answer, fail, tell
from ingest.desk import revision as desk
from ingest.store.corrections import COLUMNS, Correction
from ingest.store.revisions import Revision, revisions
from ingest.store.steps import Deed

app = new_app("One stored reading: whose it is, and what it was.")

Meter = Annotated[str, typer.Argument(help="The meter's key.")]
Reading = Annotated[UUID, typer.Argument(help="The reading's id.")]
By = Annotated[str, typer.Option(help="Who says it: an id, kept with the reading.")]
Why = Annotated[str, typer.Option(help="Why, kept with the reading.")]


@app.command()
def show(
    meter: Meter,
    reading: Reading,
    as_json: AsJson = False,
    database_url: DatabaseUrl = None,
    data: Data = None,
) -> None:
    """Every row there ever was of it, the one in force last. Holds no values."""
    with ingesting.connect(ingesting.read_settings(data=data, database_url=database_url)) as connection:
        rows = revisions(connection, (meter, reading))
    if not rows:
        fail("no such reading is stored, or its month is archived")
    if as_json:
        return answer(rows)
    for row in rows:
        typer.echo(_words(row))
    return None


@app.command()
def reattribute(
    meter: Meter,
    reading: Reading,
    resident: Annotated[UUID, typer.Argument(help="Whose it is.")],
    by: By,
    why: Why,
    database_url: DatabaseUrl = None,
    data: Data = None,
) -> None:
    """It is this resident's. Whoever had it keeps a row that says so no more; both are judged again."""
    key, deed = (meter, reading), Deed(by, why, datetime.now(UTC))
    _say(database_url, data, lambda connection: desk.reattribute(connection, key, resident, deed))


@app.command()
def withdraw(
    meter: Meter, reading: Reading, by: By, why: Why, database_url: DatabaseUrl = None, data: Data = None
) -> None:
    """It is nobody's that we know of: it waits, and only a person gives it an owner."""
    key, deed = (meter, reading), Deed(by, why, datetime.now(UTC))
    _say(database_url, data, lambda connection: desk.withdraw(connection, key, deed))


@app.command()
def correct(
    meter: Meter,
    reading: Reading,
    change: Annotated[
        list[str],
        typer.Argument(help="quality=ok|implausible|device_error|control_solution, meal=…, is_duplicate=no."),
    ],
    by: By,
    why: Why,
    database_url: DatabaseUrl = None,
    data: Data = None,
) -> None:
    """It was otherwise than it said of itself. Its numbers and its time stay the meter's."""
    key, correction, deed = (meter, reading), _correction(change), Deed(by, why, datetime.now(UTC))
    _say(database_url, data, lambda connection: desk.correct(connection, key, correction, deed))


def _correction(words: list[str]) -> Correction:
    said: dict[str, object] = dict(word.partition("=")[::2] for word in words)
    if said.get("is_duplicate") == "no":
        said["is_duplicate"] = False
    if not said.keys() <= COLUMNS.keys():
        raise typer.BadParameter(f"only {', '.join(COLUMNS)} can be corrected", param_hint="CHANGE")
    try:
        return msgspec.convert(said, Correction)
    except msgspec.ValidationError as error:
        raise typer.BadParameter(f"{' '.join(words)}: {error}", param_hint="CHANGE") from error


def _say(
    database_url: str | None, data: Path | None, deed: Callable[[psycopg.Connection], desk.Revised]
) -> None:
    with ingesting.connect(ingesting.read_settings(data=data, database_url=database_url)) as connection:
        try:
            revised = deed(connection)
        except desk.RevisionError as error:
            fail(str(error))
    tell("it stood so already" if not revised.changed else "said; it is judged again")
    answer(revised)


def _words(row: Revision) -> str:
    when = (row.attributed_at or row.stored_at).isoformat(timespec="seconds")
    owner = "waits for an owner" if row.resident is None else f"{row.resident} by {row.attributed_by}"
    taken = "  no more" if row.withdrawn else ""
    said = f"  corrected: {', '.join(row.corrected)}" if row.corrected else ""
    return f"{row.revision:4}  {when}  {owner}{taken}  {row.quality}{said}"
