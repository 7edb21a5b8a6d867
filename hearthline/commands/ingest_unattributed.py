"""`hearthline ingest unattributed`: readings that wait for an owner, and what people do about them."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path
from typing import Annotated
from uuid import UUID

import psycopg
import typer

from hearthline import ingesting
from hearthline.commands import new_app
from hearthline.ingesting import AsJson, Data, DatabaseUrl
from hearthline.output import answer, fail, tell
from ingest.desk import reading as desk
from ingest.desk.unattributed import Waiting, WhichWaiting, count_unattributed, unattributed
from ingest.store.reading_steps import ReadingStep
from ingest.store.steps import Deed

app = new_app("Readings that wait for an owner.")

Meter = Annotated[str, typer.Argument(help="The meter's key, as the list has it.")]
Reading = Annotated[UUID, typer.Argument(help="The reading's id, as the list has it.")]
By = Annotated[str, typer.Option(help="Who does it: an id, kept with the reading.")]
Why = Annotated[str, typer.Option(help="Why, kept with the reading.")]


@app.command(name="list")
def list_readings(
    home: Annotated[UUID | None, typer.Option(help="Only from this home.")] = None,
    meter: Annotated[str | None, typer.Option(help="Only of this meter.")] = None,
    dismissed: Annotated[
        bool, typer.Option("--dismissed", help="Those of which somebody said that they are nobody's.")
    ] = False,
    most: Annotated[int, typer.Option(min=1, help="How many, those stored last.")] = 50,
    as_json: AsJson = False,
    database_url: DatabaseUrl = None,
    data: Data = None,
) -> None:
    """Readings without an owner, and who of that home might be it. No values: pages show those."""
    which = WhichWaiting(home=home, meter=meter, dismissed=dismissed)
    with ingesting.connect(ingesting.read_settings(data=data, database_url=database_url)) as connection:
        rows = unattributed(connection, which, most=most)
        number = count_unattributed(connection, which)
    if as_json:
        return answer(rows)
    for row in rows:
        typer.echo(_line(row))
    return tell(f"{number} readings {'are nobody’s' if dismissed else 'wait for an owner'}")


@app.command()
def attribute(
    meter: Meter,
    reading: Reading,
    resident: Annotated[UUID, typer.Option(help="Whose it is.")],
    by: By,
    why: Why,
    database_url: DatabaseUrl = None,
    data: Data = None,
) -> None:
    """Give a waiting reading to a resident. It is judged as one that comes late. Prints the step as JSON."""
    deed = Deed(by, why, datetime.now(UTC))
    _do(database_url, data, lambda found: desk.attribute(found, (meter, reading), resident, deed))


@app.command()
def dismiss(
    meter: Meter, reading: Reading, by: By, why: Why, database_url: DatabaseUrl = None, data: Data = None
) -> None:
    """Say that a waiting reading is nobody's whom we know. No binding takes it later. Prints the step as
    JSON."""
    deed = Deed(by, why, datetime.now(UTC))
    _do(database_url, data, lambda found: desk.dismiss(found, (meter, reading), deed))


def _do(
    database_url: str | None, data: Path | None, deed: Callable[[psycopg.Connection], ReadingStep]
) -> None:
    with ingesting.connect(ingesting.read_settings(data=data, database_url=database_url)) as connection:
        try:
            answer(deed(connection))
        except desk.ReadingDeskError as error:
            fail(str(error))


def _line(row: Waiting) -> str:
    slot = "-" if row.slot is None else row.slot
    taken = row.taken_at.isoformat(timespec="minutes")
    words = f"{row.meter}  {row.reading_id}  {row.kind}  slot {slot}  taken {taken}  home {row.home}"
    if row.dismissed is not None:
        return f"{words}  {row.dismissed.by}: {row.dismissed.why}"
    return f"{words}  perhaps {', '.join(map(str, row.candidates)) or 'nobody'}"
