"""Waiting and doubted readings: who sees them, to whom they may be given, and what is written down."""

from __future__ import annotations

from uuid import UUID, uuid4

import pytest
from msgspec.structs import replace
from sqlalchemy import select
from sqlalchemy.orm import Session

from alerts.store.failures import Failure, note
from clinician_api.audit.models import AuditEntry
from clinician_api.errors import ConflictError, InvalidError, NotFoundError
from clinician_api.stewards import failures, readings
from clinician_api.stewards.readings import Gift
from tests.clinician_api.fleet import LATER
from tests.clinician_api.stewards.conftest import Watched
from tests.ingest.making import CUFF, NOON, make_arrival, make_reading

Key = tuple[str, UUID]


@pytest.fixture
def waiting(watched: Watched) -> Key:
    """A reading of the cuff's third slot, which is nobody's."""
    stranger = make_reading(7, user=3)
    watched.tables.send(watched.gateway, watched.gateway.seal(stranger))
    return CUFF.key, stranger.reading_id


def owner(watched: Watched, reading: Key) -> object:
    ((found,),) = watched.tables.connection.execute(
        "select resident from ingest.reading_identity where meter = %s and reading_id = %s", reading
    ).fetchall()
    return found


def test_a_reading_waits_for_stewards_of_its_institution_alone(
    watched: Watched, waiting: Key, db: Session
) -> None:
    (row,) = readings.waiting(watched.acts(db, watched.steward), None, dismissed=False)
    assert (row.meter, row.reading_id, row.slot) == (*waiting, 3)
    assert row.candidates == (watched.clinic.resident,)
    assert readings.waiting(watched.acts(db, watched.elsewhere), None, dismissed=False) == []
    assert readings.count_waiting(watched.acts(db, watched.elsewhere)) == 0


def test_a_reading_goes_to_somebody_of_the_home_with_who_and_why(
    watched: Watched, waiting: Key, db: Session
) -> None:
    acts = watched.acts(db, watched.steward)
    readings.attribute(acts, waiting, Gift(watched.clinic.resident), why="她借用了三号位")
    db.commit()
    assert owner(watched, waiting) == watched.clinic.resident
    steps = watched.tables.all("select step, resident, by, why, at from ingest.reading_step")
    assert steps == [("attributed", watched.clinic.resident, str(watched.steward), "她借用了三号位", LATER)]
    noted = db.scalars(select(AuditEntry).where(AuditEntry.action == "reading.attributed")).one()
    assert noted.facts["to"] == str(watched.clinic.resident)


def test_nothing_goes_to_somebody_who_never_had_a_meter_there(
    watched: Watched, waiting: Key, db: Session
) -> None:
    with pytest.raises(InvalidError, match=r"reading\.not_of_the_home"):
        readings.attribute(watched.acts(db, watched.steward), waiting, Gift(watched.clinic.stranger), why="x")


def test_a_whole_slot_takes_what_waits_of_it_and_what_comes(
    watched: Watched, waiting: Key, db: Session
) -> None:
    earlier, later = make_reading(6, user=3), make_reading(8, user=3)
    watched.tables.send(watched.gateway, watched.gateway.seal(earlier, later))
    gift = Gift(watched.clinic.resident, whole_slot=True)
    readings.attribute(watched.acts(db, watched.steward), waiting, gift, why="三号位是她的")
    db.commit()
    owners = [owner(watched, (CUFF.key, each.reading_id)) for each in (earlier, later)]
    assert owners == [watched.clinic.resident] * 2
    assert readings.count_waiting(watched.acts(db, watched.steward)) == 0
    bound = watched.tables.all("select by, why from ingest.meter_binding where slot = 3")
    assert bound == [(str(watched.steward), "三号位是她的")]


def test_what_is_nobodys_leaves_the_list_and_may_still_be_given(
    watched: Watched, waiting: Key, db: Session
) -> None:
    acts = watched.acts(db, watched.steward)
    readings.dismiss(acts, waiting, why="护士试用")
    assert readings.count_waiting(acts) == 0
    (row,) = readings.waiting(acts, None, dismissed=True)
    assert row.dismissed is not None
    assert row.dismissed.why == "护士试用"
    readings.attribute(acts, waiting, Gift(watched.clinic.resident), why="还是她的")
    assert readings.count_waiting(acts, dismissed=True) == 0


