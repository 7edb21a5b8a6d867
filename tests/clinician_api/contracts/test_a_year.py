"""A year and two months on a fast clock: each reminder once, what nobody renewed runs out, the ledger's
sums are its events, and the same seed gives the same report."""

from __future__ import annotations

import random
from collections import Counter
from dataclasses import dataclass, field, replace
from datetime import date, datetime, timedelta
from typing import Final, NamedTuple
from uuid import UUID, uuid4

import pytest
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from clinician_api.access.rules import Actor
from clinician_api.agreements import templates
from clinician_api.audit.rules import By
from clinician_api.contracts import book, dates, service, turning
from clinician_api.contracts.acts import Form, Reading
from clinician_api.contracts.models import Contract, ContractReminder
from clinician_api.db import Sessions
from clinician_api.identity import service as identity
from clinician_api.identity.schemas import NewResident
from clinician_api.notices.models import Notice
from clinician_api.packages import service as packages
from tests.clinician_api.contracts.signing_up import agree
from tests.clinician_api.making import NOW, actor, clinic, make_account
from tests.clinician_api.packages.offers import OFFER, published

DAY: Final = timedelta(days=1)
ALL: Final = ("ends_30", "ends_15", "ends_7", "ends_1")
FIRST: Final = date(2026, 3, 2)

Plan = str
"""What a resident does: `renews`, `forgets`, or `leaves`."""


class Number(NamedTuple):
    """A file number that is counted: of a thousand drawn ones two are the same."""

    run: int
    n: int

    def __str__(self) -> str:
        return f"310107-{self.run:02}-{self.n:05}"


@dataclass(slots=True)
class Life:
    """One resident: what they mean to do, on which day they signed, and what was given to them."""

    resident: UUID
    me: Actor
    contract: UUID
    plan: Plan
    ends: date


@dataclass(slots=True)
class Report:
    """What an institution would read at the end."""

    states: Counter[str] = field(default_factory=Counter)
    reminders: Counter[str] = field(default_factory=Counter)
    given: int = 0


def live(care: Sessions, residents: int, seed: int, code: str) -> Report:
    draw = random.Random(seed)
    with care.begin() as db:
        there = clinic(db)
        if code == "one":
            templates.begin(db, By(), now=NOW)
        version = published(db, replace(OFFER, code=code), effective_from=FIRST, now=NOW)
        lives = [
            _settle(db, there.team, version, draw, Number(11 + (code != "one"), n)) for n in range(residents)
        ]
        doctor = actor(db, there.doctor)
    for passed in range(430):
        now = NOW + passed * DAY
        with care.begin() as db:
            for resident in turning.waiting(db, now=now):
                turning.turn(db, resident, now=now)
            for life in lives:
                _act(db, life, doctor, now, draw)
    with care() as db:
        _check(db, lives)
        return _report(db, lives)


def _settle(db: Session, team: UUID, version: UUID, draw: random.Random, number: Number) -> Life:
    new = NewResident(name="居民", sex="female", born=date(1954, 5, 6), file_number=str(number))
    resident = identity.create_resident(db, new)
    account = make_account(db, "居民", resident=resident, now=NOW)
    begins = FIRST + draw.randrange(60) * DAY
    ends = dates.last_day(begins, 1)
    contract = service.sign(db, By(), resident=resident, team=team, begins=begins, ends=ends, now=NOW)
    packages.entitle(db, contract, [version], begins, ends, now=NOW)
    agree(db, resident, account)
    plan = draw.choice(["renews", "forgets", "forgets", "leaves"])
    return Life(resident, actor(db, account), contract, plan, ends)


def _act(db: Session, life: Life, doctor: Actor, now: datetime, draw: random.Random) -> None:
    if draw.random() < 0.02:
        line, event = packages.whole_ledger(db, life.contract)[0], uuid4()
        for _ in range(2):  # told twice, counted once
            packages.consume(
                db, life.contract, line.item, event_kind=line.evidence[0], event_id=event, at=now, now=now
            )
    left = (life.ends - dates.day_of(now)).days
    if life.plan == "leaves" and left == 100:
        service.end(db, By(), life.contract, why="moved", now=now)
        packages.close(db, life.contract, dates.day_of(now))
    if life.plan == "renews" and left == 10:
        _renew(db, life, doctor, now)


def _renew(db: Session, life: Life, doctor: Actor, now: datetime) -> None:
    row = db.get_one(Contract, life.contract)
    following = service.renew(db, life.me, Form(row.id, row.version), years=1, now=now)
    service.accept(db, doctor, Form(following.id, following.version), now=now)
    for sign, who in ((service.sign_as_resident, life.me), (service.sign_as_doctor, doctor)):
        reading = Reading(Form(following.id, following.version), following.terms_sha256 or "")
        sign(db, who, reading, now=now)


def _check(db: Session, lives: list[Life]) -> None:
    expected = {"renews": {"ends_30", "ends_15"}, "forgets": {*ALL, "ended"}, "leaves": set[str]()}
    for life in lives:
        told = db.scalars(
            select(ContractReminder.kind).where(
                ContractReminder.contract == life.contract, ContractReminder.told_at.is_not(None)
            )
        )
        assert set(told) == expected[life.plan], life
        notices = select(Notice.code).where(
            Notice.recipient == life.resident,
            Notice.subject == life.contract,
            Notice.code.like("contract.end%"),
        )
        assert sorted(db.scalars(notices)) == sorted(f"contract.{kind}" for kind in expected[life.plan])
        rows = book.of_resident(db, life.resident)
        assert len(rows) == (2 if life.plan == "renews" else 1)
        assert [row.state for row in rows if row.id == life.contract] == [
            {"renews": "renewed", "forgets": "expired", "leaves": "terminated"}[life.plan]
        ]
        lines = packages.whole_ledger(db, life.contract)
        assert sum(line.used + line.beyond for line in lines) == len(packages.events(db, life.contract))


def _report(db: Session, lives: list[Life]) -> Report:
    report = Report()
    mine = Contract.resident.in_([life.resident for life in lives])
    for state, count in db.execute(select(Contract.state, func.count()).where(mine).group_by(Contract.state)):
        report.states[state] = count
    kinds = select(ContractReminder.kind, func.count()).join(
        Contract, Contract.id == ContractReminder.contract
    )
    for kind, count in db.execute(kinds.where(mine).group_by(ContractReminder.kind)):
        report.reminders[kind] = count
    report.given = sum(len(packages.events(db, life.contract)) for life in lives)
    return report


def _is_whole(report: Report, residents: int) -> bool:
    """Whoever forgot has run out, whoever renewed has two, and nobody has anything else."""
    ended = report.states["expired"] + report.states["terminated"] + report.states["renewed"]
    return ended == residents and report.states.total() == residents + report.states["renewed"]


def test_a_year_of_a_few_residents_is_the_same_year_again(care: Sessions) -> None:
    first, again = (live(care, residents=5, seed=7, code=code) for code in ("one", "two"))
    assert _is_whole(first, 5)
    assert first == again
    assert first.given > 0


@pytest.mark.truth
def test_a_year_of_a_thousand_residents(care: Sessions) -> None:
    report = live(care, residents=1000, seed=11, code="one")
    assert _is_whole(report, 1000)
    assert report.reminders["ended"] == report.states["expired"] > 0
