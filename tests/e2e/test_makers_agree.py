"""Two readings of makers' cuffs meet: what the simulator stores, the drivers read; and they write nothing."""

from __future__ import annotations

from datetime import datetime, timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from device_drivers.conversation import Emit, Learn, Memory, Spoil, Time, Wish, Write
from device_drivers.makers import microlife, omron_channels, omron_classic
from device_drivers.makers.omron_classic import KEY
from device_drivers.measurement import BloodPressure, ClockEvidence, identity_kind
from firmware_sim.makers.microlife import MicrolifeMemory
from firmware_sim.makers.omron import HEM_7155T, HEM_7322T, Model, OmronMemory, Shown
from tests.device_drivers.driving import converse
from tests.e2e.makers_on_a_table import Spoiler, Table, as_sent, microlife_cuff, omron_cuff

MORNING = datetime(2026, 11, 28, 7, 30)
NOW = Time(datetime(2026, 11, 28, 9, 30, 5), 480)
CUFFS = pytest.mark.parametrize("model", [HEM_7322T, HEM_7155T], ids=lambda model: model.number)


def kept(wishes: list[Wish]) -> list[BloodPressure]:
    records = [wish.measurement for wish in wishes if isinstance(wish, Emit)]
    return [record for record in records if isinstance(record, BloodPressure)]


def numbers(records: list[BloodPressure]) -> list[tuple[int, int, int]]:
    return [(int(str(one.systolic)), int(str(one.diastolic)), int(str(one.pulse))) for one in records]


# Microlife


def read_microlife(memory: MicrolifeMemory, *, spoil: Spoiler = as_sent, **table: object) -> list[Wish]:
    return converse(microlife.drain(Memory()), Table(microlife_cuff(memory), spoil, **table))  # type: ignore[arg-type]


def test_a_microlife_tells_all_that_its_user_measured() -> None:
    memory = MicrolifeMemory(switch=2)
    memory.measure(142, 91, 77, MORNING)
    memory.measure(255, 140, 199, MORNING + timedelta(minutes=5))
    records = kept(read_microlife(memory))
    assert numbers(records) == [(142, 91, 77), (255, 140, 199)]
    assert [record.time and record.time.local for record in records] == [
        MORNING,
        MORNING + timedelta(minutes=5),
    ]
    assert {record.user for record in records} == {2}
    assert {identity_kind(record) for record in records} == {"time"}
    assert memory.violations == []


def test_an_older_microlife_has_another_header() -> None:
    memory = MicrolifeMemory(header=b"\x4d\x31")
    memory.measure(120, 80, 70, MORNING)
    assert len(kept(read_microlife(memory))) == 1


def test_an_impossible_date_names_its_record_all_the_same() -> None:
    """A random name would make it another record each time that the memory is read."""
    memory = MicrolifeMemory()
    memory.records[1].append(bytes((120, 80, 70, 26, 2, 30, 8, 0, 0, 0)))
    (record,) = kept(read_microlife(memory))
    assert record.time is not None
    assert record.time.local is None
    assert identity_kind(record) == "time"


def test_blank_places_are_no_records() -> None:
    memory = MicrolifeMemory()
    memory.records[1] += [bytes(10), b"\xff" * 10]
    assert kept(read_microlife(memory)) == []


def test_half_a_record_is_set_aside() -> None:
    memory = MicrolifeMemory()
    memory.measure(120, 80, 70, MORNING)
    memory.records[1].append(b"\x78\x50\x46")
    wishes = read_microlife(memory)
    assert len(kept(wishes)) == 1
    assert [wish.value.hex() for wish in wishes if isinstance(wish, Spoil)] == ["785046"]


def test_a_damaged_answer_is_set_aside_and_gives_no_value() -> None:
    memory = MicrolifeMemory()
    memory.measure(120, 80, 70, MORNING)
    wishes = read_microlife(memory, spoil=lambda _number, note: [bytes((*note[:-1], note[-1] ^ 1))])
    assert kept(wishes) == []
    assert len([wish for wish in wishes if isinstance(wish, Spoil)]) == 2


