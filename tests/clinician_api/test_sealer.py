"""The loop that seals: until told to stop, through a database's absence, each day's anchor in the log."""

from __future__ import annotations

from datetime import timedelta
from threading import Event, Thread

from structlog.testing import capture_logs

from clinician_api.audit import service
from clinician_api.audit.rules import By, Entry
from clinician_api.db import Sessions, connect, sessions
from clinician_api.sealer import seal_once, seal_until
from tests.clinician_api.making import NOW, HandClock


def write(care: Sessions) -> None:
    with care.begin() as db:
        service.record(db, Entry("resident.read", By()), now=NOW)


def unsealed(care: Sessions) -> int:
    with care() as db:
        return service.verify(db).unsealed


def test_it_seals_until_it_is_stopped(care: Sessions, clock: HandClock) -> None:
    stop = Event()
    loop = Thread(target=seal_until, args=(stop, care), kwargs={"clock": clock, "every": 0.01})
    loop.start()
    write(care)
    while unsealed(care):
        pass
    stop.set()
    loop.join(timeout=30)
    assert not loop.is_alive()


def test_it_outlives_a_database_that_is_away(clock: HandClock) -> None:
    engine = connect("postgresql://127.0.0.1:1/none")
    stop = Event()
    with capture_logs() as logs:
        loop = Thread(
            target=seal_until, args=(stop, sessions(engine)), kwargs={"clock": clock, "every": 0.01}
        )
        loop.start()
        while len(logs) < 2:
            pass
        stop.set()
        loop.join(timeout=30)
    assert {entry["event"] for entry in logs} == {"audit.seal_failed"}


def test_each_days_last_link_is_logged_for_those_who_keep_it_elsewhere(
    care: Sessions, clock: HandClock
) -> None:
    write(care)
    seal_once(care, clock=clock)
    with care() as db:
        head = service.verify(db).head
    clock.turn(timedelta(days=1))
    write(care)
    with capture_logs() as logs:
        seal_once(care, clock=clock)
    assert [f"{entry['n']}:{entry['hash']}" for entry in logs] == [head]
