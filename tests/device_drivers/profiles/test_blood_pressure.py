"""The conversation with a cuff, held without a radio."""

from __future__ import annotations

from collections import deque
from collections.abc import Callable
from dataclasses import dataclass, field

import pytest

from device_drivers.conversation import (
    Done,
    Emit,
    Event,
    Gone,
    Learn,
    Listen,
    Memory,
    Note,
    Quiet,
    Read,
    Refused,
    Spoil,
    Subscribe,
    Value,
    Wish,
)
from device_drivers.measurement import BatteryLevel, ClockEvidence, DeviceInformation
from device_drivers.profiles import enhanced_blood_pressure
from device_drivers.profiles.blood_pressure import DRIVER, decode, drain, recover
from device_drivers.reader import DecodeError
from tests.device_drivers.driving import converse

FIRST = bytes.fromhex("02 7800 5000 6200 e807 03 09 0a 1e 00")
ENHANCED = bytes.fromhex("62 7800 5000 6200 a8f67e2d a8f67e2d")
SECOND = bytes.fromhex("02 8e00 5c00 6d00 e807 03 09 0a 20 00")


@dataclass
class Cuff:
    """Says its notes, answers what it has been given to be read, then is what `then` says."""

    notes: deque[Note] = field(default_factory=deque)
    values: dict[str, bytes] = field(default_factory=dict)
    then: Event = field(default_factory=Gone)
    subscribing: Event = field(default_factory=Done)

    def __call__(self, wish: Wish) -> Event:
        match wish:
            case Subscribe():
                return self.subscribing
            case Read(characteristic=name):
                return Value(self.values[name]) if name in self.values else Refused("none", 0x0A)
            case Listen():
                return self.notes.popleft() if self.notes else self.then
        return Done()


def talk(cuff: Cuff) -> list[Wish]:
    return converse(drain(Memory()), cuff)


def notes(*values: bytes) -> deque[Note]:
    return deque(Note("2A35", value, frame) for frame, value in enumerate(values, start=7))


def test_every_result_is_kept_and_settles_its_frame() -> None:
    wishes = talk(Cuff(notes(FIRST, SECOND)))
    kept = [wish for wish in wishes if isinstance(wish, Emit)]
    assert kept == [Emit(decode(FIRST), (7,)), Emit(decode(SECOND), (8,))]


@pytest.mark.parametrize("end", [Gone(), Quiet()])
def test_a_lost_link_and_silence_both_end_the_transfer(end: Event) -> None:
    wishes = talk(Cuff(notes(FIRST), then=end))
    assert isinstance(wishes[-1], Listen)


def test_it_subscribes_before_it_asks_and_asks_before_it_listens() -> None:
    kinds = [type(wish) for wish in talk(Cuff())]
    assert kinds == [Subscribe, *[Read] * 7, Learn, Read, Listen]


def test_what_a_cuff_says_of_itself_is_learned_before_its_results_are_kept() -> None:
    values = {
        "2A2B": bytes.fromhex("e807 03 09 0a 1e 00 06 00 00"),
        "2A29": b"A&D\0",
        "2A25": b"5060\x00\x00",
        "2A19": b"\x50",
    }
    wishes = talk(Cuff(notes(FIRST), values))
    facts = [wish.fact for wish in wishes if isinstance(wish, Learn)]
    assert [type(fact) for fact in facts] == [ClockEvidence, DeviceInformation, BatteryLevel]
    assert facts[1] == DeviceInformation(manufacturer="A&D", serial="5060")
    assert facts[2] == BatteryLevel(80)
    assert isinstance(wishes[-2], Emit)


def test_a_fact_that_does_not_decode_is_kept_as_such() -> None:
    values = {"2A2B": b"\x00", "2A25": bytes(513), "2A19": b"\x50"}
    wishes = talk(Cuff(values=values))
    assert [wish.characteristic for wish in wishes if isinstance(wish, Spoil)] == ["2A2B", "2A25"]
    facts = [wish.fact for wish in wishes if isinstance(wish, Learn)]
    assert facts == [DeviceInformation(), BatteryLevel(80)]


