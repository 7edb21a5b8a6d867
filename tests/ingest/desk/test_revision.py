"""What people say of stored readings: superseding rows, whatever comes again afterwards."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import timedelta
from uuid import UUID, uuid4
from zoneinfo import ZoneInfo

import pytest
from msgspec.structs import replace

from device_drivers.wire.reading import Context, Reading
from ingest.desk.revision import Revised, RevisionError, correct, reattribute, withdraw
from ingest.door.attribution import Binding
from ingest.fleet import registry
from ingest.series.postgres import PostgresSeries
from ingest.store.corrections import Correction
from ingest.store.revisions import revisions
from ingest.store.rows import Key
from ingest.store.steps import Deed
from tests.ingest.making import CUFF, NOON, Gateway, make_arrival, make_body, make_reading
from tests.ingest.series.contract import glucose
from tests.ingest.store.tables import Tables

LATER = NOON + timedelta(days=1)
DEED = Deed("steward-1", "she rang and said so", LATER)


@dataclass
class House:
    """A home with a cuff that belongs to one resident, and readings that went through the real store."""

    tables: Tables
    gateway: Gateway = field(default_factory=Gateway)
    owner: UUID = field(default_factory=uuid4)
    other: UUID = field(default_factory=uuid4)

    def enrol(self, *, bound: bool = True) -> None:
        at = {"public": self.gateway.public, "home": self.gateway.home, "now": NOON}
        registry.enrol(self.tables.connection, self.gateway.gateway, **at)  # type: ignore[arg-type]
        if bound:
            self.bind(registry.forever(1, self.owner))

    def bind(self, binding: Binding) -> int:
        place = {"home": self.gateway.home, "meter": CUFF.key, "binding": binding}
        return registry.bind(self.tables.connection, now=LATER, **place)  # type: ignore[arg-type]

    def take(self, *readings: Reading) -> None:
        sealed = self.gateway.seal_body(make_body(*readings))
        assert self.tables.send(self.gateway, sealed, now=NOON + timedelta(hours=12)) == ["stored"]

    def give(self, reading: Reading, to: UUID) -> Revised:
        return reattribute(self.tables.connection, key_of(reading), to, DEED)

    def withdraw(self, reading: Reading) -> Revised:
        return withdraw(self.tables.connection, key_of(reading), DEED)

    def correct(self, reading: Reading, correction: Correction) -> Revised:
        return correct(self.tables.connection, key_of(reading), correction, DEED)

    def seen(self, resident: UUID) -> list[UUID]:
        series = PostgresSeries(self.tables.connection, ZoneInfo("Asia/Shanghai"))
        return [each.reading_id for each in series.window(resident, NOON, LATER)]

    def newest(self, resident: UUID) -> UUID | None:
        series = PostgresSeries(self.tables.connection, ZoneInfo("Asia/Shanghai"))
        found = [series.latest([resident], kind).get(resident) for kind in ("blood_pressure", "glucose")]
        return next((each.reading_id for each in found if each is not None), None)

    def waiting(self) -> list[object]:
        return [each for (each,) in self.tables.all("select reading_id from ingest.unattributed")]


def key_of(reading: Reading) -> Key:
    return reading.meter.key, reading.reading_id


@pytest.fixture
def house(either_database_url: str) -> Iterator[House]:
    tables = Tables.at(either_database_url)
    house = House(tables)
    house.enrol()
    yield house
    tables.connection.close()


FIRST, SECOND = make_reading(1), make_reading(2)


def test_a_reading_that_was_anothers_is_in_the_others_series_alone(house: House) -> None:
    house.take(FIRST, SECOND)
    assert house.give(SECOND, house.other).changed
    assert (house.seen(house.owner), house.seen(house.other)) == ([FIRST.reading_id], [SECOND.reading_id])


def test_the_newest_of_both_is_right_at_once(house: House) -> None:
    house.take(FIRST, SECOND)
    house.give(SECOND, house.other)
    assert (house.newest(house.owner), house.newest(house.other)) == (FIRST.reading_id, SECOND.reading_id)
    house.give(SECOND, house.owner)
    assert (house.newest(house.owner), house.newest(house.other)) == (SECOND.reading_id, None)


def test_no_row_is_overwritten_and_each_says_by_whom(house: House) -> None:
    house.take(FIRST)
    house.give(FIRST, house.other)
    house.give(FIRST, house.owner)
    rows = revisions(house.tables.connection, key_of(FIRST))
    assert [(each.revision, each.resident, each.withdrawn, each.attributed_by) for each in rows] == [
        (0, house.owner, False, "binding"),
        (1, house.owner, True, "steward-1"),
        (2, house.other, False, "steward-1"),
        (3, house.other, True, "steward-1"),
        (4, house.owner, False, "steward-1"),
    ]


def test_the_same_said_twice_is_one_step(house: House) -> None:
    house.take(FIRST)
    first, again = house.give(FIRST, house.other), house.give(FIRST, house.other)
    assert (first.changed, again.changed, first.revision) == (True, False, again.revision)
    steps = "select step, resident, by, why, at, revision from ingest.reading_step"
    assert house.tables.all(steps) == [("attributed", house.other, *_words(DEED), 2)]


def _words(deed: Deed) -> tuple[object, ...]:
    return deed.by, deed.why, deed.at


def test_a_reading_of_nobody_waits_and_no_repeat_gives_it_back(house: House) -> None:
    house.take(FIRST)
    house.withdraw(FIRST)
    house.take(FIRST)
    assert (house.seen(house.owner), house.waiting()) == ([], [FIRST.reading_id])
    assert house.newest(house.owner) is None


def test_no_binding_gives_away_what_a_person_withdrew(house: House) -> None:
    house.take(FIRST)
    house.withdraw(FIRST)
    assert house.bind(Binding(1, house.other, NOON - timedelta(days=1))) == 0
    assert house.waiting() == [FIRST.reading_id]


def test_a_withdrawn_reading_may_find_its_owner_by_a_person(house: House) -> None:
    house.take(FIRST)
    house.withdraw(FIRST)
    assert house.give(FIRST, house.other).resident == house.other
    assert (house.seen(house.other), house.waiting()) == ([FIRST.reading_id], [])


def test_a_repeat_leaves_a_reading_with_whom_a_person_gave_it(house: House) -> None:
    house.take(FIRST)
    house.give(FIRST, house.other)
    house.take(FIRST)
    assert (house.seen(house.owner), house.seen(house.other)) == ([], [FIRST.reading_id])


def test_a_corrected_quality_outlives_every_later_delivery(house: House) -> None:
    sugar = glucose(NOON)
    house.take(sugar)
    house.correct(sugar, Correction(quality="control_solution"))
    house.take(sugar)
    assert house.newest(house.owner) is None
    house.take(replace(sugar, context=Context(meal="fasting"), heard=replace(sugar.heard, at=LATER)))
    last = revisions(house.tables.connection, key_of(sugar))[-1]
    assert (last.quality, last.meal, last.revision) == ("control_solution", "fasting", 2)


def test_a_corrected_meal_outlives_what_the_meter_says_of_it(house: House) -> None:
    sugar = replace(glucose(NOON), context=Context(meal="fasting", tester="self"))
    house.take(sugar)
    assert house.correct(sugar, Correction(meal="post_meal")).changed
    assert not house.correct(sugar, Correction(meal="post_meal")).changed
    house.take(replace(sugar, context=Context(meal="bedtime"), heard=replace(sugar.heard, at=LATER)))
    last = revisions(house.tables.connection, key_of(sugar))[-1]
    assert (last.meal, last.corrected) == ("post_meal", ["meal"])


def test_a_correction_goes_with_the_reading_to_its_owner(house: House) -> None:
    house.take(FIRST)
    house.correct(FIRST, Correction(quality="implausible"))
    house.give(FIRST, house.other)
    last = revisions(house.tables.connection, key_of(FIRST))[-1]
    assert (last.resident, last.quality, last.corrected) == (house.other, "implausible", ["quality"])


def test_two_equal_readings_are_two_when_somebody_says_so(house: House) -> None:
    one, two = make_arrival(heard_at=NOON), make_arrival(heard_at=NOON + timedelta(seconds=30))
    house.take(one, two)
    house.correct(two, Correction(is_duplicate=False))
    days = PostgresSeries(house.tables.connection, ZoneInfo("Asia/Shanghai")).aggregates(
        house.owner, NOON.date(), NOON.date(), "day"
    )
    assert {each.readings for each in days} == {2}


def test_a_waiting_reading_can_be_corrected_too(house: House) -> None:
    stranger = make_reading(9, user=4)
    house.take(stranger)
    assert house.correct(stranger, Correction(quality="implausible")).revision == 1
    house.give(stranger, house.other)
    assert revisions(house.tables.connection, key_of(stranger))[-1].quality == "implausible"


def test_what_cannot_be_said_is_refused_with_its_trouble(house: House) -> None:
    house.take(FIRST)
    with pytest.raises(RevisionError) as unfit:
        house.correct(FIRST, Correction(meal="fasting"))
    with pytest.raises(RevisionError) as empty:
        house.correct(FIRST, Correction())
    with pytest.raises(RevisionError) as unknown:
        house.give(make_reading(77), house.other)
    with pytest.raises(RevisionError) as wordless:
        withdraw(house.tables.connection, key_of(FIRST), Deed("steward-1", " ", LATER))
    with pytest.raises(RevisionError) as machine:
        withdraw(house.tables.connection, key_of(FIRST), Deed("binding", "why", LATER))
    troubles = [each.value.trouble for each in (unfit, empty, unknown, wordless, machine)]
    assert troubles == ["unfit", "unfit", "unknown_reading", "no_words", "no_words"]
    assert len(revisions(house.tables.connection, key_of(FIRST))) == 1
