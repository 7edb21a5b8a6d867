"""`hearthline ingest quarantine`: what could not be accepted, and what people do about it."""

from __future__ import annotations

import sys
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path
from typing import Annotated
from uuid import UUID
from zoneinfo import ZoneInfo

import psycopg
import typer

from hearthline import ingesting
from hearthline.commands import new_app
from hearthline.ingesting import AsJson, Data, DatabaseUrl
from hearthline.output import answer, fail, tell
from ingest.desk import quarantine as desk
from ingest.lineage.life import read_life
from ingest.store.group import Store
from ingest.store.quarantined import Filter, Step, quarantined, shown, tally
from ingest.store.steps import Deed

app = new_app("What could not be accepted.")

Item = Annotated[int, typer.Argument(help="The item's number in the list.")]
By = Annotated[str, typer.Option(help="Who does it: an id, kept with the item.")]
Why = Annotated[str, typer.Option(help="Why, kept with the item.")]


@app.command(name="list")
def list_items(
    most: Annotated[int, typer.Option(min=1, help="How many, those seen last.")] = 50,
    waiting: Annotated[
        bool, typer.Option("--waiting", help="Only what is neither replayed nor closed.")
    ] = False,
    kind: Annotated[str | None, typer.Option(help="Only this kind.")] = None,
    gateway: Annotated[UUID | None, typer.Option(help="Only of this gateway.")] = None,
    as_json: AsJson = False,
    database_url: DatabaseUrl = None,
    data: Data = None,
) -> None:
    """What could not be accepted, with the reason and how often it came."""
    with ingesting.connect(ingesting.read_settings(data=data, database_url=database_url)) as connection:
        items = quarantined(connection, most, Filter(kind, gateway, waiting))
        sums: Counter[tuple[str, str]] = Counter()
        for one in tally(connection):
            sums[one.kind, one.state] += one.items
    if as_json:
        return answer(items)
    for item in items:
        seen = item.last_at.isoformat(timespec="seconds")
        words = f"{item.state:8}  {item.kind:15}  {item.source}  {item.reason}"
        typer.echo(f"{item.id:8}  {seen}  {item.times:4} x  {words}")
    return tell("; ".join(f"{number} {kind} {state}" for (kind, state), number in sorted(sums.items())))


@app.command()
def show(item: Item, as_json: AsJson = False, database_url: DatabaseUrl = None, data: Data = None) -> None:
    """One item with its bytes and what was done about it. Its bytes may hold readings."""
    with ingesting.connect(ingesting.read_settings(data=data, database_url=database_url)) as connection:
        whole = shown(connection, item)
    if whole is None:
        fail(f"there is no item {item} in quarantine")
    if as_json:
        return answer(whole)
    typer.echo(f"{whole.item.kind} of {whole.item.source}: {whole.item.reason} ({whole.item.state})")
    typer.echo(whole.payload)
    for step in whole.steps:
        typer.echo(_words(step))
    return None


@app.command()
def fix(
    item: Item,
    by: By,
    why: Why,
    file: Annotated[
        Path | None,
        typer.Argument(exists=True, dir_okay=False, help="The reading or body as JSON; else stdin."),
    ] = None,
    as_json: AsJson = False,
    database_url: DatabaseUrl = None,
    data: Data = None,
) -> None:
    """Say what a refused reading or a rejected batch's body should have been. What came stays as it came."""
    given = sys.stdin.buffer.read() if file is None else file.read_bytes()
    deed = Deed(by, why, datetime.now(UTC))
    with _at_desk(database_url, data) as (connection, _):
        _say(lambda: desk.fix(connection, item, given, deed), as_json=as_json)


@app.command()
def replay(
    item: Item, by: By, why: Why, as_json: AsJson = False, database_url: DatabaseUrl = None, data: Data = None
) -> None:
    """Bring an item through the door once more, as it was put right or else as it came. Fails if refused."""
    deed = Deed(by, why, datetime.now(UTC))
    with _at_desk(database_url, data) as (connection, store):
        step = _say(lambda: desk.replay(store, connection, item, deed), as_json=as_json)
    if step.outcome != "stored":
        fail(f"nothing was stored: {step.reason}")


@app.command()
def close(
    item: Item, by: By, why: Why, as_json: AsJson = False, database_url: DatabaseUrl = None, data: Data = None
) -> None:
    """Say that nothing more is to be done about an item. Its bytes stay."""
    deed = Deed(by, why, datetime.now(UTC))
    with _at_desk(database_url, data) as (connection, _):
        _say(lambda: desk.close(connection, item, deed), as_json=as_json)


@contextmanager
def _at_desk(database_url: str | None, data: Path | None) -> Iterator[tuple[psycopg.Connection, Store]]:
    settings = ingesting.read_settings(data=data, database_url=database_url)
    lineage, region = read_life(settings.data).n, ZoneInfo(settings.region)
    with ingesting.connect(settings) as connection:
        yield connection, Store(connection, lineage=lineage, region=region, at=lambda _point: None)


def _say(deed: Callable[[], Step], *, as_json: bool) -> Step:
    try:
        step = deed()
    except desk.DeskError as error:
        fail(str(error))
    if as_json:
        answer(step)
    else:
        typer.echo(_words(step))
    return step


def _words(step: Step) -> str:
    when = step.at.isoformat(timespec="seconds")
    came = f" -> {step.outcome}" if step.outcome else ""
    return f"{when}  {step.step}{came} by {step.by}: {step.why}" + (
        f" ({step.reason})" if step.reason else ""
    )