def test_a_lost_note_gives_no_value() -> None:
    memory = MicrolifeMemory()
    for minute in range(20):
        memory.measure(120, 80, 70, MORNING + timedelta(minutes=minute))
    assert kept(read_microlife(memory, spoil=lambda number, note: [] if number == 6 else [note])) == []


def test_a_microlifes_clock_is_set_only_where_it_is_wanted_and_after_the_records() -> None:
    memory = MicrolifeMemory()
    memory.measure(120, 80, 70, MORNING)
    read_microlife(memory)
    assert memory.told_time == []
    wishes = read_microlife(memory, time=NOW)
    assert memory.told_time == [bytes((26, 11, 28, 9, 30, 5))]
    assert memory.violations == []
    last_record = max(place for place, wish in enumerate(wishes) if isinstance(wish, Emit))
    clock = next(n for n, wish in enumerate(wishes) if isinstance(wish, Write) and len(wish.value) == 12)
    assert last_record < clock


@given(st.lists(st.tuples(st.integers(1, 254), st.integers(1, 254), st.integers(1, 254)), max_size=60))
def test_whatever_a_microlife_holds_comes_back(held: list[tuple[int, int, int]]) -> None:
    memory = MicrolifeMemory()
    for place, (systolic, diastolic, pulse) in enumerate(held):
        memory.measure(systolic, diastolic, pulse, MORNING + timedelta(minutes=place))
    assert numbers(kept(read_microlife(memory))) == held


# Omron


def cuff(model: Model, *, key: bytes | None = KEY, in_pairing_mode: bool = False) -> OmronMemory:
    return OmronMemory(model, datetime(2019, 3, 1, 12, 30, 15), key=key, in_pairing_mode=in_pairing_mode)


def read_omron(memory: OmronMemory, *, spoil: Spoiler = as_sent, gone_after: int | None = None) -> list[Wish]:
    names = {"2A24": memory.model.number.encode()}
    table = Table(omron_cuff(memory), spoil, NOW, values=names, gone_after=gone_after)
    return converse(omron_classic.drain(Memory()), table)


def shown(systolic: int, at: datetime, *, moved: bool = False, irregular: bool = False) -> Shown:
    return Shown(systolic=systolic, diastolic=91, pulse=77, at=at, moved=moved, irregular=irregular)


@CUFFS
def test_an_omron_tells_all_that_both_users_measured(model: Model) -> None:
    memory = cuff(model)
    memory.measure(0, shown(142, MORNING, moved=True))
    memory.measure(1, shown(151, MORNING + timedelta(seconds=59), irregular=True))
    one, two = kept(read_omron(memory))
    assert numbers([one, two]) == [(142, 91, 77), (151, 91, 77)]
    assert (one.user, two.user) == (1, 2)
    assert (one.status, two.status) == (("body_movement",), ("irregular_pulse",))
    assert one.time is not None
    assert one.time.local == MORNING
    assert memory.violations == []


@CUFFS
def test_a_full_memory_is_told_whole_and_nothing_is_written(model: Model) -> None:
    memory = cuff(model)
    for minute in range(model.places + 7):
        memory.measure(0, shown(120 + minute % 60, MORNING + timedelta(minutes=minute)))
    before = bytes(memory.bytes_held)
    records = kept(read_omron(memory))
    assert len(records) == model.places
    assert len({record.words for record in records}) == model.places
    first = model.first[0]
    assert bytes(memory.bytes_held)[first:] == before[first:]
    assert memory.violations == []


@CUFFS
def test_what_an_omrons_own_clock_says_is_evidence(model: Model) -> None:
    facts = [wish.fact for wish in read_omron(cuff(model)) if isinstance(wish, Learn)]
    (clock,) = [fact.clock.local for fact in facts if isinstance(fact, ClockEvidence)]
    assert clock == datetime(2019, 3, 1, 12, 30, 15)


