"""Takes a backup, verifies it, lets the oldest go, and only then moves what gateways may forget."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Final

import psycopg
from msgspec.structs import replace
from psycopg import Connection

from ingest.backups import backup as rules
from ingest.backups import tools
from ingest.backups.backup import Backup
from ingest.backups.shelf import Shelf, size
from ingest.lineage.identity import cluster_and_timeline
from ingest.lineage.life import Life, change_life

_FIRST_WAL: Final = re.compile(r"^START WAL LOCATION: .* \(file ([0-9A-F]{24})\)$", re.MULTILINE)


class BackupError(Exception):
    """Nothing was changed; the message says what to do."""


@dataclass(frozen=True, slots=True)
class Plan:
    """`life` is the folder with the lineage, `keep` how many backups stay, `binaries` where PostgreSQL's
    programs are if not where they are looked for."""

    url: str
    shelf: Shelf
    life: Path
    keep: int
    binaries: Path | None = None


def take(plan: Plan) -> Backup:
    """A new backup, verified. Raises BackupError, ToolError or psycopg's OperationalError; then all stays."""
    with plan.shelf.alone():
        backup = _copy(plan)
        plan.shelf.put(backup)
        _let_go(plan)
    return backup


def _copy(plan: Plan) -> Backup:
    data = plan.shelf.draft()
    with psycopg.connect(plan.url, autocommit=True) as connection:
        cluster, timeline = cluster_and_timeline(connection)
        lineage = _lineage(plan.life, f"{cluster}/{timeline}")
        began, major = _now(connection), connection.info.server_version // 10_000
        programs = plan.binaries or tools.binaries(major)
        tools.copy_cluster(programs, tools.Server(plan.url), data)
        ended = _now(connection)
        tools.verify(programs, data)
        return Backup(
            name=began.strftime("%Y%m%dT%H%M%SZ"),
            started_at=began,
            ended_at=ended,
            lineage=lineage,
            cluster=cluster,
            timeline=timeline,
            version=major,
            database=connection.info.dbname,
            user=connection.info.user,
            first_wal=_first_wal(data),
            bytes=size(data),
        )


def _lineage(folder: Path, database: str) -> int:
    """Bound to the database's history, so that a backup is never filed under the lineage of another."""
    life = change_life(folder, lambda life: life if life.database else replace(life, database=database))
    if life.database != database:
        raise BackupError(
            f"the database has history {database}, lineage {life.n} is of {life.database}:"
            " start `hearthline ingest run` first, which begins a new lineage"
        )
    return life.n


def _let_go(plan: Plan) -> None:
    """First no restore may use them, then gateways are told what all others hold, then they are deleted."""
    for gone in rules.outlived(plan.shelf.backups(), plan.keep):
        plan.shelf.retire(gone)
    bound = rules.safe_before(plan.shelf.backups())
    if bound is not None:
        change_life(plan.life, lambda life: _raised(life, bound))
    plan.shelf.sweep()


def _raised(life: Life, bound: datetime) -> Life:
    """Never back: what gateways were allowed to forget stays forgotten."""
    return replace(life, safe_before=max(life.safe_before, bound))


def _now(connection: Connection) -> datetime:
    moment: datetime
    ((moment,),) = connection.execute("select clock_timestamp()")
    return moment.astimezone(UTC)


def _first_wal(data: Path) -> str:
    found = _FIRST_WAL.search((data / "backup_label").read_text(encoding="utf-8"))
    if found is None:
        raise BackupError(f"{data / 'backup_label'} names no first file of the log")
    return found[1]
