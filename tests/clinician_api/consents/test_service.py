"""Consents over a database: by whom for whom, once each, and gone at the next query."""

from __future__ import annotations

from datetime import date, timedelta
from uuid import UUID, uuid4

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from clinician_api.access import rules as access_rules
from clinician_api.access import service as access
from clinician_api.access.rules import Grant, Scope, Source
from clinician_api.audit.models import AuditEntry
from clinician_api.audit.rules import By
from clinician_api.consents import rules, service
from clinician_api.consents.rules import Evidence, Purpose
from clinician_api.errors import ConflictError, NotAllowedError
from clinician_api.identity.models import Resident
from tests.clinician_api.making import NOW, actor, clinic

SECOND = timedelta(seconds=1)
PAGE = Evidence("page")
SCOPES: frozenset[Scope] = frozenset({"read", "sign"})


def give(db: Session, resident: UUID, purpose: Purpose = "care", *, by: By = By(), after: int = 0) -> UUID:  # noqa: B008 (frozen)
    now = NOW + after * SECOND
    return service.give(db, by, resident, purpose, text_version=1, evidence=PAGE, now=now)


def test_it_holds_for_its_purpose_from_then_on_and_not_for_another(db: Session) -> None:
    resident = clinic(db).resident
    give(db, resident)
    assert service.holds(db, resident, "care", NOW)
    assert not service.holds(db, resident, "care", NOW - SECOND)
    assert not service.holds(db, resident, "monitoring", NOW)
    with pytest.raises(NotAllowedError, match=r"consent\.missing"):
        service.require(db, resident, "monitoring", now=NOW)


def test_withdrawn_it_holds_no_more_at_that_second_and_is_kept(db: Session) -> None:
    resident = clinic(db).resident
    give(db, resident)
    service.withdraw(db, By(), resident, "care", now=NOW + SECOND)
    assert service.holds(db, resident, "care", NOW)
    assert not service.holds(db, resident, "care", NOW + SECOND)
    assert service.withdrawn_at(db, resident, "care", NOW + SECOND) == NOW + SECOND
    assert [(each.since, each.until) for each in service.history(db, resident)] == [(NOW, NOW + SECOND)]


def test_agreeing_twice_is_one_consent_and_after_a_withdrawal_another(db: Session) -> None:
    resident = clinic(db).resident
    first = give(db, resident)
    assert give(db, resident, after=1) == first
    service.withdraw(db, By(), resident, "care", now=NOW + 2 * SECOND)
    assert give(db, resident, after=3) != first
    assert service.withdrawn_at(db, resident, "care", NOW + 3 * SECOND) is None
    assert len(service.history(db, resident)) == 2


def test_what_was_not_given_cannot_be_withdrawn(db: Session) -> None:
    resident = clinic(db).resident
    with pytest.raises(ConflictError, match=r"consent\.not_given"):
        service.withdraw(db, By(), resident, "family", now=NOW)


@pytest.mark.parametrize("version", [0, 2, 2**31 - 1])
def test_only_the_text_of_today_can_be_agreed_to(db: Session, version: int) -> None:
    resident = clinic(db).resident
    with pytest.raises(ConflictError, match=r"consent\.text_changed"):
        service.give(db, By(), resident, "care", text_version=version, evidence=PAGE, now=NOW)


def test_a_child_needs_a_guardian_whoever_says_otherwise(db: Session) -> None:
    resident = clinic(db).resident
    db.get_one(Resident, resident).born = date(2015, 5, 6)
    with pytest.raises(NotAllowedError, match=r"consent\.guardian_needed"):
        give(db, resident)
    guarded = Evidence("signature", uuid4(), "guardian")
    service.give(db, By(), resident, "care", text_version=1, evidence=guarded, now=NOW)
    assert service.holds(db, resident, "care", NOW)


def test_it_is_written_down_by_whom_for_whom(db: Session) -> None:
    people = clinic(db)
    helper = uuid4()
    give(db, people.resident, by=By(account=helper, on_behalf_of=people.resident))
    service.withdraw(db, By(people.own_account), people.resident, "care", now=NOW + SECOND)
    [given] = service.history(db, people.resident)
    assert (given.account, given.behalf) == (helper, people.resident)
    rows = db.scalars(
        select(AuditEntry).where(AuditEntry.action.startswith("consent.")).order_by(AuditEntry.at)
    )
    assert [(row.action, row.account, row.on_behalf_of, row.resident) for row in rows] == [
        ("consent.given", helper, people.resident, people.resident),
        ("consent.withdrawn", people.own_account, None, people.resident),
    ]


def test_withdrawn_care_ends_the_teams_sight_at_the_next_query_and_nobody_elses(db: Session) -> None:
    people = clinic(db)
    give(db, people.resident)
    after = NOW + SECOND
    service.withdraw(db, By(), people.resident, "care", now=after)
    may = {
        who: [access.may_see(db, actor(db, account), people.resident, now=at) for at in (NOW, after)]
        for who, account in {
            "doctor": people.doctor,
            "supervisor": people.supervisor,
            "self": people.own_account,
        }.items()
    }
    assert may == {"doctor": [True, False], "supervisor": [True, False], "self": [True, True]}
    assert access.may_see(db, actor(db, people.other_doctor), people.stranger, now=after)


def test_given_again_the_team_sees_again(db: Session) -> None:
    people = clinic(db)
    give(db, people.resident)
    service.withdraw(db, By(), people.resident, "care", now=NOW)
    give(db, people.resident, after=1)
    assert access.may_see(db, actor(db, people.doctor), people.resident, now=NOW + SECOND)


def test_withdrawn_family_ends_every_helpers_sight_and_scope(db: Session) -> None:
    people, helper = clinic(db), uuid4()
    source = Source("proxy", uuid4())
    access.grant(db, Grant(access_rules.helper(helper), people.resident, NOW, None, source, SCOPES))
    give(db, people.resident, "family")
    service.withdraw(db, By(), people.resident, "family", now=NOW + SECOND)
    found = [access.scopes(db, helper, people.resident, now=at) for at in (NOW, NOW + SECOND)]
    assert found == [SCOPES, frozenset()]


def test_other_purposes_bar_no_team(db: Session) -> None:
    people = clinic(db)
    for purpose in rules.PURPOSES[1:]:
        give(db, people.resident, purpose)
        service.withdraw(db, By(), people.resident, purpose, now=NOW)
    assert access.may_see(db, actor(db, people.doctor), people.resident, now=NOW)
