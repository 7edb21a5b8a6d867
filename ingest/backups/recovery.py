"""Lets PostgreSQL recover a copy of a backup up to a moment, in a folder of its own. Serves nobody."""

from __future__ import annotations

import os
import shlex
import shutil
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Final

import psycopg
from psycopg import Connection

from ingest.backups import wal
from ingest.backups.archive import SLOT
from ingest.backups.backup import Backup
from ingest.lineage.identity import cluster_and_timeline
from ingest.postgres import Account, Owner, running

_DAY_S: Final = 86_400.0

# What the server that made the backup was told elsewhere, or would do to others, is not for this one.
_APART: Final = {
    "archive_mode": "off",
    "hot_standby": "off",
    "logging_collector": "off",
    "shared_preload_libraries": "",
    "ssl": "off",
}


@dataclass(frozen=True, slots=True)
class Point:
    """Where a recovery ended: when the last commit that it found was made, and the timeline that begins."""

    since: datetime
    cluster: str
    timeline: int


@dataclass(frozen=True, slots=True)
class Place:
    """A folder for one recovery: `data` becomes the database. The rest is gone with it."""

    folder: Path
    account: Account

    @property
    def data(self) -> Path:
        return self.folder / "data"

    def furnish(self, copy: Path, log: Iterable[Path]) -> None:
        """With copies, so that the backup and the archive stay as they are, whatever happens here."""
        shutil.rmtree(self.folder, ignore_errors=True)
        self._log.mkdir(mode=0o700, parents=True)
        shutil.copytree(copy, self.data, symlinks=True)
        # A whole file comes after the unfinished one of the same name and replaces it.
        for file in sorted(log, key=lambda file: not file.name.endswith(wal.PARTIAL)):
            shutil.copy(file, self._log / file.name.removesuffix(wal.PARTIAL))
        (self.data / "recovery.signal").touch()
        for name in ("postgresql.conf", "pg_ident.conf"):
            (self.folder / name).touch()
        (self.folder / "pg_hba.conf").write_text("local all all trust\n")
        for path in (self.folder, *self.folder.rglob("*")):
            os.chown(path, self.account.uid, self.account.gid, follow_symlinks=False)

    def settings(self, until: datetime | None) -> Mapping[str, str]:
        """On the command line: nothing of it remains in the data."""
        target = {} if until is None else {"recovery_target_time": until.isoformat()}
        return {
            **_APART,
            **target,
            "config_file": str(self.folder / "postgresql.conf"),
            "hba_file": str(self.folder / "pg_hba.conf"),
            "ident_file": str(self.folder / "pg_ident.conf"),
            "restore_command": f"cp {shlex.quote(str(self._log)).replace('%', '%%')}/%f %p",
            "recovery_target_action": "promote",
        }

    @property
    def _log(self) -> Path:
        return self.folder / "log"


def recover(
    place: Place,
    backup: Backup,
    binaries: Path,
    *,
    until: datetime | None,
    finish: Callable[[Connection], None],
) -> Point:
    """Replay the log, begin a new timeline and `finish` in the database, before anybody else can reach it.
    Raises PostgresError, also where the log ends before `until`."""
    owner = Owner(place.account, backup.user, _DAY_S)
    settings = place.settings(until)
    with (
        running(place.data, binaries=binaries, settings=settings, owner=owner) as server,
        psycopg.connect(server.url(backup.database), autocommit=True) as connection,
    ):
        finish(connection)
        point = _point(connection, backup)
    (place.data / "server.log").unlink()
    return point


def keep_log(connection: Connection) -> None:
    """From the first moment of the new timeline, until the archive has it."""
    connection.execute("select pg_create_physical_replication_slot(%s, true)", (SLOT,))


def _point(connection: Connection, backup: Backup) -> Point:
    last: datetime | None
    ((last,),) = connection.execute("select pg_last_xact_replay_timestamp()")
    cluster, timeline = cluster_and_timeline(connection)
    return Point(last.astimezone(UTC) if last else backup.started_at, cluster, timeline)