def test_names_that_a_lost_link_left_unread_are_not_taken_for_none() -> None:
    """A meter without names is called by its address for good, so only the meter itself may say so."""
    cuff = Cuff(values={"2A29": b"A&D"})

    def answer(wish: Wish) -> Event:
        return Gone() if wish == Read("2A25") else cuff(wish)

    wishes = converse(drain(Memory()), answer)
    assert not [wish for wish in wishes if isinstance(wish, Learn)]


def test_results_that_came_before_the_link_was_lost_are_kept() -> None:
    cuff = Cuff(notes(FIRST))

    def answer(wish: Wish) -> Event:
        return Gone() if isinstance(wish, Read) else cuff(wish)

    assert Emit(decode(FIRST), (7,)) in converse(drain(Memory()), answer)


def test_a_frame_that_does_not_decode_is_kept_as_such_and_the_next_one_counts() -> None:
    wishes = talk(Cuff(notes(FIRST[:5], SECOND)))
    spoiled = [wish for wish in wishes if isinstance(wish, Spoil)]
    assert [(wish.frame, wish.characteristic, wish.value) for wish in spoiled] == [(7, "2A35", FIRST[:5])]
    assert "mean" in spoiled[0].error
    assert Emit(decode(SECOND), (8,)) in wishes


def test_the_pressure_in_the_cuff_is_never_kept() -> None:
    wishes = talk(Cuff(deque([Note("2A36", bytes.fromhex("00 9600 ff07 ff07"))])))
    assert not [wish for wish in wishes if isinstance(wish, Emit | Spoil)]


def test_a_note_without_a_frame_settles_none() -> None:
    assert Emit(decode(FIRST), ()) in talk(Cuff(deque([Note("2A35", FIRST)])))


def test_a_cuff_that_does_not_let_us_subscribe_is_left_alone() -> None:
    refusal = Refused("insufficient encryption", 0x0F)
    assert talk(Cuff(subscribing=refusal)) == [Subscribe("2A35"), Subscribe("2B34")]


def test_a_cuff_that_left_is_asked_for_nothing_more() -> None:
    assert talk(Cuff(subscribing=Gone())) == [Subscribe("2A35")]


def only_enhanced(cuff: Cuff) -> Callable[[Wish], Event]:
    def answer(wish: Wish) -> Event:
        return Refused("no such characteristic", 0x0A) if wish == Subscribe("2A35") else cuff(wish)

    return answer


def test_a_cuff_that_knows_the_enhanced_form_alone_is_heard_in_it() -> None:
    heard = deque([Note("2B34", ENHANCED, 7)])
    wishes = converse(drain(Memory()), only_enhanced(Cuff(heard)))
    assert Emit(enhanced_blood_pressure.decode(ENHANCED), (7,)) in wishes


def test_a_cuff_that_knows_both_forms_is_heard_in_one() -> None:
    cuff = Cuff(deque([Note("2A35", FIRST, 7), Note("2B34", ENHANCED, 8)]))
    kept = [wish for wish in talk(cuff) if isinstance(wish, Emit | Spoil)]
    assert kept == [Emit(decode(FIRST), (7,))]


def test_an_enhanced_result_that_was_left_over_becomes_the_same_measurement() -> None:
    assert recover("2B34", ENHANCED) == enhanced_blood_pressure.decode(ENHANCED)


def test_a_left_over_frame_becomes_the_same_measurement() -> None:
    assert recover("2A35", FIRST) == decode(FIRST)


@pytest.mark.parametrize(("name", "value"), [("2A35", FIRST[:5]), ("2A36", FIRST)])
def test_what_cannot_be_recovered_says_so(name: str, value: bytes) -> None:
    with pytest.raises(DecodeError):
        recover(name, value)


def test_results_cannot_be_asked_for_again() -> None:
    assert DRIVER.irreplaceable == ("2A35", "2B34")
