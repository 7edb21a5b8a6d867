"""`hearthline restore`: the database as it was, in a new lineage: gateways send again what it lacks."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path
from typing import Annotated

import typer
from psycopg import Connection

from hearthline import backing_up, ingesting
from hearthline.backing_up import Folder
from hearthline.commands import command_app
from hearthline.ingesting import AsJson, Data
from hearthline.output import answer, tell
from ingest.backups.restoring import Done, Plan, Wish
from ingest.backups.restoring import restore as bring_back
from ingest.lineage import revocations

app = command_app("restore")


@app.callback(invoke_without_command=True)
def restore(
    backup: Annotated[
        str | None, typer.Option(help="Its name; else the newest that was complete by the moment.")
    ] = None,
    to_time: Annotated[
        datetime | None,
        typer.Option(
            formats=["%Y-%m-%dT%H:%M:%S%z", "%Y-%m-%dT%H:%M:%S.%f%z"],
            help="As it was at this moment (2026-11-28T13:00:00+08:00); else as far as the log goes.",
        ),
    ] = None,
    into: Annotated[
        Path | None, typer.Option(help="The server's folder of data; else the embedded one's.")
    ] = None,
    even_if_forgotten: Annotated[
        bool, typer.Option("--even-if-forgotten", help="From a backup that gateways no longer provide for.")
    ] = False,
    folder: Folder = None,
    data: Data = None,
    as_json: AsJson = False,
) -> None:
    """Recover the database from a backup and its log. First stop the server and all that uses it; its folder
    is kept under another name. Gateways then send again what came after, and the ledger says `unknown` of
    that time until they have."""
    where = ingesting.read_settings(data=data)
    settings = backing_up.read_settings(folder=folder)
    life = backing_up.life_folder(where)
    wish = Wish(backup, to_time, forgotten=even_if_forgotten)
    place = (into or where.data / "postgresql").resolve()
    plan = Plan(backing_up.shelf(settings), life, place, _revoking(life), settings.binaries)
    with backing_up.telling():
        done = bring_back(plan, wish, now=lambda: datetime.now(UTC))
    if as_json:
        answer(done)
    tell(_words(done, place))


def _revoking(folder: Path) -> Callable[[Connection], None]:
    return lambda connection: revocations.repeat(connection, revocations.read_revoked(folder))


def _words(done: Done, into: Path) -> str:
    since = done.since.isoformat(timespec="seconds")
    return (
        f"{into} holds backup {done.backup} with its log up to {since}; lineage {done.life.n} begins."
        " Start the server and `hearthline ingest run`, then take a backup"
    )
