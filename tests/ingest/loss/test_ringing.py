"""Which alarms begin, go on and end."""

from __future__ import annotations

from datetime import timedelta
from uuid import UUID

from ingest.loss.alarms import Alarm
from ingest.loss.chain import Range
from ingest.loss.ringing import Bell, Ringing, change, of_ledger
from tests.ingest.making import NOON

GATEWAY = UUID(int=1)


def bell(subject: str, what: str = "") -> Bell:
    return Bell("hole", "operations", subject, what, NOON, GATEWAY)


def ringing(subject: str) -> Ringing:
    return Ringing("hole", "operations", subject, "", NOON, NOON, GATEWAY)


def hole(stream: str, first: int, last: int, *, minutes: int = 0) -> Alarm:
    since = NOON + timedelta(minutes=minutes)
    return Alarm("hole", "operations", GATEWAY, stream, Range(first, last), since)


def test_what_is_found_and_does_not_ring_begins() -> None:
    made = change([], [bell("a")])
    assert (made.begin, made.still, made.end) == ((bell("a"),), (), ())


def test_what_is_found_again_goes_on_with_its_newest_words() -> None:
    made = change([ringing("a")], [bell("a", "batches 3")])
    assert (made.begin, made.still, made.end) == ((), (bell("a", "batches 3"),), ())


def test_what_is_found_no_more_ends() -> None:
    made = change([ringing("a")], [])
    assert (made.begin, made.still, made.end) == ((), (), (ringing("a"),))


def test_found_twice_it_begins_once() -> None:
    assert len(change([], [bell("a"), bell("a")]).begin) == 1


def test_the_holes_of_a_stream_are_one_bell_since_the_oldest() -> None:
    found = [hole("a", 2, 3, minutes=5), hole("a", 7, 7), hole("b", 2, 2)]
    first, second = of_ledger(found)
    assert (first.subject, first.what, first.since) == (f"{GATEWAY}/a", "batches 2-3, 7", NOON)
    assert (second.subject, second.what) == (f"{GATEWAY}/b", "batches 2")


def test_a_fork_and_a_hole_of_one_stream_are_two() -> None:
    fork = Alarm("fork", "security", GATEWAY, "a", Range(2, 2), None)
    assert [each.code for each in of_ledger([fork, hole("a", 3, 3)])] == ["fork", "hole"]
