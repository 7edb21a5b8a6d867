"""Looks in an emergency over a database, and what a resident reads of who looked."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from uuid import UUID

import pytest
from pydantic import SecretStr
from sqlalchemy import select, update
from sqlalchemy.orm import Session

from clinician_api.access import service as access
from clinician_api.access.rules import Source
from clinician_api.audit.models import AuditEntry
from clinician_api.audit.rules import By
from clinician_api.audit.search import Wanted
from clinician_api.contracts import looking
from clinician_api.db import Sessions
from clinician_api.errors import ConflictError, InvalidError, NotFoundError
from clinician_api.identity import service as identity
from clinician_api.identity import staffing
from clinician_api.identity.models import Membership, Resident
from clinician_api.identity.schemas import NewStaff
from clinician_api.notices.models import Notice
from clinician_api.oversight import looks, service
from clinician_api.oversight.rules import UNREVIEWED, Look
from clinician_api.oversight.service import Asked
from tests.clinician_api.making import NOW, WEAK, Clinic, actor, clinic, make_account, make_resident

HOUR = timedelta(hours=1)
NEW = NewStaff(login_name="made-up", name="无此人", password=SecretStr("a-password-of-tests"))


@pytest.fixture
def people(db: Session) -> Clinic:
    return clinic(db)


def opened(db: Session, people: Clinic, account: UUID, **asked: object) -> Look:
    number = db.get_one(Resident, people.resident).file_number
    facts = {"file_number": number, "cause": "life_at_risk", "words": "胸痛送来急诊", "hours": 4} | asked
    return service.open_look(db, actor(db, account), Asked(**facts), now=NOW)  # type: ignore[arg-type]


def sees(db: Session, account: UUID, resident: UUID, hours: float) -> bool:
    return access.may_see(db, actor(db, account), resident, now=NOW + hours * HOUR)


def test_a_stranger_sees_the_resident_until_the_hours_are_over(db: Session, people: Clinic) -> None:
    assert not sees(db, people.other_doctor, people.resident, 0)
    opened(db, people, people.other_doctor)
    assert [sees(db, people.other_doctor, people.resident, n) for n in (0, 3.99, 4)] == [True, True, False]
    assert not sees(db, people.duty, people.resident, 0)


def test_who_treats_nobody_any_more_sees_nobody_in_an_emergency(db: Session, people: Clinic) -> None:
    opened(db, people, people.other_doctor)
    db.execute(update(Membership).where(Membership.account == people.other_doctor).values(until=NOW + HOUR))
    moments = [NOW + n * HOUR for n in (0.5, 1)]
    who = [actor(db, people.other_doctor, moment) for moment in moments]
    seen = [
        access.may_see(db, each, people.resident, now=now) for each, now in zip(who, moments, strict=True)
    ]
    assert seen == [True, False]


def test_of_many_looks_at_once_no_more_are_opened_than_one_after_another(care: Sessions) -> None:
    with care.begin() as db:
        people = clinic(db)
        numbers = [db.get_one(Resident, make_resident(db)).file_number for _ in range(8)]
        who = actor(db, people.other_doctor)

    def look(number: str) -> bool:
        try:
            with care.begin() as db:
                service.open_look(db, who, Asked(number, "outbreak", "一家八口发热", 1), now=NOW)
        except ConflictError:
            return False
        return True

    with ThreadPoolExecutor(8) as pool:
        assert sum(pool.map(look, numbers)) == UNREVIEWED


def test_a_look_in_an_emergency_shows_no_contract(db: Session, people: Clinic) -> None:
    opened(db, people, people.other_doctor)
    looker = actor(db, people.other_doctor)
    with pytest.raises(NotFoundError, match=r"contract\.unknown"):
        looking.one(db, looker, people.contract, now=NOW)
    seen = looking.queue(db, looker, ["active"], now=NOW)
    assert people.resident not in {row.resident for row in seen}


def test_whoever_sees_already_needs_none_and_a_number_of_nobody_is_unknown(
    db: Session, people: Clinic
) -> None:
    with pytest.raises(ConflictError, match="in_sight_already"):
        opened(db, people, people.doctor)
    with pytest.raises(NotFoundError, match=r"resident\.unknown"):
        opened(db, people, people.other_doctor, file_number="310107-08-99999")


def test_supervisors_are_told_at_once_and_once_more_after_a_day_without_a_name(
    db: Session, people: Clinic
) -> None:
    look = opened(db, people, people.other_doctor)
    assert service.remind(db, now=NOW + 23 * HOUR) == []
    assert service.remind(db, now=NOW + 24 * HOUR) == [look.id]
    assert service.remind(db, now=NOW + 25 * HOUR) == []
    told = list(db.scalars(select(Notice).where(Notice.subject == look.id).order_by(Notice.queued_at)))
    assert [(each.recipient, each.code) for each in told] == [
        (people.supervisor, "emergency.opened"),
        (people.supervisor, "emergency.overdue"),
    ]
    assert all(str(people.resident) not in str(each.facts) for each in told)


def test_of_a_new_role_the_security_and_the_supervisors_hear_once_and_not_who_has_it(
    db: Session, people: Clinic
) -> None:
    """A doctor whom an administrator made up would see every resident of a team."""
    officer = make_account(db, "安全员", institution=people.institution, now=NOW)
    identity.join(db, officer, "security", team=None, since=NOW - 24 * 30 * HOUR)
    assert service.tell_of_roles(db, now=NOW) == 0
    made_up = staffing.employ(db, By(), people.institution, NEW, passwords=WEAK, now=NOW)
    staffing.appoint(db, By(), people.institution, made_up, "doctor", team=people.team, now=NOW)
    staffing.appoint(db, By(), people.institution, people.supervisor, "doctor", team=people.team, now=NOW)
    assert [service.tell_of_roles(db, now=NOW + n * HOUR) for n in (0, 1)] == [3, 0]
    told = db.execute(select(Notice.recipient, Notice.facts["account"].astext))
    assert set(told) == {
        (officer, str(made_up)),
        (people.supervisor, str(made_up)),
        (officer, str(people.supervisor)),
    }


def test_an_unjustified_one_sees_nothing_from_that_second_on(db: Session, people: Clinic) -> None:
    look = opened(db, people, people.other_doctor)
    judge = actor(db, people.supervisor)
    assert [each.id for each in service.to_review(db, judge)] == [look.id]
    service.review(db, judge, look.id, verdict="unjustified", remark="没有急诊记录", now=NOW + HOUR)
    assert [sees(db, people.other_doctor, people.resident, n) for n in (0.99, 1)] == [True, False]
    assert service.to_review(db, judge) == []
    assert service.own(db, actor(db, people.other_doctor), now=NOW + HOUR) == []


def test_nobody_judges_their_own_nor_without_the_role(db: Session, people: Clinic) -> None:
    look = opened(db, people, people.other_doctor)
    for account in (people.other_doctor, people.doctor, people.own_account):
        with pytest.raises(NotFoundError, match=r"emergency\.unknown"):
            service.review(db, actor(db, account), look.id, verdict="justified", now=NOW)


def test_the_sixth_waits_until_one_is_judged(db: Session, people: Clinic) -> None:
    for _ in range(5):
        look = opened(db, people, people.other_doctor)
        access.end(db, Source("emergency", look.id), now=NOW)
    assert len(service.of_resident(db, people.resident)) == 5
    with pytest.raises(ConflictError, match="too_many_unreviewed"):
        opened(db, people, people.other_doctor)


def test_the_resident_reads_who_looked_how_often_and_that_it_was_an_emergency(
    db: Session, people: Clinic
) -> None:
    opened(db, people, people.other_doctor)
    for account, purpose in ((people.doctor, "pane"), (people.doctor, "pane"), (people.other_doctor, "pane")):
        access.require(db, actor(db, account), people.resident, purpose=purpose, now=NOW)
    oneself = actor(db, people.own_account)
    found = looks.who_looked(db, oneself, people.resident, since=NOW - HOUR, until=NOW + HOUR, now=NOW)
    said = {
        (each.name, each.purpose, each.times, each.is_emergency)
        for each in found
        if each.kind == "read" and not each.is_own
    }
    assert said == {("李医生", "pane", 2, False), ("孙医生", "pane", 1, True)}
    assert {each.institution for each in found if each.name == "李医生"} == {"花桥镇社区卫生服务中心"}


def test_nobody_reads_who_looked_at_a_stranger(db: Session, people: Clinic) -> None:
    oneself = actor(db, people.own_account)
    with pytest.raises(NotFoundError):
        looks.who_looked(db, oneself, people.stranger, since=NOW, until=NOW + HOUR, now=NOW)


def test_a_search_finds_what_was_asked_for_and_is_written_down_itself(db: Session, people: Clinic) -> None:
    access.require(db, actor(db, people.doctor), people.resident, purpose="pane", now=NOW)
    wanted = Wanted(NOW - HOUR, NOW + HOUR, account=people.doctor, action="resident.")
    asker = actor(db, people.duty)
    assert [each.purpose for each in looks.search_audit(db, asker, wanted, now=NOW)] == ["pane"]
    searched = db.scalars(select(AuditEntry).where(AuditEntry.action == "audit.searched")).one()
    assert searched.facts["account"] == str(people.doctor)
    with pytest.raises(InvalidError, match=r"audit\.days"):
        looks.search_audit(db, asker, Wanted(NOW, NOW), now=NOW)


def test_pages_of_a_search_follow_each_other_without_a_gap(db: Session, people: Clinic) -> None:
    for _ in range(7):
        access.require(db, actor(db, people.doctor), people.resident, purpose="pane", now=NOW)
    wanted, asker, found, before = Wanted(NOW, NOW + HOUR, people.doctor), actor(db, people.duty), [], None
    while page := looks.search_audit(db, asker, wanted, before=before, most=3, now=NOW):
        found += [each.seq for each in page]
        before = page[-1].at, page[-1].seq
    assert len(found) == len(set(found)) == 7
    assert found == sorted(found, reverse=True)
