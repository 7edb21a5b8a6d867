"""What beside the ledger must be looked at."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime, timedelta
from uuid import UUID

from ingest.door.quarantine import CAP
from ingest.watch.watching import Facts, OffClock, Unsaving, Use, WorkerSeen, bells
from tests.ingest.making import NOON

GATEWAY = UUID(int=1)
NOTHING = Facts(clocks=(), unsaving=(), uses=(), workers=(), waiting_since=None, database_at=NOON)


def ago(**units: float) -> datetime:
    return NOON - timedelta(**units)


def rings(facts: Facts) -> list[tuple[str, str, str]]:
    return [(each.code, each.subject, each.what) for each in bells(facts, NOON)]


def off(*, minutes: float, seconds: int = 7200) -> Facts:
    return replace(NOTHING, clocks=(OffClock(GATEWAY, ago(minutes=minutes), NOON, seconds),))


def worker(*, silent_s: float, stopped_at: datetime | None = None) -> Facts:
    return replace(NOTHING, workers=(WorkerSeen("one", ago(seconds=silent_s), stopped_at),))


def test_of_nothing_nothing_rings() -> None:
    assert rings(NOTHING) == []


def test_a_gateways_clock_rings_when_it_was_off_for_five_minutes_of_heartbeats() -> None:
    assert rings(off(minutes=4)) == []
    assert rings(off(minutes=5)) == [("clock", str(GATEWAY), "7200 s ahead")]
    assert rings(off(minutes=5, seconds=-900)) == [("clock", str(GATEWAY), "900 s behind")]


def test_a_gateway_that_can_save_nothing_rings_at_once() -> None:
    facts = replace(NOTHING, unsaving=(Unsaving(GATEWAY, NOON, "full"),))
    assert rings(facts) == [("unsaving", str(GATEWAY), "full")]


def test_our_own_clocks_must_agree() -> None:
    assert rings(replace(NOTHING, database_at=ago(seconds=5))) == []
    assert rings(replace(NOTHING, database_at=ago(seconds=6))) == [
        ("clock", "worker", "6 s ahead of the database's")
    ]


def test_quarantine_rings_before_a_message_finds_no_room() -> None:
    assert rings(replace(NOTHING, uses=(Use("anybody", CAP - 65_536, 0),))) == []
    assert rings(replace(NOTHING, uses=(Use("anybody", CAP - 65_535, 3),))) == [
        ("quarantine", "anybody", f"{CAP - 65_535} bytes, 3 turned away")
    ]


def test_a_horizon_that_is_held_back_for_more_than_five_seconds_rings() -> None:
    assert rings(replace(NOTHING, waiting_since=ago(seconds=5))) == []
    assert [code for code, _, _ in rings(replace(NOTHING, waiting_since=ago(seconds=6)))] == ["horizon"]


def test_a_worker_that_is_silent_for_a_minute_is_missed_unless_it_said_goodbye() -> None:
    assert rings(worker(silent_s=60)) == []
    assert rings(worker(silent_s=61)) == [("worker", "one", "silent")]
    assert rings(worker(silent_s=3600, stopped_at=ago(seconds=3600))) == []
