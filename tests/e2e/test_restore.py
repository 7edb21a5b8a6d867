"""The drills: a database goes back in time, gateways send again, and what they measured is there once."""

from __future__ import annotations

import json
import subprocess
import time
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from typing import Any
from uuid import uuid4

import pytest

from ingest.backups.backup import Backup
from ingest.backups.shelf import Shelf
from ingest.lineage.life import Life, read_life
from tests.conftest import DEBIAN, missing
from tests.e2e.homes import HEARTHLINE
from tests.e2e.servers import Database, database
from tests.e2e.world import Setting, World, eventually, world

pytestmark = pytest.mark.restore

PATIENCE_S = 120


@dataclass
class Drill:
    """A world whose database can be backed up, lost and brought back."""

    world: World
    database: Database
    shelf: Path
    archiver: subprocess.Popen[bytes] | None = None
    seconds: dict[str, float] = field(default_factory=dict)

    def measure(self) -> None:
        """Everybody measures, and everything is receipted."""
        self.world.measure()
        self.world.drain()

    def back_up(self, *words: str) -> Backup:
        self.call("backup", "--database-url", self.database.url, "--data", str(self.world.data), *words)
        return Shelf(self.shelf).backups()[-1]

    def restore(self, *words: str) -> Life:
        where = ["--data", str(self.world.data), "--into", str(self.database.data)]
        began = time.monotonic()
        self.call("restore", *where, *words)
        self.seconds["restore"] = time.monotonic() - began
        return read_life(self.world.data)

    def call(self, command: str, *words: str) -> None:
        called = [*HEARTHLINE, command, "--folder", str(self.shelf), *words]
        done = subprocess.run(called, capture_output=True, text=True, check=False)
        assert done.returncode == 0, done.stderr

    def archive(self) -> None:
        """Until the database is lost."""
        where = ["--folder", str(self.shelf), "--database-url", self.database.url]
        self.archiver = subprocess.Popen([*HEARTHLINE, "backup", "wal", *where])
        eventually(self._is_archiving, lambda: "no archive", within_s=PATIENCE_S)

    def lose(self) -> None:
        """Everything dies at once: the database's disk goes with its machine, gateways by a power cut."""
        self.world.end("ingest", *(f"gateway-{home.number}" for home in self.world.homes))
        self.database.kill()
        self.end_archive()

    def end_archive(self) -> None:
        if self.archiver is not None:
            self.archiver.terminate()
            self.archiver.wait(PATIENCE_S)
            self.archiver = None

    def begin_again(self) -> None:
        """Database and ingest first: what the ledger says before any gateway spoke is then known."""
        self.database.start()
        self.world.start("ingest")

    def call_gateways(self) -> None:
        for home in self.world.homes:
            self.world.start(f"gateway-{home.number}")

    def now(self) -> datetime:
        ((moment,),) = self.world.ask("select clock_timestamp()")
        return datetime.fromisoformat(str(moment))

    def stored(self) -> int:
        return self.world.whereabouts().stored.total()

    def reasons(self) -> set[str]:
        """Why the ledger says `unknown`."""
        gateways: list[dict[str, Any]] = self.world.ledger()["gateways"]
        return {unknown["reason"] for gateway in gateways for unknown in gateway["unknown"]}

    def _is_archiving(self) -> bool:
        return self.world.ask("select count(*) from pg_stat_replication where state = 'streaming'") == [(1,)]


@contextmanager
def drilling(folder: Path, short_path: Path, binaries: Path | None = None) -> Iterator[Drill]:
    with ExitStack() as ending:
        server = ending.enter_context(database(short_path / f"drill-{uuid4().hex[:8]}", binaries))
        made = ending.enter_context(world(Setting(folder=folder, database_url=server.url, homes=2)))
        drill = Drill(made, server, folder / "backups")
        ending.callback(drill.end_archive)
        yield drill


def proven(drill: Drill) -> None:
    """Every gateway has said that it sent again, and all that was ever taken stands in the tables once."""
    made = drill.world
    began = time.monotonic()
    eventually(lambda: made.ledger()["complete"], lambda: str(made.ledger()), within_s=PATIENCE_S)
    summary = made.drain()
    drill.seconds["whole"] = time.monotonic() - began
    assert (summary.lost, summary.doubled) == (0, 0), summary
    assert summary.stored == summary.taken == summary.receipted, summary
    rewound = made.ask("select gateway, max(rewound) from ingest.signed_head group by gateway")
    assert {n for _, n in rewound} == {read_life(made.data).n}
    assert len(rewound) == len(made.homes)


