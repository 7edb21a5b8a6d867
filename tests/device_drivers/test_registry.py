"""Which driver a meter gets, and what no driver may ever do."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from device_drivers.conversation import (
    Done,
    Event,
    Gone,
    Mark,
    Memory,
    Note,
    Quiet,
    Refused,
    Value,
    Wish,
    Write,
)
from device_drivers.driver import Driver
from device_drivers.registry import DRIVERS, driver_for
from tests.device_drivers.driving import CONTROL, converse, gone

DELETE = 2
ANSWERS = [
    bytes.fromhex(one) for one in ("06000101", "06000106", "06000104", "06000301", "06000401", "05000300")
]

values = st.one_of(st.binary(max_size=24), st.sampled_from(ANSWERS))
events: st.SearchStrategy[Event] = st.one_of(
    st.just(Done()),
    st.just(Gone()),
    st.just(Quiet()),
    st.builds(Value, values),
    st.builds(Refused, st.just("no"), st.sampled_from([None, 0x05, 0x0F, 0x80, 0x81, 0xFD, 0xFE])),
    st.builds(Note, st.sampled_from(["2A35", "2A18", "2A34", "2A52"]), values),
    st.builds(Note, st.just("2A52"), st.sampled_from(ANSWERS)),
)


@pytest.mark.parametrize(
    ("services", "name"),
    [
        (["1810"], "blood-pressure-profile"),
        (["180A", "1808"], "glucose-profile"),
        (["180a", "1810"], "blood-pressure-profile"),
    ],
)
def test_a_meter_gets_the_driver_of_a_service_it_advertises(services: list[str], name: str) -> None:
    driver = driver_for(services)
    assert driver is not None
    assert driver.name == name


def test_what_advertises_no_known_service_gets_none() -> None:
    assert driver_for(["180D"]) is None


def test_a_service_has_one_driver_and_a_driver_one_name() -> None:
    services = [service for driver in DRIVERS for service in driver.services]
    assert len(set(services)) == len(services)
    assert len({driver.name for driver in DRIVERS}) == len(DRIVERS)


@settings(max_examples=300)
@given(
    driver=st.sampled_from(DRIVERS),
    known=st.none() | st.builds(Mark, st.integers(0, 0xFFFF), st.binary(max_size=11)),
    told=st.lists(events, max_size=60),
)
def test_no_conversation_ever_deletes_a_record_and_all_end_when_the_meter_leaves(
    driver: Driver, known: Mark | None, told: list[Event]
) -> None:
    waiting = iter(told)

    def answer(wish: Wish) -> Event:
        return next(waiting, None) or gone(wish)

    wishes = converse(driver.conversation(Memory(known)), answer)
    asked = [wish.value for wish in wishes if isinstance(wish, Write) and wish.characteristic == CONTROL]
    assert not [request for request in asked if request[:1] == bytes((DELETE,))]


@pytest.mark.parametrize("driver", DRIVERS)
def test_a_meter_that_refuses_everything_is_soon_left(driver: Driver) -> None:
    wishes = converse(driver.conversation(Memory()), lambda wish: Refused("no"))
    assert len(wishes) < 20
