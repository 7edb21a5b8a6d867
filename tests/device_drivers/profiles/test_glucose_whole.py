"""A glucometer whose newest record is number 0: read whole, each record told once, named by its time."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field

from hypothesis import given
from hypothesis import strategies as st

from device_drivers.conversation import (
    Bond,
    Done,
    Emit,
    Event,
    Listen,
    Memory,
    Note,
    Quiet,
    Read,
    Refused,
    Remember,
    Subscribe,
    TellTime,
    Wish,
    Write,
)
from device_drivers.measurement import Glucose, identity_kind
from device_drivers.profiles.glucose_memory import drain
from tests.device_drivers.driving import converse

TAIDOC = Memory(name="TAIDOC TD4257")


def record(number: int, minute: int) -> bytes:
    time = bytes((0xEA, 0x07, 11, 28, 8, minute, 0))
    return b"\x02" + number.to_bytes(2, "little") + time + bytes.fromhex("6fb011")


@dataclass
class Reversed:
    """Minutes of its records, the newest first. `taken` are measured in the middle of the first report."""

    minutes: list[int]
    taken: list[int] = field(default_factory=list)
    lost: int = 0
    """How many notes of the first report are lost."""
    notes: list[Note] = field(default_factory=list)

    def __call__(self, wish: Wish) -> Event:
        match wish:
            case Subscribe() | Bond():
                return Done()
            case Read() | TellTime():
                return Refused("no", 0x0A)
            case Write(value=request):
                self._answer(request)
            case Listen():
                return self.notes.pop(0) if self.notes else Quiet()
        return Done()

    def _answer(self, request: bytes) -> None:
        if request[0] == 4:
            self.notes.append(Note("2A52", b"\x05\x00" + len(self.minutes).to_bytes(2, "little")))
            return
        told = [record(number, minute) for number, minute in enumerate(self.minutes)]
        self.notes += [Note("2A18", frame) for frame in told[self.lost :]]
        self.lost = 0
        self.minutes = [*self.taken, *self.minutes]
        self.taken = []
        self.notes.append(Note("2A52", bytes((6, 0, 1, 1))))


def kept(wishes: list[Wish]) -> list[Glucose]:
    records = [wish.measurement for wish in wishes if isinstance(wish, Emit)]
    return [one for one in records if isinstance(one, Glucose)]


def minutes(wishes: list[Wish]) -> list[int]:
    return sorted(record.words.time[5] for record in kept(wishes))


def test_a_record_is_named_by_its_time_and_no_place_in_the_memory_is_remembered() -> None:
    wishes = converse(drain(TAIDOC), Reversed([30, 20, 10]))
    assert minutes(wishes) == [10, 20, 30]
    assert {identity_kind(record) for record in kept(wishes)} == {"time"}
    assert not [wish for wish in wishes if isinstance(wish, Remember)]


def test_the_memory_is_asked_for_as_a_whole_and_never_from_a_number_on() -> None:
    wishes = converse(drain(TAIDOC), Reversed([30, 20, 10]))
    assert [wish.value.hex() for wish in wishes if isinstance(wish, Write)] == ["0401", "0101"]


def test_records_that_a_report_lost_are_asked_for_again_and_none_is_told_twice() -> None:
    assert minutes(converse(drain(TAIDOC), Reversed([40, 30, 20, 10], lost=2))) == [10, 20, 30, 40]


def test_a_record_taken_between_two_reports_moves_all_numbers_and_doubles_nothing() -> None:
    meter = Reversed([30, 20, 10], taken=[40], lost=1)
    assert minutes(converse(drain(TAIDOC), meter)) == [10, 20, 30, 40]


def test_equal_records_are_as_many_as_the_meter_has() -> None:
    assert minutes(converse(drain(TAIDOC), Reversed([20, 10, 10, 10], taken=[10], lost=1))) == [
        10,
        10,
        10,
        10,
        20,
    ]


def test_a_packet_that_comes_twice_is_one_record() -> None:
    meter = Reversed([10])
    meter.notes.append(Note("2A18", record(0, 10)))
    wishes = converse(drain(TAIDOC), meter)
    assert minutes(wishes) == [10]


@given(
    held=st.lists(st.integers(0, 5), max_size=12),
    taken=st.lists(st.integers(0, 5), max_size=2),
    lost=st.integers(0, 4),
)
def test_what_is_told_is_what_the_memory_holds(held: list[int], taken: list[int], lost: int) -> None:
    meter = Reversed(list(held), list(taken), min(lost, len(held)))
    told = Counter(minutes(converse(drain(TAIDOC), meter)))
    assert told in (Counter(held), Counter(held + taken))
