"""Contracts with a real session: one at a time, and sight that begins and ends with them."""

from __future__ import annotations

from datetime import date, datetime, timedelta

import pytest
from sqlalchemy.orm import Session

from clinician_api.access import service as access
from clinician_api.audit.rules import By
from clinician_api.contracts import service
from clinician_api.errors import ConflictError
from tests.clinician_api.making import NOW, actor, clinic, make_contract

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
