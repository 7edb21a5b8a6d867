"""A database brought back: to the end of its log, to a moment, and not where something would be lost."""

from __future__ import annotations

import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from uuid import uuid4

import psycopg
import pytest
from msgspec.structs import replace

from ingest.backups import tools
from ingest.backups.backup import Backup
from ingest.backups.restoring import Done, Plan, RestoreError, Wish, restore
from ingest.backups.shelf import Shelf
from ingest.backups.taking import Plan as TakingPlan
from ingest.backups.taking import take
from ingest.lineage.identity import identity
from ingest.lineage.life import change_life, read_life
from ingest.postgres import PostgresError, running, wheel_binaries
from tests.conftest import DEBIAN, missing

pytestmark = pytest.mark.restore

PATIENCE_S = 60


@dataclass
class Site:
    """A small database with one table of words, its backups, and the archive of its log."""

    folder: Path
    programs: Path

    @property
    def shelf(self) -> Shelf:
        return Shelf(self.folder / "backups")

    @property
    def data(self) -> Path:
        return self.folder / "db"

    @contextmanager
    def serving(self) -> Iterator[str]:
        with running(self.data, binaries=self.programs) as server:
            yield server.url()

    @contextmanager
    def archiving(self, url: str) -> Iterator[None]:
        command = [sys.executable, "-m", "hearthline", "backup", "wal", "--database-url", url]
        where = ["--folder", str(self.shelf.folder), "--binaries", str(self.programs)]
        child = subprocess.Popen([*command, *where])
        try:
            yield
            self._await_log(url)
        finally:
            child.terminate()
            child.wait()

    def back_up(self, url: str, *, keep: int = 9) -> Backup:
        return take(TakingPlan(url, self.shelf, self.folder, keep, self.programs))

    def restore(self, wish: Wish) -> Done:
        plan = Plan(self.shelf, self.folder, self.data, lambda _: None, self.programs)
        return restore(plan, wish, now=lambda: datetime.now(UTC))

    def _await_log(self, url: str) -> None:
        """Until the archive has all that is committed."""
        with psycopg.connect(url, autocommit=True) as connection:
            ((end,),) = connection.execute("select pg_current_wal_flush_lsn()::text")
            eventually(
                lambda: (
                    connection.execute(
                        "select from pg_replication_slots where restart_lsn is not null and exists"
                        " (select from pg_stat_replication where flush_lsn >= %s::pg_lsn)",
                        (end,),
                    ).rowcount
                    == 1
                )
            )


def eventually(is_true: Callable[[], bool]) -> None:
    deadline = time.monotonic() + PATIENCE_S
    while not is_true():
        assert time.monotonic() < deadline


@pytest.fixture(params=["18", "15"])
def site(request: pytest.FixtureRequest, short_path: Path) -> Site:
    if request.param == "15" and not DEBIAN.exists():
        missing("PostgreSQL 15")
    folder = short_path / uuid4().hex[:8]
    folder.mkdir()
    made = Site(folder, DEBIAN if request.param == "15" else wheel_binaries())
    with made.serving() as url, psycopg.connect(url) as connection:
        connection.execute("create table word (word text)")
    return made


def say(url: str, word: str) -> datetime:
    """Commit a word; a moment after it, by the server's clock."""
    with psycopg.connect(url, autocommit=True) as connection:
        connection.execute("insert into word values (%s)", (word,))
        moment: datetime
        ((moment,),) = connection.execute("select clock_timestamp()")
        return moment


def said(url: str) -> list[str]:
    with psycopg.connect(url) as connection:
        return [word for (word,) in connection.execute("select word from word order by word")]


def test_without_an_archive_the_database_is_as_it_was_when_the_backup_ended(site: Site) -> None:
    with site.serving() as url:
        say(url, "a")
        backup = site.back_up(url)
        say(url, "b")
    done = site.restore(Wish())
    assert done.backup == backup.name
    with site.serving() as url:
        assert said(url) == ["a"]


