"""Worker, web and database killed while an unclaimed critical goes up: each timer fires exactly once."""

from __future__ import annotations

import os
import subprocess
import sys
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from threading import Thread
from typing import Final
from uuid import UUID

import httpx2
import pytest
from sqlalchemy import text
from sqlalchemy.exc import OperationalError

from clinician_api.db import connect, sessions
from clinician_api.identity import logins
from clinician_api.identity.logins import Visitor
from clinician_api.identity.routes import COOKIE
from clinician_api.identity.rules import Terms, csrf_token
from clinician_api.settings import Settings
from clinician_api.triage import casework
from tests.architecture.tree import ROOT
from tests.clinician_api.concerns import attended, concern
from tests.clinician_api.making import clinic, make_contract, make_resident
from tests.e2e.servers import Database, database, free_port

PATIENCE_S: Final = 60.0
CLOCKS: Final = {
    "CARE_LEADER_S": "1",
    "CARE_SUPERVISOR_S": "2",
    "CARE_CONTACT_S": "2",
    "CARE_AGAIN_S": "1",
    "CARE_SWEEP_S": "0.5",
}
FIRST: Final = ["contact_overdue", "leader", "supervisor_and_duty"]
_TIMERS: Final = text(
    "select timer, count(*) as times from care.case_step where timer is not null group by timer"
)
_NOTICES: Final = text("select code, recipient, count(*) from care.notice group by code, recipient")
_WAITING: Final = text("select count(*) from care.notice where sent_at is null")


@dataclass(frozen=True, slots=True)
class Desk:
    """A doctor's client and the server's process behind it."""

    client: httpx2.Client
    web: subprocess.Popen[bytes]

    def claim(self) -> None:
        """The one case, as it stands; whoever is refused or cut off tries no second time."""
        with suppress(httpx2.TransportError):
            (case,) = self.client.get("/api/v1/worklist").json()["cases"]
            form = {"version": case["version"], "resident": case["resident"]}
            self.client.post(f"/api/v1/cases/{case['episode']}/claim", json=form)


def _answers(client: httpx2.Client) -> bool:
    try:
        return client.get("/readyz").status_code == 200
    except httpx2.TransportError:
        return False


class Escalation:
    """A database of its own, one unclaimed critical in it, and the worker as a process."""

    def __init__(self, server: Database, logs: Path) -> None:
        self.server = server
        self._log = logs / "worker.log"
        self._crash_log = logs / "crashes"
        self._engine = connect(server.url)
        self._worker: subprocess.Popen[bytes] | None = None
        self._doctor = UUID(int=0)
        self._began = 0

    def open(self) -> None:
        now, year = datetime.now(UTC), timedelta(days=365)
        settings = Settings(database_url=self.server.url, leader_s=1, supervisor_s=2, contact_s=2, again_s=1)
        with sessions(self._engine).begin() as db:
            people, resident = clinic(db, now), make_resident(db)
            self._doctor = people.doctor
            make_contract(
                db, resident, people.team, now, begins=(now - year).date(), ends=(now + year).date()
            )
            attended(db, concern(resident, now=now), now=now, clocks=casework.clocks_of(settings))

    @contextmanager
    def page(self) -> Iterator[Desk]:
        """The web server as a process, killed in the end, and a doctor of the team logged in."""
        port = free_port()
        origin = f"http://127.0.0.1:{port}"
        where = {"CARE_PUBLIC_ORIGIN": origin, "CARE_SECURE_COOKIES": "false"}
        where["CARE_SECOND_FACTOR"] = "whoever_has_one"
        command = [sys.executable, "-m", "hearthline", "serve", "--port", str(port)]
        with self._log.open("ab") as log:
            web = subprocess.Popen(
                [*command, "--database-url", self.server.url],
                cwd=ROOT,
                env={**os.environ, **CLOCKS, **where},
                stderr=log,
            )
        terms = Terms(idle=timedelta(hours=1), lasts=timedelta(hours=1))
        with sessions(self._engine).begin() as db:
            token = logins.log_in(
                db, self._doctor, Visitor("127.0.0.1", "test"), terms=terms, now=datetime.now(UTC)
            )
        headers = {"X-CSRF-Token": csrf_token(token), "Cookie": f"{COOKIE}={token}"}
        try:
            with httpx2.Client(base_url=origin, headers=headers, trust_env=False, timeout=10) as client:
                self.eventually(lambda: _answers(client))
                yield Desk(client, web)
        finally:
            web.kill()
            web.wait(PATIENCE_S)

    def claims(self) -> object:
        with self._engine.connect() as connection:
            return connection.scalar(text("select count(*) from care.case_step where step = 'claim'"))

    def start(self, crash_at: str | None = None) -> None:
        crash: Mapping[str, str] = (
            {"HEARTHLINE_CRASH_AT": crash_at, "HEARTHLINE_CRASH_LOG": str(self._crash_log)}
            if crash_at
            else {}
        )
        with self._log.open("ab") as log:
            self._began = log.tell()
            self._worker = subprocess.Popen(
                [sys.executable, "-m", "hearthline", "worker", "--database-url", self.server.url],
                cwd=ROOT,
                env={**os.environ, **CLOCKS, **crash},
                stderr=log,
            )

    def kill(self) -> None:
        if self._worker is not None:
            self._worker.kill()
            self._worker.wait(PATIENCE_S)

    def stop(self) -> int:
        """Ask it to end, as systemd would, once all that was told has arrived; its exit code."""
        assert self._worker is not None
        self.eventually(lambda: self._is_ready() and self._waiting() == 0)
        self._worker.terminate()
        return self._worker.wait(PATIENCE_S)

    def died(self) -> None:
        """Wait until it has killed itself where it was told to."""
        assert self._worker is not None
        self._worker.wait(PATIENCE_S)
        assert self._crash_log.exists(), self.words

    def timers(self) -> dict[str, int]:
        with self._engine.connect() as connection:
            return {row.timer: row.times for row in connection.execute(_TIMERS)}

    def wait_for(self, *timers: str) -> None:
        self.eventually(lambda: set(timers) <= set(self.timers()))

    def wait_for_so_many(self, timers: int) -> None:
        self.eventually(lambda: len(self.timers()) >= timers)

    def notices(self) -> dict[tuple[str, UUID], int]:
        """How often each recipient has each."""
        with self._engine.connect() as connection:
            return {(code, recipient): times for code, recipient, times in connection.execute(_NOTICES)}

    def _is_ready(self) -> bool:
        """Since its last start: before, it does not know yet how to be asked."""
        return b"ready:" in self._log.read_bytes()[self._began :]

    def _waiting(self) -> object:
        with self._engine.connect() as connection:
            return connection.scalar(_WAITING)

    def eventually(self, is_so: Callable[[], bool]) -> None:
        deadline = time.monotonic() + PATIENCE_S
        while not self._holds(is_so):
            assert time.monotonic() < deadline, self.words
            time.sleep(0.05)

    @property
    def words(self) -> str:
        return self._log.read_text(encoding="utf-8")[-3000:]

    def close(self) -> None:
        self.kill()
        self._engine.dispose()

    def _holds(self, is_so: Callable[[], bool]) -> bool:
        try:
            return is_so()
        except OperationalError:  # the database is dead just now
            return False


