"""Which commands are obeyed."""

from __future__ import annotations

from datetime import timedelta
from uuid import UUID

import pytest
from msgspec.structs import replace

from device_drivers.wire.downlink import Command, Keep
from device_drivers.wire.signing import sign
from gateway.clock.cloud import CloudClock
from gateway.orders.commands import Decline, Obey, judge
from tests.gateway.commanding import COMMAND, LOOKED, TRUST, command
from tests.gateway.home import CLOUD, NOON, TestClock, key

HOSTILE: dict[str, Command] = {
    "unknown_key": command(signing=key(9)),
    "bad_signature": replace(command(), order=Keep(1)),
    "other_gateway": command(gateway=UUID(int=1)),
}


@pytest.mark.parametrize("reason", HOSTILE)
def test_a_command_that_the_cloud_did_not_sign_for_us_is_nobodys(reason: str) -> None:
    judged = judge(HOSTILE[reason], TRUST, now=NOON, seen=())
    assert judged == Decline(COMMAND, reason, is_authentic=False)  # type: ignore[arg-type]


def test_a_command_is_obeyed_for_as_long_as_it_lives() -> None:
    judged = judge(command(), TRUST, now=NOON + timedelta(minutes=5), seen=())
    assert judged == Obey(COMMAND, LOOKED, within_s=600)


def test_a_command_is_obeyed_once() -> None:
    judged = judge(command(), TRUST, now=NOON, seen={COMMAND})
    assert judged == Decline(COMMAND, "repeated", is_authentic=False)


def test_a_command_is_not_obeyed_when_its_time_is_over() -> None:
    judged = judge(command(), TRUST, now=NOON + timedelta(minutes=15), seen=())
    assert judged == Decline(COMMAND, "expired", is_authentic=True)


def test_nobody_can_sign_a_command_that_lives_longer_than_a_quarter_of_an_hour() -> None:
    judged = judge(command(minutes=15.1), TRUST, now=NOON, seen=())
    assert judged == Decline(COMMAND, "too_long", is_authentic=True)


def test_a_command_that_expires_before_it_was_issued_is_none() -> None:
    backwards = replace(command(), expires_at=NOON - timedelta(minutes=1))
    judged = judge(sign(backwards, CLOUD), TRUST, now=NOON - timedelta(hours=1), seen=())
    assert judged == Decline(COMMAND, "too_long", is_authentic=True)


def test_a_clock_that_is_behind_prolongs_no_command() -> None:
    judged = judge(command(), TRUST, now=NOON - timedelta(days=400), seen=())
    assert judged == Obey(COMMAND, LOOKED, within_s=900)


def test_without_a_clock_no_sentence_is_spoken() -> None:
    judged = judge(command(), TRUST, now=None, seen=())
    assert judged == Decline(COMMAND, "no_clock", is_authentic=True)


def test_without_a_clock_a_configuration_can_still_be_confirmed() -> None:
    assert isinstance(judge(command(Keep(3)), TRUST, now=None, seen=()), Obey)


def test_a_synchronised_clock_is_believed() -> None:
    assert CloudClock(TestClock(), lambda: 0).now() == NOON


def test_an_unsynchronised_clock_is_replaced_by_the_clouds_time_and_what_has_passed() -> None:
    moments = iter((100.0, 160.0))
    clock = CloudClock(TestClock(NOON - timedelta(days=2000), synced=False), lambda: next(moments))
    clock.hear(NOON)
    assert clock.now() == NOON + timedelta(minutes=1)


def test_a_repeated_receipt_does_not_set_it_back() -> None:
    clock = CloudClock(TestClock(synced=False), lambda: 0)
    clock.hear(NOON)
    clock.hear(NOON - timedelta(hours=1))
    assert clock.now() == NOON


def test_before_any_receipt_an_unsynchronised_clock_knows_no_time() -> None:
    assert CloudClock(TestClock(synced=False), lambda: 0).now() is None
