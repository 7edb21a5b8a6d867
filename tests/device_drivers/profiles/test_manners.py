"""Meters with quirks, spoken to without a radio: in which order, and what is written to them."""

from __future__ import annotations

from collections import deque
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime

import pytest

from device_drivers.conversation import (
    Adopt,
    Bond,
    Done,
    Emit,
    Event,
    Gone,
    Learn,
    Listen,
    Memory,
    Note,
    Read,
    Refused,
    Subscribe,
    TellTime,
    Time,
    Value,
    Wish,
    Write,
)
from device_drivers.measurement import BloodPressure, ClockEvidence
from device_drivers.profiles import blood_pressure, glucose_memory
from device_drivers.profiles.clocks import CONTOUR
from tests.device_drivers.driving import Glucometer, converse

NOW = Time(datetime(2026, 11, 28, 9, 30, 5), 480)
NOT_WANTED = Refused("the home does not have its meters' clocks set")
FRAME = bytes.fromhex("02 7800 5000 6200 ea07 0b 1c 09 1e 00")
SWAPPED = bytes.fromhex("56 7b00 4f00 0000 ea07 0b 1c 08 1e 00 0048 01 0000")
AD, OMRON, BEURER = "A&D_UA-651BLE_4C8D79", "BLEsmart_00000116AABB", "BM59"


@dataclass
class Cuff:
    """Tells its clock and its results once it is listened to."""

    time: Event
    values: dict[str, bytes] = field(default_factory=dict)
    notes: deque[Note] = field(default_factory=deque)

    def __call__(self, wish: Wish) -> Event:
        match wish:
            case TellTime():
                return self.time
            case Read(characteristic=name):
                return Value(self.values[name]) if name in self.values else Refused("none", 0x0A)
            case Listen(seconds=seconds) if seconds > 1:
                return self.notes.popleft() if self.notes else Gone()
        return Done()


def cuff(
    name: str, *, time: Event, values: dict[str, bytes] | None = None, notes: Sequence[Note] = ()
) -> list[Wish]:
    meter = Cuff(time, values or {}, deque(notes))
    return converse(blood_pressure.drain(Memory(name=name)), meter)


def writes(wishes: Sequence[Wish]) -> list[Write]:
    return [wish for wish in wishes if isinstance(wish, Write)]


def place(wishes: Sequence[Wish], wanted: Wish) -> int:
    return list(wishes).index(wanted)


def clock_note(text: str) -> Note:
    return Note("2A2B", bytes.fromhex(text))


def test_the_clock_of_an_a_and_d_is_read_before_anybody_writes_it() -> None:
    old = bytes.fromhex("e307 01 01 00 00 00")
    wishes = cuff(AD, time=NOW, values={"2A08": old})
    (written,) = writes(wishes)
    (evidence,) = [w.fact for w in wishes if isinstance(w, Learn) and isinstance(w.fact, ClockEvidence)]
    assert written == Write("2A08", bytes.fromhex("ea07 0b 1c 09 1e 05"))
    assert place(wishes, Read("2A08")) < place(wishes, written) < place(wishes, Subscribe("2A35"))
    assert evidence.clock.local == datetime(2019, 1, 1)


def test_the_time_that_was_written_is_not_read_back_as_evidence() -> None:
    assert Read("2A2B") not in cuff(AD, time=NOW)


@pytest.mark.parametrize("name", [AD, OMRON, "BM59", "any other"])
def test_no_clock_is_written_unless_the_home_wants_it(name: str) -> None:
    far_off = clock_note("e307 01 01 00 00 00 02 00 00")
    assert writes(cuff(name, time=NOT_WANTED, notes=[far_off, Note("2A35", FRAME, 7)])) == []


def test_a_cuff_without_a_quirk_is_never_told_the_time() -> None:
    assert TellTime() not in cuff("any other", time=NOW, notes=[Note("2A35", FRAME, 7)])


def test_an_omron_is_told_the_time_once_after_its_results_were_subscribed_to() -> None:
    far_off = clock_note("e307 01 01 00 00 00 02 00 00")
    wishes = cuff(OMRON, time=NOW, notes=[far_off, Note("2A35", FRAME, 7), far_off])
    assert writes(wishes) == [Write("2A2B", bytes.fromhex("ea07 0b 1c 09 1e 05 06 00 01"))]
    assert place(wishes, Subscribe("2A35")) < place(wishes, Subscribe("2A2B")) < place(wishes, TellTime())