@pytest.mark.parametrize("who", ["elsewhere", "absent"])
def test_a_reading_out_of_reach_is_not_found(watched: Watched, waiting: Key, db: Session, who: str) -> None:
    key = waiting if who == "elsewhere" else (CUFF.key, uuid4())
    acts = watched.acts(db, watched.elsewhere if who == "elsewhere" else watched.steward)
    with pytest.raises(NotFoundError, match=r"reading\.unknown"):
        readings.attribute(acts, key, Gift(watched.clinic.resident), why="x")
    with pytest.raises(NotFoundError, match=r"reading\.unknown"):
        readings.dismiss(acts, key, why="x")
    with pytest.raises(NotFoundError, match=r"reading\.unknown"):
        readings.look_at(acts, key, why="x")


def test_what_has_found_its_owner_cannot_be_dismissed(watched: Watched, waiting: Key, db: Session) -> None:
    acts = watched.acts(db, watched.steward)
    readings.attribute(acts, waiting, Gift(watched.clinic.resident), why="x")
    with pytest.raises((ConflictError, NotFoundError)):
        readings.dismiss(acts, waiting, why="x")


@pytest.fixture
def twin(watched: Watched) -> Key:
    """The second of two equal live readings."""
    first, second = make_arrival(heard_at=NOON), make_arrival(heard_at=NOON)
    second = replace(second, heard=replace(second.heard, uptime_ms=13_000))
    watched.tables.send(watched.gateway, watched.gateway.seal(first))
    watched.tables.send(watched.gateway, watched.gateway.seal(second))
    return CUFF.key, second.reading_id


def test_a_doubted_reading_is_looked_at_and_stays_as_it_is(watched: Watched, twin: Key, db: Session) -> None:
    acts = watched.acts(db, watched.steward)
    (row,) = readings.doubted(acts, None, looked_at=False)
    assert (row.meter, row.doubts, row.resident) == (CUFF.key, ("duplicate",), watched.clinic.resident)
    readings.look_at(acts, (row.meter, row.reading_id), why="连测两次")
    assert readings.count_doubted(acts) == 0
    (looked,) = readings.doubted(acts, None, looked_at=True)
    assert looked.looked_at is not None
    assert looked.looked_at.by == str(watched.steward)
    assert readings.count_doubted(watched.acts(db, watched.elsewhere), looked_at=True) == 0


def test_a_twin_that_is_a_reading_of_its_own_is_doubted_no_more(
    watched: Watched, twin: Key, db: Session
) -> None:
    acts = watched.acts(db, watched.steward)
    (row,) = readings.doubted(acts, None, looked_at=False)
    readings.revise(acts, (row.meter, row.reading_id), "own", why="量了两次")
    assert readings.count_doubted(acts) == 0
    steps = watched.acts(db, watched.steward).connection.execute("select step, why from ingest.reading_step")
    assert steps.fetchall() == [("corrected", "量了两次")]


def test_a_doubted_reading_that_is_not_theirs_waits_again(watched: Watched, twin: Key, db: Session) -> None:
    acts = watched.acts(db, watched.steward)
    (row,) = readings.doubted(acts, None, looked_at=False)
    readings.revise(acts, (row.meter, row.reading_id), "not_theirs", why="是邻居量的")
    assert readings.count_doubted(acts) == 0
    with pytest.raises(NotFoundError, match=r"reading\.unknown"):
        readings.revise(acts, (row.meter, row.reading_id), "own", why="x")


def test_nobody_revises_a_reading_out_of_reach(watched: Watched, twin: Key, db: Session) -> None:
    (row,) = readings.doubted(watched.acts(db, watched.steward), None, looked_at=False)
    with pytest.raises(NotFoundError, match=r"reading\.unknown"):
        readings.revise(watched.acts(db, watched.elsewhere), (row.meter, row.reading_id), "own", why="x")


def test_looking_at_doubts_is_noted_for_whose_readings_they_are(
    watched: Watched, twin: Key, db: Session
) -> None:
    readings.doubted(watched.acts(db, watched.steward), None, looked_at=False)
    db.flush()
    read = db.scalars(select(AuditEntry).where(AuditEntry.action == "resident.read")).one()
    assert (read.resident, read.purpose) == (watched.clinic.resident, "doubtful")


def test_what_no_rule_could_judge_is_listed_for_who_has_a_meter_in_reach(
    watched: Watched, db: Session
) -> None:
    for resident in (watched.clinic.resident, watched.clinic.stranger):
        note(watched.tables.connection, [Failure(resident, "ValueError", uuid4(), 1, 1)], NOON)
    own = failures.listed(watched.acts(db, watched.steward), None)
    assert [each.resident for each in own] == [watched.clinic.resident]
    assert failures.recent(watched.acts(db, watched.overseer)) == 2
    assert failures.recent(watched.acts(db, watched.elsewhere)) == 0
