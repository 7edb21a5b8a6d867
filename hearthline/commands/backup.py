"""`hearthline backup`: copies of the whole database from which it can be restored. Decides nothing."""

from __future__ import annotations

from datetime import datetime
from pathlib import Path
from typing import Annotated

import typer

from clinician_api.clock import utc_now
from clinician_api.health import finding
from hearthline import backing_up, ingesting
from hearthline.backing_up import Binaries, Folder
from hearthline.commands import command_app
from hearthline.ingesting import AsJson, Data, DatabaseUrl
from hearthline.output import answer, fail, tell
from ingest.backups import tools
from ingest.backups.archive import receive
from ingest.backups.backup import Backup
from ingest.backups.taking import Plan, take
from ingest.backups.wal import reaches
from ingest.lineage.life import read_life

app = command_app("backup")
app.info.no_args_is_help = False


@app.callback(invoke_without_command=True)
def backup(
    context: typer.Context,
    folder: Folder = None,
    keep: Annotated[int | None, typer.Option(min=1, help="How many stay (BACKUP_KEEP, else 7).")] = None,
    binaries: Binaries = None,
    database_url: DatabaseUrl = None,
    data: Data = None,
    as_json: AsJson = False,
) -> None:
    """Copy the running database and verify the copy. The oldest copies go, and gateways may forget what all
    that stay hold."""
    if context.invoked_subcommand is not None:
        return
    where = ingesting.read_settings(data=data, database_url=database_url)
    settings = backing_up.read_settings(folder=folder, keep=keep, binaries=binaries)
    life, shelf = backing_up.life_folder(where), backing_up.shelf(settings)
    with backing_up.telling():
        made = take(Plan(backing_up.database_url(where), shelf, life, settings.keep, settings.binaries))
    if as_json:
        answer(made)
    tell(
        f"{_words(made)}; gateways may forget what was receipted before {_time(read_life(life).safe_before)}"
    )


@app.command()
def drilled(folder: Folder = None) -> None:
    """Put down that a restore was tried today and came out right: `hearthline health` counts from here."""
    settings = backing_up.read_settings(folder=folder)
    if not settings.folder.is_dir():
        fail(f"there is no folder {settings.folder}")
    finding.drilled(settings.folder, utc_now())


@app.command()
def wal(
    folder: Folder = None, binaries: Binaries = None, database_url: DatabaseUrl = None, data: Data = None
) -> None:
    """Write the database's log down as it is made, until stopped: with it any moment can be restored."""
    url = backing_up.database_url(ingesting.read_settings(data=data, database_url=database_url))
    settings = backing_up.read_settings(folder=folder, binaries=binaries)
    with backing_up.telling():
        receive(url, backing_up.shelf(settings), settings.binaries)


@app.command(name="list")
def list_backups(folder: Folder = None, as_json: AsJson = False) -> None:
    """The backups that may be restored, the oldest first, and the last file of the log that follows each
    without a gap."""
    shelf = backing_up.shelf(backing_up.read_settings(folder=folder))
    with backing_up.telling():
        found = shelf.backups()
    if as_json:
        answer(found)
    for each in () if as_json else found:
        last = reaches((file.name for file in shelf.log(each.cluster)), each)
        typer.echo(f"{_words(each)}  log to {last or 'its own end'}")


@app.command()
def verify(folder: Folder = None, binaries: Binaries = None, as_json: AsJson = False) -> None:
    """Read every backup again, against the checksums it was made with. Ends with 1 if one is damaged."""
    settings = backing_up.read_settings(folder=folder, binaries=binaries)
    shelf = backing_up.shelf(settings)
    with backing_up.telling():
        damaged = [
            each.name for each in shelf.backups() if not _is_whole(each, settings.binaries, shelf.data(each))
        ]
    if as_json:
        answer({"damaged": damaged})
    if damaged:
        fail(f"damaged: {', '.join(damaged)}; take a new backup now")
    tell("all backups are whole")


def _is_whole(backup: Backup, binaries: Path | None, data: Path) -> bool:
    programs = binaries or tools.binaries(backup.version)
    try:
        tools.verify(programs, data)
    except tools.ToolError as error:
        tell(f"{backup.name}: {error.said}")
        return False
    return True


def _words(backup: Backup) -> str:
    complete, size = _time(backup.ended_at), f"{backup.bytes / 1e6:.0f} MB"
    return f"{backup.name}  complete {complete}  lineage {backup.lineage}  {size}"


def _time(moment: datetime) -> str:
    return moment.isoformat(timespec="seconds")
