"""The agent on a real message bus: what a bluetoothd asks, and what the home answers."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable, Iterator
from contextlib import asynccontextmanager, suppress
from pathlib import Path

import pytest
from dbus_fast import Message

from gateway.bluez import agent
from gateway.pairing.answers import Answers
from tests.gateway.bluez.private_bus import ADDRESS, DEVICE, Bluetoothd, bluetoothd, private_bus
from tests.gateway.quiet_log import QuietLog

PATIENCE_S = 20.0
REJECTED = "org.bluez.Error.Rejected"


@pytest.fixture
def bus(tmp_path: Path) -> Iterator[str]:
    with private_bus(tmp_path) as address:
        yield address


def home(*, admits: bool = True, answer_s: float = 28.0) -> Answers:
    return Answers(lambda _address: admits, answer_s=answer_s)


async def eventually(what: Callable[[], bool]) -> None:
    async with asyncio.timeout(PATIENCE_S):
        while not what():  # noqa: ASYNC110  it is another process that will make it true
            await asyncio.sleep(0.01)


@asynccontextmanager
async def kept(
    bus: str, answers: Answers, log: QuietLog, renewed: Callable[[], None] = lambda: None
) -> AsyncIterator[None]:
    keeping = asyncio.create_task(agent.keep(answers, log, renewed, bus=bus))
    try:
        yield
    finally:
        keeping.cancel()
        with suppress(asyncio.CancelledError):
            await keeping


@asynccontextmanager
async def registered(bus: str, answers: Answers) -> AsyncIterator[Bluetoothd]:
    async with bluetoothd(bus) as daemon, kept(bus, answers, QuietLog()):
        await eventually(lambda: daemon.agents.default is not None)
        yield daemon


def asked(bus: str, answers: Answers, member: str, signature: str, *body: object) -> Message:
    async def scenario() -> Message:
        async with asyncio.timeout(PATIENCE_S), registered(bus, answers) as daemon:
            return await daemon.ask(member, signature, *body)

    return asyncio.run(scenario())


def test_bluetoothd_learns_that_a_page_can_show_digits_and_take_them(bus: str) -> None:
    async def scenario() -> tuple[str, str] | None:
        async with registered(bus, home()) as daemon:
            return daemon.agents.registered

    assert asyncio.run(scenario()) == (agent.PATH, "KeyboardDisplay")


def test_digits_given_before_the_meter_asks_are_handed_on(bus: str) -> None:
    answers = home()
    answers.give(42)

    assert asked(bus, answers, "RequestPasskey", "o", DEVICE).body == [42]


def test_digits_given_while_the_meter_waits_are_handed_on(bus: str) -> None:
    answers = home()

    async def scenario() -> Message:
        async with registered(bus, answers) as daemon:
            question = asyncio.create_task(daemon.ask("RequestPasskey", "o", DEVICE))
            await eventually(lambda: answers.wants_passkey)
            answers.give(987654)
            return await question

    assert asyncio.run(scenario()).body == [987654]


def test_an_old_meters_pin_is_the_same_six_digits_as_text(bus: str) -> None:
    answers = home()
    answers.give(42)

    assert asked(bus, answers, "RequestPinCode", "o", DEVICE).body == ["000042"]


def test_a_question_that_nobody_answers_is_declined_before_the_meter_gives_up(bus: str) -> None:
    assert asked(bus, home(answer_s=0.05), "RequestPasskey", "o", DEVICE).error_name == REJECTED


def test_digits_serve_once_and_open_no_second_meter(bus: str) -> None:
    answers = home(answer_s=0.05)
    answers.give(1)

    async def scenario() -> list[str | None]:
        async with registered(bus, answers) as daemon:
            return [(await daemon.ask("RequestPasskey", "o", DEVICE)).error_name for _ in range(2)]

    assert asyncio.run(scenario()) == [None, REJECTED]


@pytest.mark.parametrize(
    ("member", "signature", "rest"),
    [
        ("RequestAuthorization", "o", ()),
        ("AuthorizeService", "os", ("00001810-0000-1000-8000-00805f9b34fb",)),
        ("RequestPasskey", "o", ()),
        ("RequestConfirmation", "ou", (123456,)),
    ],
)
def test_a_stranger_gets_nothing(bus: str, member: str, signature: str, rest: tuple[object, ...]) -> None:
    answers = home(admits=False)
    answers.give(1)

    assert asked(bus, answers, member, signature, DEVICE, *rest).error_name == REJECTED


def test_a_meter_of_this_home_may_bond_without_digits(bus: str) -> None:
    assert asked(bus, home(), "RequestAuthorization", "o", DEVICE).error_name is None


def test_who_is_admitted_is_asked_by_address(bus: str) -> None:
    answers = Answers(lambda address: address == ADDRESS)

    assert asked(bus, answers, "RequestAuthorization", "o", DEVICE).error_name is None


def test_digits_to_be_typed_into_the_meter_are_shown_until_they_are_withdrawn(bus: str) -> None:
    answers = home()

    async def scenario() -> list[str | None]:
        async with registered(bus, answers) as daemon:
            await daemon.ask("DisplayPasskey", "ouq", DEVICE, 42, 0)
            shown = answers.shown
            await daemon.ask("Cancel", "")
            return [shown, answers.shown]

    assert asyncio.run(scenario()) == ["000042", None]


@pytest.mark.parametrize(("is_same", "error"), [(True, None), (False, REJECTED)])
def test_digits_on_both_sides_are_compared_by_a_person(bus: str, is_same: bool, error: str | None) -> None:  # noqa: FBT001
    answers = home()

    async def scenario() -> Message:
        async with registered(bus, answers) as daemon:
            question = asyncio.create_task(daemon.ask("RequestConfirmation", "ou", DEVICE, 123456))
            await eventually(lambda: answers.wants_confirmation)
            assert answers.shown == "123456"
            answers.confirm(is_same=is_same)
            return await question

    assert asyncio.run(scenario()).error_name == error


def test_a_bluetoothd_that_comes_back_gets_the_agent_again(bus: str) -> None:
    log = QuietLog()

    async def scenario() -> str | None:
        async with kept(bus, home(), log):
            async with bluetoothd(bus) as first:
                await eventually(lambda: first.agents.default is not None)
            async with bluetoothd(bus) as second:
                await eventually(lambda: log.events.count("agent.registered") == 2)
                return second.agents.default

    assert asyncio.run(scenario()) == agent.PATH


def test_another_bluetoothd_is_told_of_and_the_first_is_not(bus: str) -> None:
    """It knows nothing of our scan: without this a gateway was deaf until the watch took it for silent."""
    log, told = QuietLog(), list[str]()

    async def scenario() -> None:
        async with kept(bus, home(), log, lambda: told.append("another")):
            async with bluetoothd(bus):
                await eventually(lambda: log.events.count("agent.registered") == 1)
                assert told == []
            async with bluetoothd(bus):
                await eventually(lambda: log.events.count("agent.registered") == 2)
                assert told == ["another"]

    asyncio.run(scenario())


def test_an_adapter_that_was_switched_on_is_told_of(bus: str) -> None:
    """A dongle pulled out and put back, a reset by the kernel: each ends our scan without a word."""
    log, told = QuietLog(), list[str]()

    async def scenario() -> None:
        async with bluetoothd(bus) as daemon, kept(bus, home(), log, lambda: told.append("on")):
            await eventually(lambda: "agent.registered" in log.events)
            for is_on in (False, True):
                daemon.adapter.switch(is_on=is_on)
            await eventually(lambda: bool(told))

    asyncio.run(scenario())
    assert told == ["on"]


def test_without_a_bus_the_agent_waits_and_says_so(tmp_path: Path) -> None:
    log = QuietLog()

    async def scenario() -> None:
        async with kept(f"unix:path={tmp_path}/none", home(), log):
            await eventually(lambda: "agent.lost" in log.events)

    asyncio.run(scenario())
