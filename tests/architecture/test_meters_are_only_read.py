"""No driver can delete a record, write a meter's memory, or set a clock that it was not told the time for.

What may be written is listed here, word for word. A driver that wants to write more has to come here first
and say why.
"""

from __future__ import annotations

import ast
from collections import deque
from collections.abc import Callable, Mapping
from datetime import datetime

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from device_drivers.conversation import (
    Bond,
    Done,
    Event,
    Gone,
    Memory,
    Note,
    Quiet,
    Refused,
    TellTime,
    Time,
    Value,
    Wish,
    Write,
)
from device_drivers.driver import Driver
from device_drivers.makers import microlife, microlife_frames, omron_channels, omron_classic
from device_drivers.profiles import clocks, racp
from device_drivers.quirks.table import QUIRKS
from device_drivers.registry import DRIVERS
from firmware_sim.makers.microlife import MicrolifeMemory
from firmware_sim.makers.omron import HEM_7155T, HEM_7322T, OmronMemory, Shown
from tests.architecture.tree import modules, parse
from tests.device_drivers.driving import Glucometer, converse
from tests.e2e.makers_on_a_table import Table, microlife_cuff, omron_cuff

# Modules that may say `Write(...)`, and to what.
WRITERS = {
    "device_drivers/profiles/glucose_memory.py": "the control point: report, count, abort",
    "device_drivers/profiles/clocks.py": "clocks, with the time that the gateway told",
    "device_drivers/makers/microlife.py": "commands that ask, and the clock likewise",
    "device_drivers/makers/omron_classic.py": "requests that read, and the lock before them",
}

CLOCKS = {"2A08": 7, "2A2B": 10, clocks.CONTOUR: 10}
"""Characteristic of a clock → how many bytes it takes."""

READING_OPCODES = {racp.Opcode.REPORT_RECORDS, racp.Opcode.ABORT, racp.Opcode.REPORT_NUMBER}
ASKING = {microlife_frames.READ_USER, microlife_frames.READ_RECORDS, microlife_frames.HANG_UP}
SETS_CLOCK = 0x0D
LOCK_WORDS = {0x00, 0x01, 0x02}
READ_MEMORY = b"\x08\x01\x00"

NOW = Time(datetime(2026, 11, 28, 9, 30), 480)
NAMES = [None, "A&D_UA-651BLE_1", "BLEsmart_1", "BM59", "meter+1", "Contour1", "CareSens", "TAIDOC"]


def is_harmless(write: Write, *, knows_time: bool) -> bool:
    """Whether this may be written, to a meter whose clock is to be set or not."""
    value = write.value
    match write.characteristic:
        case racp.CONTROL:
            return value[0] in READING_OPCODES
        case microlife.COMMANDS:
            payload = value[4:-1]
            return payload in ASKING or (knows_time and payload[0] == SETS_CLOCK and len(payload) == 7)
        case omron_channels.UNLOCK:
            return value[0] in LOCK_WORDS and len(value) == 17
        case omron_channels.REQUESTS:
            fixed = value in {omron_channels.START, omron_channels.END}
            return fixed or (value.startswith(READ_MEMORY) and len(value) == 8)
        case clock if clock in CLOCKS:
            return knows_time and len(value) == CLOCKS[clock]
    return False


def glucometer() -> Callable[[Wish], Event]:
    meter = Glucometer([1, 2, 3])
    return lambda wish: Refused("no") if isinstance(wish, TellTime | Bond) else meter(wish)


def microlife_answers() -> Callable[[Wish], Event]:
    memory = MicrolifeMemory()
    memory.measure(142, 91, 77, datetime(2026, 11, 28, 7, 30))
    return Table(microlife_cuff(memory))


def omron_answers(model: str) -> Callable[[Wish], Event]:
    number = HEM_7322T if model == "HEM-7322T" else HEM_7155T
    memory = OmronMemory(number, datetime(2026, 11, 28), key=None, in_pairing_mode=True)
    memory.measure(0, Shown(systolic=142, diastolic=91, pulse=77, at=datetime(2026, 11, 28, 7, 30)))
    return Table(omron_cuff(memory), values={"2A24": model.encode()})


def cuff() -> Callable[[Wish], Event]:
    wild = Note("2A2B", bytes.fromhex("e3070101000000020000"))
    return Table(lambda _to, _what: [], notes=deque([wild, wild]))


