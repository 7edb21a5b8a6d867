"""Monitoring begins with a contract, a consent and a meter that was compared, and ends with any of them."""

from __future__ import annotations

from datetime import timedelta

import pytest
from sqlalchemy.orm import Session

from clinician_api.audit.rules import By
from clinician_api.consents import service as consents
from clinician_api.contracts import service as contracts
from clinician_api.errors import ConflictError, InvalidError, NotFoundError
from clinician_api.monitoring import service
from clinician_api.monitoring.schemas import NewCheck
from tests.clinician_api.making import NOW, Clinic, actor, clinic
from tests.clinician_api.monitoring.comparing import agree, check, monitored, pressure, sugar


@pytest.fixture
def people(db: Session) -> Clinic:
    return clinic(db)


def put(db: Session, people: Clinic, new: NewCheck, *, days: int = 0) -> None:
    service.put_down(db, actor(db, people.nurse), people.resident, new, now=NOW + timedelta(days=days))


def test_it_says_what_is_still_to_do(db: Session, people: Clinic) -> None:
    assert service.state(db, people.resident, now=NOW).lacks == ["consent", "check"]
    agree(db, people.resident, NOW)
    assert service.state(db, people.resident, now=NOW).lacks == ["check"]
    put(db, people, check())
    found = service.state(db, people.resident, now=NOW)
    assert (found.lacks, found.since) == ([], NOW)


def test_a_meter_that_does_not_agree_ends_it_until_another_does(db: Session, people: Clinic) -> None:
    monitored(db, people.resident, people.nurse, NOW)
    put(db, people, check(agrees=False, note="袖带偏小"), days=1)
    later = NOW + timedelta(days=2)
    assert service.since(db, people.resident, "blood_pressure", now=later) is None
    put(db, people, check(meter="another"), days=2)
    put(db, people, check(meter="another"), days=3)
    assert service.since(db, people.resident, "blood_pressure", now=later) == later
    assert len(service.state(db, people.resident, now=later).checks) == 4


def test_kinds_begin_each_by_its_own_meter(db: Session, people: Clinic) -> None:
    monitored(db, people.resident, people.nurse, NOW)
    assert service.since(db, people.resident, "glucose", now=NOW) is None
    put(db, people, check(home=sugar(), clinic=sugar("6.0")))
    assert service.since(db, people.resident, "glucose", now=NOW) == NOW


def test_it_ends_with_the_consent_and_with_the_contract(db: Session, people: Clinic) -> None:
    monitored(db, people.resident, people.nurse, NOW)
    consents.withdraw(db, By(), people.resident, "monitoring", now=NOW)
    assert service.state(db, people.resident, now=NOW).since is None
    agree(db, people.resident, NOW)
    assert service.state(db, people.resident, now=NOW).since == NOW
    contracts.end(db, By(), people.contract, why="moved", now=NOW)
    assert service.state(db, people.resident, now=NOW).lacks == ["contract"]
    with pytest.raises(NotFoundError):
        put(db, people, check())


@pytest.mark.parametrize(
    ("other", "code"),
    [
        ({"clinic": sugar()}, "check.of_two_kinds"),
        ({"home": pressure("300", "80")}, "check.implausible"),
        ({"clinic": pressure("80", "120")}, "check.implausible"),
    ],
)
def test_numbers_that_are_no_comparison_are_refused(
    db: Session, people: Clinic, other: dict[str, object], code: str
) -> None:
    with pytest.raises(InvalidError, match=code.replace(".", r"\.")):
        put(db, people, check(**other))


def test_nobody_compares_for_a_stranger_or_without_a_contract(db: Session, people: Clinic) -> None:
    with pytest.raises(NotFoundError):
        service.put_down(db, actor(db, people.nurse), people.stranger, check(), now=NOW)
    late = NOW + timedelta(days=190)
    with pytest.raises((NotFoundError, ConflictError)):
        service.put_down(db, actor(db, people.duty), people.resident, check(), now=late)
