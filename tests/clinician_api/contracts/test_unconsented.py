"""Who has a contract and never agreed to the use of health information is on a list, and is asked once."""

from __future__ import annotations

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from clinician_api.contracts import unconsented
from clinician_api.notices.models import Notice
from tests.clinician_api.contracts.signing_up import agree
from tests.clinician_api.making import NOW, actor, clinic


def test_the_team_sees_who_has_not_agreed_until_they_have(db: Session) -> None:
    there = clinic(db)
    doctor, other = actor(db, there.doctor), actor(db, there.other_doctor)
    assert [row.id for row in unconsented.in_sight(db, doctor, now=NOW)] == [there.contract]
    assert there.contract not in [row.id for row in unconsented.in_sight(db, other, now=NOW)]
    agree(db, there.resident, there.own_account)
    assert unconsented.in_sight(db, doctor, now=NOW) == []


def test_each_is_asked_once_and_who_agreed_meanwhile_is_not(db: Session) -> None:
    there = clinic(db)
    found = unconsented.waiting(db, now=NOW)
    assert there.contract in found
    agree(db, there.stranger, there.own_account)
    for contract in found * 2:
        unconsented.ask(db, contract, now=NOW)
    asked = select(Notice.recipient, func.count()).where(Notice.code == "contract.consent_missing")
    assert dict(db.execute(asked.group_by(Notice.recipient)).all()) == {there.resident: 1}
    assert there.contract not in unconsented.waiting(db, now=NOW)