MEETINGS: Mapping[str, Callable[[], Callable[[Wish], Event]]] = {
    "blood-pressure-profile": cuff,
    "glucose-profile": glucometer,
    "microlife": microlife_answers,
    "omron-classic": lambda: omron_answers("HEM-7322T"),
}
"""How a meter of each driver behaves, so that a conversation gets as far as it can."""

characteristics = [
    "2A35",
    "2A18",
    "2A2B",
    "2A52",
    microlife.ANSWERS,
    omron_channels.UNLOCK,
    *omron_channels.ANSWERS,
]
values = st.binary(max_size=24)
interruptions: st.SearchStrategy[Event | None] = st.one_of(
    st.none(),
    st.none(),
    st.sampled_from([Done(), Gone(), Quiet()]),
    st.builds(Value, values),
    st.builds(Refused, st.just("no"), st.sampled_from([None, 0x05, 0x0F, 0x80, 0x81, 0xFD, 0xFE])),
    st.builds(Note, st.sampled_from(characteristics), values),
)


def writes_of(driver: Driver, memory: Memory, told: list[Event | None], *, knows_time: bool) -> list[Write]:
    """Everything that is written to a meter that behaves but for these interruptions."""
    behave = MEETINGS[driver.name]()
    waiting = iter(told)

    def answer(wish: Wish) -> Event:
        if isinstance(wish, TellTime):
            return NOW if knows_time else Refused("not wanted")
        interruption = next(waiting, None)
        return behave(wish) if interruption is None else interruption

    wishes = converse(driver.conversation(memory), answer)
    return [wish for wish in wishes if isinstance(wish, Write)]


@settings(max_examples=400, deadline=None)
@given(
    driver=st.sampled_from(DRIVERS),
    name=st.sampled_from(NAMES),
    quirk=st.sampled_from([None, *(quirk.name for quirk in QUIRKS)]),
    told=st.lists(interruptions, max_size=40),
    knows_time=st.booleans(),
)
def test_nothing_is_written_but_what_is_listed(
    driver: Driver,
    name: str | None,
    quirk: str | None,
    told: list[Event | None],
    knows_time: bool,  # noqa: FBT001  # drawn by hypothesis
) -> None:
    writes = writes_of(driver, Memory(name=name, quirk=quirk), told, knows_time=knows_time)
    assert [write for write in writes if not is_harmless(write, knows_time=knows_time)] == []


@pytest.mark.parametrize("driver", DRIVERS, ids=lambda driver: driver.name)
def test_every_driver_is_met_by_a_meter_that_behaves(driver: Driver) -> None:
    """Else the test above would see only how it begins."""
    memory = Memory(name="BLEsmart_1")
    assert writes_of(driver, memory, [], knows_time=True) != []


@pytest.mark.parametrize("driver", DRIVERS, ids=lambda driver: driver.name)
def test_no_clock_is_written_while_nobody_tells_the_time(driver: Driver) -> None:
    for name in NAMES:
        writes = writes_of(driver, Memory(name=name), [], knows_time=False)
        assert not [write for write in writes if write.characteristic in CLOCKS]


@pytest.mark.parametrize(
    "write",
    [
        Write("2A52", bytes((2, 1))),
        Write(omron_channels.REQUESTS, bytes.fromhex("0a01c002860280000000")),
        Write(omron_channels.UNLOCK, bytes((3,)) + omron_classic.KEY),
        Write(microlife.COMMANDS, microlife_frames.command(b"\x06" + bytes(21))),
        Write(microlife.COMMANDS, microlife_frames.command(b"\x03")),
        Write("2A9F", b"\x00"),
    ],
    ids=["delete", "write memory", "an unknown lock word", "set the user's name", "unknown", "elsewhere"],
)
def test_what_would_harm_is_seen(write: Write) -> None:
    assert not is_harmless(write, knows_time=True)


def writes_in(tree: ast.AST) -> list[int]:
    calls = [node for node in ast.walk(tree) if isinstance(node, ast.Call)]
    return [call.lineno for call in calls if isinstance(call.func, ast.Name) and call.func.id == "Write"]


def test_only_these_modules_write_to_a_meter() -> None:
    found = {str(module) for module in modules() if writes_in(parse(module))}
    assert found == set(WRITERS)
