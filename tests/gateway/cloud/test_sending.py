"""Which batch goes next, when it goes again, and that any broker leads to the end."""

from __future__ import annotations

from random import Random

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from gateway.cloud.sending import MAX_IN_FLIGHT, Patience, Schedule, is_due
from tests.gateway.home import Cloud, keep, outbox, readings_in, sealed

PATIENCE = Patience(receipt=30, base=2, cap=300)


def schedule(batches: int, *, is_open: bool = True) -> Schedule:
    """Batches 1 to n are unsent; an open one has had a receipt (of batch 0) since it connected."""
    plan = Schedule(PATIENCE, Random(4))
    plan.hold(range(1, batches + 1))
    if is_open:
        plan.settle(0)
    return plan


def take_all(plan: Schedule, now: float) -> list[int]:
    return list(iter(lambda: plan.take(now), None))


def test_the_newest_goes_first_then_the_backlog_oldest_first() -> None:
    assert take_all(schedule(5), 0) == [5, 1, 2, 3, 4]


def test_at_most_sixteen_are_in_flight() -> None:
    assert len(take_all(schedule(40), 0)) == MAX_IN_FLIGHT


def test_a_reading_that_comes_during_a_backlog_is_next() -> None:
    plan = schedule(40)
    take_all(plan, 0)
    plan.add(41)

    plan.settle(40)

    assert plan.take(1) == 41


def test_after_a_connect_one_is_in_flight_until_a_receipt_comes() -> None:
    plan = schedule(5, is_open=False)
    assert take_all(plan, 0) == [5]

    plan.settle(5)

    assert take_all(plan, 1) == [4, 1, 2, 3]


def test_a_lost_connection_makes_it_careful_again() -> None:
    plan = schedule(5)
    take_all(plan, 0)

    plan.disconnect()

    assert take_all(plan, 1) == [5]


def test_a_timeout_frees_the_slot_for_the_next() -> None:
    plan = schedule(2, is_open=False)
    assert take_all(plan, 0) == [2]
    assert plan.expire(29.9) == []

    assert plan.expire(30) == [2]

    assert plan.take(30) == 1


@pytest.mark.parametrize(("tries", "ceiling"), [(1, 4), (2, 8), (20, 300)])
def test_the_back_off_is_anywhere_up_to_a_ceiling_that_doubles_to_five_minutes(
    tries: int, ceiling: float
) -> None:
    plan = Schedule(PATIENCE, Random(4))
    plan.hold([1])
    now = 0.0
    for _ in range(tries):
        now = max(now, plan.wake_at() or 0)
        assert plan.take(now) == 1
        now += 30
        plan.expire(now)

    wake_at = plan.wake_at()

    assert wake_at is not None
    assert 0 <= wake_at - now <= ceiling


def test_nothing_to_do_needs_no_waking() -> None:
    assert schedule(0).wake_at() is None


@pytest.mark.parametrize(
    ("in_flight", "waiting", "size", "waited", "due"),
    [
        (0, 1, 900, 0.0, True),
        (0, 0, 0, 9.0, False),
        (1, 1, 900, 0.0, False),
        (1, 1, 900, 0.2, True),
        (1, 50, 900, 0.0, True),
        (1, 2, 61440, 0.0, True),
    ],
)
def test_a_batch_closes_at_once_when_nothing_is_in_flight_else_when_full_or_after_200_ms(
    in_flight: int, waiting: int, size: int, waited: float, *, due: bool
) -> None:
    assert is_due(in_flight=in_flight, waiting=waiting, size=size, waited=waited) is due


@settings(max_examples=25, deadline=None)
@given(seed=st.integers(0, 2**32), readings=st.lists(st.integers(1, 120), min_size=1, max_size=6))
def test_any_order_loss_and_repetition_of_messages_ends_with_every_reading_stored_once(
    seed: int, readings: list[int]
) -> None:
    """A broker that drops, repeats and delays; the test clock jumps to the schedule's next moment."""
    chance = Random(seed)
    box, cloud, plan = outbox(seed=seed), Cloud(), Schedule(PATIENCE, Random(seed))
    taken = {one for count in readings for one in keep(box, count)}
    while box.seal(2):
        pass
    plan.hold(box.unsent())
    stored, delayed, now = set(), [], 0.0
    for _ in range(5000):
        if not box.unsent():
            break
        plan.expire(now)
        for batch in take_all(plan, now):
            delayed += [batch] * chance.choice([0, 1, 1, 2])
        chance.shuffle(delayed)
        while delayed and chance.random() < 0.7:
            arrived = sealed(box, delayed.pop())
            stored |= set(readings_in(arrived))
            if chance.random() < 0.8:
                box.act(cloud.receipt(arrived))
                plan.hold(box.unsent())
                plan.settle(-1)
        if chance.random() < 0.1:
            plan.disconnect()
        now = max(now, plan.wake_at() or now)
    assert box.unsent() == []
    assert stored == taken
