"""Brings a database back from a backup: recovered aside, then a new lineage, and only then at its place."""

from __future__ import annotations

import shutil
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from msgspec import Struct
from msgspec.structs import replace
from psycopg import Connection

from ingest.backups import recovery, tools, wal
from ingest.backups.backup import Backup, latest
from ingest.backups.recovery import Place, Point
from ingest.backups.shelf import Shelf
from ingest.files import sync_folder
from ingest.lineage.life import Life, Restored, change_life, read_life
from ingest.postgres import Account, default_account, is_serving


class RestoreError(Exception):
    """Nothing was changed; the message says what to do."""


@dataclass(frozen=True, slots=True)
class Wish:
    """From which backup (else the fitting one), up to which moment (else as far as the log goes).

    `forgotten`: even if gateways may have forgotten what it lacks."""

    name: str | None = None
    until: datetime | None = None
    forgotten: bool = False


@dataclass(frozen=True, slots=True)
class Plan:
    """`life` is the folder with the lineage, `into` the database's new folder of data. `repair` is done to
    the database before anybody else can reach it."""

    shelf: Shelf
    life: Path
    into: Path
    repair: Callable[[Connection], None]
    binaries: Path | None = None


class Done(Struct, frozen=True):
    """The database is back as it was at `since`; `life` is to be announced."""

    backup: str
    since: datetime
    life: Life


def restore(plan: Plan, wish: Wish, *, now: Callable[[], datetime]) -> Done:
    """Raises RestoreError, ShelfError, ToolError or PostgresError; then all is as before."""
    with plan.shelf.alone():
        backup = _chosen(plan, wish)
        if is_serving(plan.into):
            raise RestoreError(f"a server is running on {plan.into}: stop it, and everything that uses it")
        programs = plan.binaries or tools.binaries(backup.version)
        tools.verify(programs, plan.shelf.data(backup))
        place = Place(plan.into.with_name(f"{plan.into.name}.restoring"), _account(plan.into))
        point = _recover(plan, place, backup, programs, wish.until)
        life = change_life(plan.life, lambda life: reborn(life, point, now()))
        _move_in(plan, place, life)
    return Done(backup.name, point.since, life)


def reborn(life: Life, point: Point, now: datetime) -> Life:
    """The next lineage, that of the database which a recovery has left. What gateways may forget stays: no
    backup lacks it, and none of their new receipts is as old."""
    n = life.n + 1
    restored = Restored(n, since=point.since, until=now)
    return replace(
        life, n=n, restores=(*life.restores, restored), database=f"{point.cluster}/{point.timeline}"
    )


def _chosen(plan: Plan, wish: Wish) -> Backup:
    backup = plan.shelf.named(wish.name) if wish.name else latest(plan.shelf.backups(), wish.until)
    if backup is None:
        raise RestoreError("no backup was complete by then: `hearthline backup list` names them")
    if wish.until is not None and wish.until < backup.ended_at:
        raise RestoreError(f"{backup.name} was complete only at {backup.ended_at.isoformat()}")
    life = read_life(plan.life)
    if life.n < backup.lineage:
        raise RestoreError(
            f"{plan.life} tells of lineage {life.n}, the backup was made in {backup.lineage}: with an older"
            " lineage no gateway would send again. Bring back the newest lineage.json first"
        )
    if backup.holds_before < life.safe_before and not wish.forgotten:
        raise RestoreError(
            f"gateways may have forgotten what they sent before {life.safe_before.isoformat()}, and"
            f" {backup.name} may lack some of it; --even-if-forgotten restores it all the same"
        )
    return backup


def _recover(plan: Plan, place: Place, backup: Backup, programs: Path, until: datetime | None) -> Point:
    log = [file for file in plan.shelf.log(backup.cluster) if wal.serves(file.name, backup)]
    place.furnish(plan.shelf.data(backup), log)

    def finish(connection: Connection) -> None:
        if log:
            recovery.keep_log(connection)
        plan.repair(connection)

    point = recovery.recover(place, backup, programs, until=until, finish=finish)
    # Whoever restores again must find this timeline taken, even if nothing of it was archived.
    history = f"{point.timeline:08X}.history"
    shutil.copy(
        place.data / "pg_wal" / history, plan.shelf.log_folder(point.cluster, point.timeline) / history
    )
    return point


def _move_in(plan: Plan, place: Place, life: Life) -> None:
    """What stood there stays, under another name."""
    if plan.into.exists():
        plan.into.rename(plan.into.with_name(f"{plan.into.name}.before-lineage-{life.n}"))
    place.data.rename(plan.into)
    sync_folder(plan.into.parent)
    shutil.rmtree(place.folder)


def _account(into: Path) -> Account:
    """The owner of what stood there or of the folder around it; for the embedded server, nobody."""
    found = (into if into.exists() else into.parent).stat()
    return Account(found.st_uid, found.st_gid) if found.st_uid else default_account()