@pytest.mark.parametrize("said", ["ea07 0b 1c 09 14 05 06 00 00", "ea07 0b 1c 09 28 05 06 00 00"])
def test_an_omron_that_is_ten_minutes_off_is_left_alone(said: str) -> None:
    assert writes(cuff(OMRON, time=NOW, notes=[clock_note(said), clock_note(said)])) == []


@pytest.mark.parametrize("said", ["ea07 0b 1c 09 14 04 06 00 00", "ea07 0b 1c 09 28 06 06 00 00"])
def test_an_omron_that_is_further_off_is_not(said: str) -> None:
    assert len(writes(cuff(OMRON, time=NOW, notes=[clock_note(said)]))) == 1


def test_an_omron_whose_first_word_of_its_clock_was_right_is_never_written() -> None:
    right, far_off = clock_note("ea07 0b 1c 09 1e 00 06 00 00"), clock_note("e307 01 01 00 00 00 02 00 00")
    assert writes(cuff(OMRON, time=NOW, notes=[right, far_off])) == []


def test_an_omron_that_says_nonsense_of_its_clock_loses_no_result() -> None:
    wishes = cuff(OMRON, time=NOW, notes=[clock_note("00"), Note("2A35", FRAME, 7)])
    assert writes(wishes) == []
    assert [wish.frames for wish in wishes if isinstance(wish, Emit)] == [(7,)]


def test_a_beurer_is_given_its_rest_and_its_pulse_is_read_anew() -> None:
    wishes = cuff(BEURER, time=NOT_WANTED, notes=[Note("2A35", SWAPPED, 7)])
    (kept,) = [wish.measurement for wish in wishes if isinstance(wish, Emit)]
    assert wishes[0] == Listen(0.1)
    assert isinstance(kept, BloodPressure)
    assert kept.pulse == 72
    assert (kept.user, kept.status) == (1, ())


def test_a_quirk_is_told_once_and_remembered() -> None:
    assert Adopt("beurer-big-endian") in cuff(BEURER, time=NOT_WANTED)
    known = converse(blood_pressure.drain(Memory(quirk="beurer-big-endian")), Cuff(NOT_WANTED))
    assert known[0] == Listen(0.1)
    assert not [wish for wish in known if isinstance(wish, Adopt)]


def test_a_cuff_that_only_says_inside_what_it_is_gets_its_quirk_too() -> None:
    values = {"2A29": b"Beurer", "2A24": b"BM85"}
    wishes = cuff("", time=NOT_WANTED, values=values, notes=[Note("2A35", SWAPPED, 7)])
    (kept,) = [wish.measurement for wish in wishes if isinstance(wish, Emit)]
    assert isinstance(kept, BloodPressure)
    assert kept.pulse == 72


def glucometer(name: str, time: Event = NOT_WANTED) -> list[Wish]:
    meter = Glucometer([1, 2])

    def answer(wish: Wish) -> Event:
        match wish:
            case TellTime():
                return time
            case Bond():
                return Done()
        return meter(wish)

    return converse(glucose_memory.drain(Memory(name=name)), answer)


def test_a_contour_is_bonded_with_before_anything_else_and_told_universal_time() -> None:
    wishes = glucometer("Contour7800H", NOW)
    clock = Write(CONTOUR, bytes.fromhex("01 ea07 0b 1c 01 1e 05 e001"))
    assert wishes[0] == Bond()
    assert place(wishes, Subscribe("2A18")) < place(wishes, Subscribe(CONTOUR)) < place(wishes, clock)
    assert place(wishes, clock) < place(wishes, Write("2A52", b"\x01\x01"))


def test_a_contour_whose_clock_is_its_own_is_only_read() -> None:
    wishes = glucometer("Contour7800H")
    assert {wish.characteristic for wish in writes(wishes)} == {"2A52"}


def test_an_accu_chek_says_its_time_by_date_time_and_is_never_told_any() -> None:
    wishes = glucometer("meter+0358", NOW)
    assert wishes[:2] == [Bond(), Listen(0.5)]
    assert Read("2A08") in wishes
    assert TellTime() not in wishes