@pytest.mark.parametrize("binaries", [None, DEBIAN], ids=["18", "15"])
def test_restored_to_a_moment_the_gateways_send_again_what_came_after_it(
    tmp_path: Path, short_path: Path, binaries: Path | None
) -> None:
    """The moment stands for the hour ago: what counts is that commits lie before and after it."""
    if not DEBIAN.exists():
        missing("PostgreSQL 15")
    with drilling(tmp_path, short_path, binaries) as drill:
        drill.archive()
        drill.measure()
        drill.back_up()
        drill.measure()
        moment, kept = drill.now(), drill.stored()
        drill.measure()
        drill.measure()
        everything = drill.stored()

        drill.lose()
        life = drill.restore("--to-time", moment.isoformat())
        drill.begin_again()
        assert drill.stored() == kept < everything
        assert drill.reasons() == {"restored"}
        assert life.n == 2
        assert life.restores[0].since <= moment <= life.restores[0].until

        drill.call_gateways()
        proven(drill)
        assert drill.stored() == everything
        drill.measure()
        print(json.dumps(drill.seconds))  # noqa: T201 - what the how-to says of the time it takes


def test_restored_from_the_older_of_two_backups_without_any_log_nothing_is_lost_either(
    tmp_path: Path, short_path: Path
) -> None:
    with drilling(tmp_path, short_path) as drill:
        drill.measure()
        older, kept = drill.back_up(), drill.stored()
        drill.measure()
        drill.back_up()
        drill.measure()

        drill.lose()
        drill.restore("--backup", older.name)
        drill.begin_again()
        assert drill.stored() == kept
        drill.call_gateways()
        proven(drill)


def test_a_second_restore_while_gateways_still_send_again_loses_nothing(
    tmp_path: Path, short_path: Path
) -> None:
    with drilling(tmp_path, short_path) as drill:
        drill.measure()
        backup = drill.back_up()
        drill.measure()
        drill.lose()
        drill.restore()
        drill.begin_again()
        drill.call_gateways()
        drill.world.measure()
        eventually(lambda: drill.stored() > 0, lambda: "nothing came", within_s=PATIENCE_S)

        drill.lose()
        assert drill.restore("--backup", backup.name).n == 3
        drill.begin_again()
        drill.call_gateways()
        proven(drill)


def test_a_gateway_that_was_revoked_after_the_backup_stays_shut_out(tmp_path: Path, short_path: Path) -> None:
    with drilling(tmp_path, short_path) as drill:
        drill.measure()
        drill.back_up()
        thief = drill.world.ask("select id from ingest.gateway order by id limit 1")[0][0]
        where = ["--database-url", drill.database.url, "--data", str(drill.world.data)]
        subprocess.run([*HEARTHLINE, "ingest", "revoke", "--gateway", str(thief), *where], check=True)
        drill.lose()
        drill.restore()
        drill.begin_again()
        revoked = drill.world.ask("select gateway from ingest.gateway_key where revoked_at is not null")
        assert revoked == [(thief,)]
        drill.call_gateways()
        log = [drill.world.log(f"gateway-{home.number}") for home in drill.world.homes]
        eventually(
            lambda: sum("gateway.refused" in each.read_text() for each in log) == 1,
            lambda: drill.world.logs,
            within_s=PATIENCE_S,
        )


def test_a_database_put_back_by_hand_begins_a_lineage_of_its_own(tmp_path: Path, short_path: Path) -> None:
    """Somebody copied the files and let PostgreSQL recover them, as its documentation says."""
    with drilling(tmp_path, short_path) as drill:
        drill.measure()
        backup = drill.back_up()
        drill.measure()
        everything = drill.stored()
        drill.lose()
        put_back(Shelf(drill.shelf).data(backup), drill.database.data)

        drill.begin_again()
        drill.call_gateways()
        eventually(lambda: read_life(drill.world.data).n == 2, lambda: "no new lineage", within_s=PATIENCE_S)
        proven(drill)
        assert drill.stored() == everything


def put_back(copy: Path, data: Path) -> None:
    data.rename(data.with_name("lost"))
    subprocess.run(["cp", "-a", copy, data], check=True)
    (data / "recovery.signal").touch()
    with (data / "postgresql.auto.conf").open("a") as settings:
        settings.write("restore_command = 'false'\nrecovery_target_action = 'promote'\n")
    subprocess.run(["chown", "-R", "--reference", data.with_name("lost"), data], check=True)
