"""`hearthline ingest months` and `retire`: which months of readings stand, and those that go."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import Annotated, Final

import psycopg
import typer

from hearthline import ingesting
from hearthline.commands import new_app
from hearthline.ingesting import AsJson, Data, DatabaseUrl
from hearthline.output import answer, fail, tell
from ingest.months import Month
from ingest.retention import MonthState, ahead, hindrance
from ingest.store.archive import ArchiveError
from ingest.store.months import AHEAD, leaving, standing
from ingest.store.ordering import in_order
from ingest.store.retiring import bring_back, detach, finish, state_of
from ingest.store.steps import Deed

app = new_app("The months of readings that stand, and those that were retired.")

_FEWEST: Final = AHEAD // 2
"""With fewer months ahead than this whoever creates them has not run for months."""

Folder = Annotated[
    Path, typer.Argument(exists=True, file_okay=False, writable=True, help="Folder of the archives.")
]


@app.command(name="list")
def list_months(as_json: AsJson = False, database_url: DatabaseUrl = None, data: Data = None) -> None:
    """The months that take readings. Ends with 1 if too few stand ready: is a worker running?"""
    with ingesting.connect(ingesting.read_settings(data=data, database_url=database_url)) as connection:
        found, ordered = standing(connection), in_order(connection)
    ready = ahead(found, datetime.now(UTC))
    if as_json:
        in_key_order = [str(each) for each in ordered]
        answer({"months": [str(each) for each in found], "in_order": in_key_order, "ahead": ready})
    else:
        for month in found:
            typer.echo(f"{month}  in order" if month in ordered else month)
        tell(f"{ready} months stand ready after this one")
    if ready < _FEWEST:
        raise typer.Exit(1)


@app.command(name="bring-back")
def bring_month_back(
    relation: Annotated[str, typer.Argument(help="As `retire` named it, such as retired_2023_01_1.")],
    folder: Folder,
    database_url: DatabaseUrl = None,
    data: Data = None,
) -> None:
    """Put a retired month's readings back where they were, from its archive."""
    with ingesting.connect(ingesting.read_settings(data=data, database_url=database_url)) as connection:
        try:
            tell(f"{bring_back(connection, relation, folder)} rows are back")
        except ArchiveError as error:
            fail(str(error))


def retire(
    before: Annotated[str, typer.Argument(help="The first month that stays, such as 2024-01.")],
    folder: Folder,
    by: Annotated[str, typer.Option(help="Who does it: an id, kept with the month.")],
    why: Annotated[str, typer.Option(help="Why, kept with the month.")],
    drop: Annotated[
        bool, typer.Option("--drop", help="Drop what was archived and read back; else it stays, detached.")
    ] = False,
    dry_run: Annotated[bool, typer.Option("--dry-run", help="Only say what would go.")] = False,
    database_url: DatabaseUrl = None,
) -> None:
    """Detach old months of readings, archive them, read the archives back. Identities are never dropped."""
    first, deed = _month(before), Deed(by, why, datetime.now(UTC))
    with ingesting.connect(ingesting.read_settings(database_url=database_url)) as connection:
        going = [*leaving(connection), *_going(connection, first, deed.at)]
        if dry_run:
            return answer({"would_retire": [str(each) for each in going]})
        for month in going:
            detach(connection, month, deed)
        try:
            return answer(finish(connection, folder, deed.at, drop=drop))
        except ArchiveError as error:
            fail(f"{error}: nothing was dropped; remove the file and call again")


def _month(text: str) -> Month:
    try:
        return Month.parse(text)
    except ValueError as error:
        raise typer.BadParameter(f"{text} is no month: 2024-01", param_hint="BEFORE") from error


def _going(connection: psycopg.Connection, first: Month, now: datetime) -> Sequence[Month]:
    """Those before `first` that may go; of the others it is told why not."""
    states = [state_of(connection, month) for month in standing(connection) if month < first]
    for state in states:
        tell(f"{state.month}: {_words(state, now)}")
    return [state.month for state in states if hindrance(state, now) is None]


def _words(state: MonthState, now: datetime) -> str:
    match hindrance(state, now):
        case "young":
            return "stays: less than 25 months ago"
        case "stirring":
            return "stays: something was stored of it in the last 30 days"
        case "followed":
            return "stays: a copy or a count has not taken all of it over"
        case _:
            return f"goes, with {state.rows} rows"