@pytest.fixture
def escalation(short_path: Path, tmp_path: Path) -> Iterator[Escalation]:
    with database(short_path / f"escalation-{tmp_path.name}") as server:
        made = Escalation(server, tmp_path)
        try:
            made.open()
            yield made
        finally:
            made.close()


def assert_each_once(escalation: Escalation) -> None:
    """No timer twice, and every notice once for each who was told."""
    timers = escalation.timers()
    assert set(timers.values()) == {1}
    notices = escalation.notices()
    assert set(notices.values()) == {1}
    assert {code.removeprefix("case.") for code, _ in notices} >= set(timers)


@pytest.mark.parametrize("point", ["timer.written:1", "timer.committed:2"])
def test_a_worker_that_dies_as_a_timer_fires(escalation: Escalation, point: str) -> None:
    escalation.start(crash_at=point)
    escalation.died()
    escalation.start()
    escalation.wait_for(*FIRST)
    assert escalation.stop() == 0
    assert_each_once(escalation)


def test_a_worker_killed_again_and_again(escalation: Escalation) -> None:
    for times in (1, 3, 4, 5):
        escalation.start()
        escalation.wait_for_so_many(times)
        escalation.kill()
    escalation.start()
    escalation.wait_for(*FIRST)
    assert escalation.stop() == 0
    assert_each_once(escalation)


def test_a_database_killed_while_the_worker_lives(escalation: Escalation) -> None:
    escalation.start()
    for times in (1, 4):
        escalation.wait_for_so_many(times)
        escalation.server.kill()
        escalation.server.start()
    escalation.wait_for(*FIRST)
    assert escalation.stop() == 0
    assert_each_once(escalation)


def test_a_web_server_killed_as_a_doctor_claims(escalation: Escalation) -> None:
    escalation.start()
    with escalation.page() as desk:
        claiming = Thread(target=desk.claim)
        claiming.start()
        escalation.eventually(lambda: escalation.claims() == 1 or not claiming.is_alive())
        desk.web.kill()
        claiming.join()
    with escalation.page() as desk:
        if not escalation.claims():
            desk.claim()
    escalation.wait_for("contact_overdue")
    assert escalation.stop() == 0
    assert escalation.claims() == 1
    assert_each_once(escalation)
