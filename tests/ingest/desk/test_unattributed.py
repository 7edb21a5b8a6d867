"""Readings without an owner on a real database: the list, and what people do about them."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta
from uuid import UUID, uuid4

import pytest
from msgspec.structs import replace

from ingest.desk import reading as reading_desk
from ingest.desk import revision as revision_desk
from ingest.desk.reading import ReadingDeskError
from ingest.desk.unattributed import Waiting, WhichWaiting, count_unattributed, unattributed
from ingest.door.attribution import Binding
from ingest.fleet import places, registry
from ingest.store.corrections import Correction
from ingest.store.reading_steps import steps
from ingest.store.rows import Key
from ingest.store.steps import Deed
from tests.ingest.making import CUFF, NOON, Gateway, make_reading
from tests.ingest.store.tables import Tables

LATER = NOON + timedelta(hours=1)
ANY = WhichWaiting()
DEED = Deed("steward 7", "asked at the door", LATER)


@pytest.fixture
def tables(either_database_url: str) -> Iterator[Tables]:
    tables = Tables.at(either_database_url)
    yield tables
    tables.connection.close()


def key(number: int) -> Key:
    return CUFF.key, make_reading(number).reading_id


def wait(tables: Tables, *numbers: int) -> Gateway:
    """Readings of a gateway whose home knows no owner for slot 1."""
    gateway = Gateway()
    registry.enrol(tables.connection, gateway.gateway, public=gateway.public, home=gateway.home, now=NOON)
    tables.send(gateway, gateway.seal(*map(make_reading, numbers)), now=LATER)
    return gateway


def waiting(tables: Tables, which: WhichWaiting = ANY) -> list[Waiting]:
    return unattributed(tables.connection, which)


def test_who_had_a_meter_of_that_home_might_be_the_owner(tables: Tables) -> None:
    gateway, resident = wait(tables, 1), UUID(int=1)
    tables.bind(gateway, "another meter", resident)
    tables.bind(gateway, CUFF.key, UUID(int=2), slot=2)
    tables.connection.execute("update ingest.meter_binding set until = %s where slot = 2", (NOON,))
    (row,) = waiting(tables)
    assert row.candidates == (resident,)
    assert (row.meter, row.reading_id, row.home, row.slot, row.unit) == (*key(1), gateway.home, 1, "mmHg")
    assert str(row.systolic) == "128"


def test_only_the_revision_in_force_is_listed(tables: Tables) -> None:
    gateway = wait(tables, 1)
    again = make_reading(1)
    heard = replace(again.heard, at=again.heard.at + timedelta(minutes=1))
    flagged = replace(again, heard=heard, flags=("movement",))
    tables.send(gateway, gateway.seal(flagged), now=LATER + timedelta(minutes=1))
    assert tables.count("unattributed") == 2
    assert [row.stored_at for row in waiting(tables)] == [LATER + timedelta(minutes=1)]


def test_pages_of_the_list_hold_each_reading_once(tables: Tables) -> None:
    wait(tables, 1, 2, 3)
    paged: list[Waiting] = []
    while page := unattributed(tables.connection, ANY, most=1, after=paged[-1].place if paged else None):
        paged += page
    assert paged == waiting(tables)
    assert len(paged) == count_unattributed(tables.connection, ANY) == 3


def test_only_the_readings_of_ones_institutions_are_seen(tables: Tables) -> None:
    house, gateway = uuid4(), wait(tables, 1)
    places.place_region(tables.connection, "310107", name="普陀区")
    places.place_institution(tables.connection, house, region="310107")
    places.place_home(tables.connection, gateway.home, institution=house)
    counts = [count_unattributed(tables.connection, WhichWaiting(of)) for of in ((house,), (uuid4(),), ())]
    assert counts == [1, 0, 0]


def test_attributing_gives_the_reading_to_a_resident_with_who_and_why(tables: Tables) -> None:
    wait(tables, 1, 2)
    resident = uuid4()
    step = reading_desk.attribute(tables.connection, key(1), resident, DEED)
    assert (step.step, step.resident, step.by, step.why, step.at) == (
        "attributed", resident, DEED.by, DEED.why, LATER
    )  # fmt: skip
    assert tables.all("select reading_id, resident, attributed_by, attributed_at from ingest.readings") == [
        (key(1)[1], resident, "person", LATER)
    ]
    assert tables.all("select resident, reading_id from ingest.latest") == [(resident, key(1)[1])]
    assert [row.reading_id for row in waiting(tables)] == [key(2)[1]]


def test_attributing_twice_changes_nothing_and_to_another_is_refused(tables: Tables) -> None:
    wait(tables, 1)
    resident = uuid4()
    first = reading_desk.attribute(tables.connection, key(1), resident, DEED)
    assert reading_desk.attribute(tables.connection, key(1), resident, DEED) == first
    with pytest.raises(ReadingDeskError) as refused:
        reading_desk.attribute(tables.connection, key(1), uuid4(), DEED)
    assert refused.value.trouble == "settled"
    assert len(steps(tables.connection, key(1))) == 1


def test_a_dismissed_reading_leaves_the_queue_and_stays_as_it_is(tables: Tables) -> None:
    wait(tables, 1)
    step = reading_desk.dismiss(tables.connection, key(1), DEED)
    assert reading_desk.dismiss(tables.connection, key(1), DEED) == step
    assert waiting(tables) == []
    (row,) = waiting(tables, WhichWaiting(dismissed=True))
    assert row.dismissed is not None
    assert (row.dismissed.by, row.dismissed.why) == (DEED.by, DEED.why)
    assert tables.count("unattributed") == 1


def test_a_binding_passes_a_dismissed_reading_over(tables: Tables) -> None:
    gateway, resident = wait(tables, 1, 2), uuid4()
    reading_desk.dismiss(tables.connection, key(1), DEED)
    binding = registry.forever(1, resident)
    found = registry.bind(
        tables.connection, home=gateway.home, meter=CUFF.key, binding=binding, now=LATER, deed=DEED
    )
    assert found == 1
    assert tables.all("select reading_id from ingest.readings") == [(key(2)[1],)]


def test_a_second_gateway_that_believes_otherwise_does_not_undo_a_dismissal(tables: Tables) -> None:
    wait(tables, 1)
    reading_desk.dismiss(tables.connection, key(1), DEED)
    relative = Gateway()
    tables.bind(relative, CUFF.key, uuid4())
    tables.send(relative, relative.seal(make_reading(1)), now=LATER)
    assert (tables.count("readings"), tables.count("unattributed")) == (0, 1)


def test_a_dismissed_reading_that_is_corrected_stays_dismissed_and_a_withdrawn_one_waits(
    tables: Tables,
) -> None:
    wait(tables, 1, 2)
    reading_desk.dismiss(tables.connection, key(1), DEED)
    revision_desk.correct(tables.connection, key(1), Correction(quality="implausible"), DEED)
    reading_desk.attribute(tables.connection, key(2), uuid4(), DEED)
    revision_desk.withdraw(tables.connection, key(2), DEED)
    assert [row.reading_id for row in waiting(tables)] == [key(2)[1]]
    assert [row.reading_id for row in waiting(tables, WhichWaiting(dismissed=True))] == [key(1)[1]]


def test_a_dismissed_reading_may_still_find_its_owner(tables: Tables) -> None:
    wait(tables, 1)
    reading_desk.dismiss(tables.connection, key(1), DEED)
    reading_desk.attribute(tables.connection, key(1), uuid4(), DEED)
    assert [step.step for step in steps(tables.connection, key(1))] == ["dismissed", "attributed"]
    assert tables.count("readings") == 1


def test_what_has_an_owner_is_not_dismissed_and_what_is_not_there_not_attributed(tables: Tables) -> None:
    gateway, resident = wait(tables, 1), uuid4()
    binding = Binding(1, resident, NOON)
    registry.bind(tables.connection, home=gateway.home, meter=CUFF.key, binding=binding, now=LATER)
    with pytest.raises(ReadingDeskError, match=str(resident)):
        reading_desk.dismiss(tables.connection, key(1), DEED)
    with pytest.raises(ReadingDeskError) as refused:
        reading_desk.attribute(tables.connection, key(9), resident, DEED)
    assert refused.value.trouble == "unknown_reading"


@pytest.mark.parametrize(
    "deed", [Deed(" ", "why", LATER), Deed("who", "", LATER), Deed("w", "x" * 501, LATER)]
)
def test_who_and_why_must_be_said(tables: Tables, deed: Deed) -> None:
    wait(tables, 1)
    with pytest.raises(ReadingDeskError) as refused:
        reading_desk.dismiss(tables.connection, key(1), deed)
    assert refused.value.trouble == "no_words"


def test_a_reading_that_waited_longer_than_its_month_stood_finds_its_owner(tables: Tables) -> None:
    wait(tables, 1)
    tables.connection.execute("alter table ingest.readings detach partition ingest.readings_2026_03")
    reading_desk.attribute(tables.connection, key(1), uuid4(), DEED)
    assert (tables.count("unattributed"), tables.count("readings")) == (0, 1)
