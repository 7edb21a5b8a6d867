"""When the ledger must be looked at."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

from ingest.loss.alarms import alarms, next_look
from ingest.loss.chain import Range
from ingest.loss.history import Claim, Resync
from tests.ingest.loss.test_statement import GATEWAY, head, of, place
from tests.ingest.making import NOON


def test_a_hole_rings_once_it_is_an_hour_old_and_not_before() -> None:
    history = of(place("a", 1), place("a", 4))
    assert alarms(history, NOON + timedelta(minutes=59)) == ()
    (alarm,) = alarms(history, NOON + timedelta(hours=1))
    assert (alarm.code, alarm.kind, alarm.gateway) == ("hole", "operations", GATEWAY)
    assert (alarm.batches, alarm.since) == (Range(2, 3), NOON)


def test_a_hole_counts_from_when_it_was_first_known_of() -> None:
    history = of(place("a", 1), place("a", 3, minute=50), place("a", 4))
    (alarm,) = alarms(history, NOON + timedelta(hours=1))
    assert alarm.since == NOON


def test_what_a_gateway_has_only_announced_is_no_hole() -> None:
    assert alarms(of(place("a", 1), head("a", 3)), NOON + timedelta(days=3)) == ()


def test_a_hole_that_was_filled_rings_no_more() -> None:
    assert alarms(of(place("a", 1), place("a", 2), place("a", 3)), NOON + timedelta(days=1)) == ()


def test_a_fork_is_an_alarm_of_security_at_once() -> None:
    history = replace(of(place("a", 1), place("a", 2)), resyncs=(Resync("a", 2, is_fork=True, at=NOON),))
    (alarm,) = alarms(history, NOON)
    assert (alarm.code, alarm.kind, alarm.batches, alarm.since) == ("fork", "security", Range(2, 2), NOON)


def test_security_comes_first() -> None:
    torn = replace(place("b", 2), prev_link="other")
    found = alarms(of(place("a", 1), place("a", 3), place("b", 1), torn), NOON + timedelta(hours=2))
    assert [each.kind for each in found] == ["security", "operations"]


def test_a_fork_rings_no_more_once_every_key_that_wrote_it_is_revoked() -> None:
    forked = replace(of(place("a", 1), place("a", 2)), resyncs=(Resync("a", 2, is_fork=True, at=NOON),))
    revoked = replace(forked, claims=(Claim(1, NOON, in_force=False), Claim(2, NOON)))
    assert alarms(revoked, NOON) == ()


def test_time_alone_brings_a_young_hole_of_age() -> None:
    history = of(place("a", 1), place("a", 3), place("a", 5, minute=10))
    assert next_look(history, NOON) == NOON + timedelta(hours=1)
    assert next_look(history, NOON + timedelta(hours=1)) == NOON + timedelta(minutes=70)
    assert next_look(history, NOON + timedelta(minutes=70)) is None
    assert next_look(of(place("a", 1), place("a", 2)), NOON) is None