@CUFFS
def test_flags_make_no_other_record(model: Model) -> None:
    plain, flagged = cuff(model), cuff(model)
    plain.measure(0, shown(142, MORNING))
    flagged.measure(0, shown(142, MORNING, moved=True, irregular=True))
    assert kept(read_omron(plain))[0].words == kept(read_omron(flagged))[0].words


def test_a_second_beyond_the_minute_is_its_last() -> None:
    model = HEM_7322T
    memory = cuff(model)
    memory.measure(0, shown(142, MORNING))
    memory.bytes_held[model.first[0] + 7] |= 0x3F
    (record,) = kept(read_omron(memory))
    assert record.time is not None
    assert record.time.local == MORNING.replace(second=59)
    assert record.notes == ("second 63 read as 59",)


def test_a_cuff_in_pairing_mode_is_given_our_key() -> None:
    memory = cuff(HEM_7322T, key=b"of a phone's app", in_pairing_mode=True)
    memory.measure(0, shown(142, MORNING))
    assert len(kept(read_omron(memory))) == 1
    assert memory.key == KEY


def test_a_cuff_that_nobody_put_into_pairing_mode_keeps_its_key_and_its_records() -> None:
    memory = cuff(HEM_7322T, key=b"of a phone's app")
    memory.measure(0, shown(142, MORNING))
    wishes = read_omron(memory)
    assert kept(wishes) == []
    assert memory.key == b"of a phone's app"
    assert {wish.characteristic for wish in wishes if isinstance(wish, Write)} == {omron_channels.UNLOCK}


def test_a_model_whose_memory_is_not_known_is_left_unread() -> None:
    memory = cuff(Model(number="HEM-9999T", first=(0x98, 0x458), places=60, size=16, clock=0x44))
    memory.measure(0, shown(142, MORNING))
    assert kept(read_omron(memory)) == []
    assert not memory.is_reading


@CUFFS
@pytest.mark.parametrize("every", [5, 7, 11])
def test_lost_doubled_and_damaged_notes_only_cost_another_question(model: Model, every: int) -> None:
    memory = cuff(model)
    for minute in range(30):
        memory.measure(minute % 2, shown(120 + minute, MORNING + timedelta(minutes=minute)))

    def spoil(number: int, note: bytes) -> list[bytes]:
        match number % (3 * every):
            case 3:
                return []
            case 4 if number > 4:
                return [note, note]
            case 5 if number > 5:
                return [note[:-1] + bytes((note[-1] ^ 0x10,))]
        return [note]

    assert sorted(numbers(kept(read_omron(memory, spoil=spoil)))) == [(120 + n, 91, 77) for n in range(30)]


@settings(max_examples=60, deadline=None)
@given(gone_after=st.integers(1, 60))
def test_a_lost_link_leaves_nothing_false_and_the_next_contact_brings_the_rest(gone_after: int) -> None:
    memory = cuff(HEM_7322T)
    for minute in range(60):
        memory.measure(minute % 2, shown(100 + minute, MORNING + timedelta(minutes=minute)))
    broken = kept(read_omron(memory, gone_after=gone_after))
    memory.is_open = False
    whole = kept(read_omron(memory))
    assert len(whole) == 60
    assert {record.words for record in broken} <= {record.words for record in whole}


@settings(max_examples=40, deadline=None)
@given(
    model=st.sampled_from([HEM_7322T, HEM_7155T]),
    systolic=st.integers(26, 279),
    diastolic=st.integers(0, 254),
    pulse=st.integers(0, 254),
    at=st.datetimes(datetime(2001, 1, 1), datetime(2063, 12, 31)),
)
def test_whatever_an_omron_shows_comes_back(
    model: Model, systolic: int, diastolic: int, pulse: int, at: datetime
) -> None:
    memory = cuff(model)
    at = at.replace(microsecond=0)
    memory.measure(0, Shown(systolic=systolic, diastolic=diastolic, pulse=pulse, at=at))
    (record,) = kept(read_omron(memory))
    assert numbers([record]) == [(systolic, diastolic, pulse)]
    assert record.time is not None
    assert record.time.local == at