def test_with_the_log_nothing_that_was_committed_is_missing(site: Site) -> None:
    with site.serving() as url, site.archiving(url):
        say(url, "a")
        site.back_up(url)
        last = say(url, "b")
    done = site.restore(Wish())
    with site.serving() as url:
        assert said(url) == ["a", "b"]
    assert last - timedelta(seconds=PATIENCE_S) < done.since <= last


def test_a_moment_is_restored_and_what_came_after_is_not(site: Site) -> None:
    with site.serving() as url, site.archiving(url):
        site.back_up(url)
        moment = say(url, "a")
        say(url, "b")
    done = site.restore(Wish(until=moment))
    assert done.since <= moment
    with site.serving() as url:
        assert said(url) == ["a"]


def test_each_restore_is_a_new_lineage_bound_to_the_new_timeline(site: Site) -> None:
    with site.serving() as url:
        backup = site.back_up(url)
    first, second = site.restore(Wish()), site.restore(Wish())
    assert (first.life.n, second.life.n) == (2, 3)
    assert [each.n for each in second.life.restores] == [2, 3]
    assert [first.life.database, second.life.database] == [f"{backup.cluster}/2", f"{backup.cluster}/3"]
    with site.serving() as url, psycopg.connect(url) as connection:
        assert identity(connection) == read_life(site.folder).database


def test_after_a_restore_backups_and_the_log_go_on_and_can_be_restored_from_either_life(site: Site) -> None:
    with site.serving() as url, site.archiving(url):
        old = site.back_up(url)
        moment = say(url, "a")
        say(url, "lost")
    site.restore(Wish(until=moment))
    with site.serving() as url, site.archiving(url):
        say(url, "b")
        new = site.back_up(url)
        say(url, "c")
    assert site.restore(Wish(name=new.name)).life.n == 3
    with site.serving() as url:
        assert said(url) == ["a", "b", "c"]
    site.restore(Wish(name=old.name))
    with site.serving() as url:
        assert said(url) == ["a", "b", "c"]


def test_a_log_that_ends_before_the_moment_changes_nothing(site: Site) -> None:
    with site.serving() as url, site.archiving(url):
        say(url, "a")
        site.back_up(url)
    before = read_life(site.folder)
    with pytest.raises(PostgresError, match="recovery target"):
        site.restore(Wish(until=datetime.now(UTC) + timedelta(days=1)))
    assert read_life(site.folder) == before
    with site.serving() as url:
        assert said(url) == ["a"]


def test_a_backup_that_gateways_no_longer_provide_for_is_refused(site: Site) -> None:
    with site.serving() as url:
        backup = site.back_up(url)
    later = backup.started_at + timedelta(days=1)
    change_life(site.folder, lambda life: replace(life, safe_before=later))
    with pytest.raises(RestoreError, match="forgotten"):
        site.restore(Wish())
    assert site.restore(Wish(forgotten=True)).life.safe_before == later


def test_an_older_lineage_than_the_backups_is_refused(site: Site) -> None:
    with site.serving() as url:
        site.back_up(url)
    change_life(site.folder, lambda life: replace(life, n=0))
    with pytest.raises(RestoreError, match=r"lineage\.json"):
        site.restore(Wish())


def test_a_running_server_is_left_alone_and_what_stood_there_is_kept(site: Site) -> None:
    with site.serving() as url:
        site.back_up(url)
        with pytest.raises(RestoreError, match="running"):
            site.restore(Wish())
        say(url, "kept")
    site.restore(Wish())
    kept = site.data.with_name("db.before-lineage-2")
    with running(kept, binaries=site.programs) as server:
        assert said(server.url()) == ["kept"]


def test_a_damaged_backup_is_not_restored(site: Site) -> None:
    with site.serving() as url:
        backup = site.back_up(url)
    (site.shelf.data(backup) / "PG_VERSION").write_text("9\n")
    with pytest.raises(tools.ToolError, match="PG_VERSION"):
        site.restore(Wish())
