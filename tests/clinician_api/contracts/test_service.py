"""Contracts with a real session: one at a time, and sight that begins and ends with them."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import date, datetime, timedelta
from uuid import UUID, uuid4

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from clinician_api.access import service as access
from clinician_api.access.rules import Grant
from clinician_api.audit.models import AuditEntry
from clinician_api.audit.rules import By
from clinician_api.contracts import service
from clinician_api.db import Sessions
from clinician_api.errors import ConflictError, InvalidError, NotFoundError
from tests.clinician_api.making import NOW, actor, clinic, make_contract, make_resident

LAST_SECOND = datetime.fromisoformat("2026-08-31T23:59:59+08:00")
OVER = datetime.fromisoformat("2026-09-01T00:00:00+08:00")


def test_the_team_of_a_contract_sees_its_resident_and_not_another_teams(db: Session) -> None:
    there = clinic(db)
    doctor = actor(db, there.doctor)
    assert set(db.scalars(access.visible(db, doctor, NOW))) == {there.resident}


def test_on_the_last_second_the_team_still_sees_and_on_the_next_it_does_not(db: Session) -> None:
    there = clinic(db)
    doctor = actor(db, there.doctor)
    assert access.may_see(db, doctor, there.resident, now=LAST_SECOND)
    assert not access.may_see(db, doctor, there.resident, now=OVER)


def test_whose_contract_was_ended_is_seen_by_the_duty_desk_at_once(db: Session) -> None:
    there = clinic(db)
    service.end(db, By(), there.contract, why="moved", now=NOW)
    assert not access.may_see(db, actor(db, there.doctor), there.resident, now=NOW)
    assert access.may_see(db, actor(db, there.duty), there.resident, now=NOW)


def test_a_second_contract_beside_the_first_is_a_conflict(db: Session) -> None:
    there = clinic(db)
    with pytest.raises(ConflictError, match=r"contract\.overlaps"):
        make_contract(db, there.resident, there.other_team, begins=date(2026, 3, 1), ends=date(2027, 2, 28))


def test_after_thirty_days_nobody_is_responsible(db: Session) -> None:
    there = clinic(db)
    kinds = [
        service.responsible(db, there.resident, when).kind
        for when in (
            LAST_SECOND,
            OVER,
            OVER + timedelta(days=30) - timedelta(seconds=1),
            OVER + timedelta(days=30),
        )
    ]
    assert kinds == ["team", "duty_desk", "duty_desk", "nobody"]


def test_the_desk_of_the_old_team_ends_when_a_new_team_begins(db: Session) -> None:
    there = clinic(db)
    service.end(db, By(), there.contract, why="changed_team", now=NOW)
    make_contract(db, there.resident, there.other_team, begins=date(2026, 3, 10), ends=date(2027, 3, 9))
    relieved = datetime.fromisoformat("2026-03-10T00:00:00+08:00")
    duty = replace(actor(db, there.duty), roles=frozenset({"duty"}))
    assert access.may_see(db, duty, there.resident, now=relieved - timedelta(seconds=1))
    assert not access.may_see(db, duty, there.resident, now=relieved)
    assert access.may_see(db, actor(db, there.other_doctor), there.resident, now=relieved)


def test_who_signs_after_the_last_one_ran_out_needs_no_job_to_end_it(db: Session) -> None:
    there = clinic(db)
    make_contract(db, there.resident, there.other_team, OVER, begins=date(2026, 9, 1), ends=date(2027, 8, 31))
    assert service.responsible(db, there.resident, OVER).team == there.other_team


def test_what_is_over_cannot_be_ended(db: Session) -> None:
    there = clinic(db)
    with pytest.raises(ConflictError, match=r"contract\.ended"):
        service.end(db, By(), there.contract, why="other", now=OVER)


def test_a_contract_nobody_knows_cannot_be_ended(db: Session) -> None:
    with pytest.raises(NotFoundError, match=r"contract\.unknown"):
        service.end(db, By(), uuid4(), why="other", now=NOW)


def test_a_contract_cannot_end_before_it_begins(db: Session) -> None:
    there = clinic(db)
    with pytest.raises(InvalidError, match=r"contract\.ends_before_it_begins"):
        make_contract(db, there.resident, there.team, begins=date(2027, 1, 2), ends=date(2027, 1, 1))


def test_a_forged_resident_signs_nothing(db: Session) -> None:
    there = clinic(db)
    with pytest.raises(NotFoundError, match=r"resident\.unknown"):
        make_contract(db, uuid4(), there.team)


def test_of_two_who_sign_the_same_person_at_once_one_is_refused(care: Sessions) -> None:
    with care.begin() as db:
        there = clinic(db)
        person = make_resident(db)

    def sign(team: UUID) -> str:
        with care.begin() as db:
            make_contract(db, person, team)
        return "signed"

    with ThreadPoolExecutor(2) as pool:
        tries = [pool.submit(sign, team) for team in (there.team, there.other_team)]
    refusals = [error for each in tries if (error := each.exception()) is not None]
    assert [str(error).split(":")[0] for error in refusals] == ["contract.overlaps"]


def test_grants_can_be_computed_again_from_what_they_follow_from(db: Session) -> None:
    """After a life of contracts, what is granted is what the contracts and accounts amount to."""
    there = clinic(db)
    service.end(db, By(), there.contract, why="changed_team", now=NOW)
    later = make_contract(
        db, there.resident, there.other_team, begins=date(2026, 3, 10), ends=date(2027, 3, 9)
    )
    service.end(db, By(), later, why="own_wish", now=datetime.fromisoformat("2026-03-05T12:00:00+08:00"))
    make_contract(db, there.resident, there.team, begins=date(2026, 3, 20), ends=date(2027, 3, 19))
    make_contract(db, there.resident, there.other_team, begins=date(2027, 4, 1), ends=date(2028, 3, 31))

    def granted(resident: UUID) -> set[Grant]:
        return {each for each in access.grants_of(db, resident) if each.source.kind == "contract"}

    residents = [there.resident, there.stranger]
    assert [granted(each) for each in residents] == [set(service.sight(db, each)) for each in residents]
    assert len(granted(there.resident)) == 6


def test_signing_and_ending_are_written_down(db: Session) -> None:
    there = clinic(db)
    service.end(db, By(account=there.leader), there.contract, why="moved", now=NOW)
    entries = db.scalars(
        select(AuditEntry).where(AuditEntry.target == there.contract).order_by(AuditEntry.seq)
    )
    assert [(entry.action, entry.resident) for entry in entries] == [
        (f"contract.{word}", there.resident)
        for word in ("drafted", "applied", "accepted", "signed", "activated", "ended")
    ]
