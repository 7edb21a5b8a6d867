"""Pages of the worklist: their order, their tabs, and that nothing is shown twice or hidden."""

from __future__ import annotations

from datetime import timedelta

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from alerts.rules.rule import Level
from clinician_api.audit.models import AuditEntry
from clinician_api.audit.rules import By
from clinician_api.contracts import service as contracts
from clinician_api.errors import InvalidError
from clinician_api.triage import service, worklist
from clinician_api.triage.models import Case
from clinician_api.triage.routes import shown
from clinician_api.triage.schemas import Tab
from clinician_api.triage.worklist import Part
from tests.clinician_api.concerns import acting, attended, concern, form, mild
from tests.clinician_api.making import NOW, Clinic, actor, clinic, make_contract, make_resident

MINUTE = timedelta(minutes=1)


@pytest.fixture
def people(db: Session) -> Clinic:
    return clinic(db)


def listed(db: Session, people: Clinic, tab: Tab = "pending", most: int = 50) -> list[Case]:
    """All pages of a tab, one after the other."""
    doctor, found, after = actor(db, people.doctor), list[Case](), None
    while True:
        page = worklist.page(db, doctor, Part(tab, after=after), most=most, now=NOW)
        found += page.cases
        after = page.next
        if after is None:
            return found


def several(db: Session, people: Clinic) -> dict[str, Case]:
    others = [make_resident(db) for _ in range(3)]
    for resident in others:
        make_contract(db, resident, people.team)
    early, late = NOW - 10 * MINUTE, NOW - 5 * MINUTE
    cases = {
        "watch": attended(db, mild(people.resident, Level.WATCH)),
        "high": attended(db, mild(others[0], Level.HIGH)),
        "late": attended(db, concern(others[1], now=late)),
        "early": attended(db, concern(others[2], now=early)),
        "claimed": attended(db, concern(people.resident, now=early - MINUTE)),
    }
    service.claim(acting(db, people.doctor), form(cases["claimed"]))
    return cases


@pytest.mark.parametrize("most", [1, 2, 50])
def test_the_order_is_severity_then_unclaimed_then_due(db: Session, people: Clinic, most: int) -> None:
    cases = several(db, people)
    names = {case.episode: name for name, case in cases.items()}
    found = [names[case.episode] for case in listed(db, people, most=most)]
    assert found == ["early", "late", "claimed", "high", "watch"]


def test_every_case_stands_in_a_counted_tab(db: Session, people: Clinic) -> None:
    cases = several(db, people)
    attended(db, mild(people.resident, Level.DATA, cause="data"))
    doctor = acting(db, people.doctor)
    service.snooze(doctor, form(cases["high"]), until=NOW + 60 * MINUTE, reason="later")
    service.contact(doctor, form(cases["claimed"]), how="phone")
    service.resolve(doctor, form(cases["claimed"]), outcome="educated")
    counts = worklist.counts(db, doctor.actor, now=NOW)
    assert counts.tabs == {"pending": 3, "mine": 1, "snoozed": 1, "data": 1, "done": 1}
    assert {tab: len(listed(db, people, tab)) for tab in counts.tabs} == counts.tabs
    assert sum(counts.levels.values()) == counts.tabs["pending"]


def watched(db: Session, people: Clinic, many: int) -> list[Case]:
    others = [make_resident(db) for _ in range(many)]
    for resident in others:
        make_contract(db, resident, people.team)
    return [attended(db, mild(resident, Level.WATCH)) for resident in others]


def test_a_days_watch_cases_beyond_the_budget_stand_as_one_group(db: Session, people: Clinic) -> None:
    watched(db, people, 5)
    attended(db, concern(people.resident))
    doctor = actor(db, people.doctor)
    page = worklist.page(db, doctor, Part("pending"), budget=3, now=NOW)
    counts = worklist.counts(db, doctor, now=NOW)
    assert [case.level for case in page.cases] == ["critical", "watch", "watch", "watch"]
    assert page.grouped(counts) == 2
    assert len(page.cases) + page.grouped(counts) == counts.tabs["pending"]
    group = worklist.page(db, doctor, Part("pending", "watch"), budget=3, now=NOW)
    assert len(group.cases) == 5


def test_what_a_doctor_dealt_with_today_counts_against_the_budget_until_midnight(
    db: Session, people: Clinic
) -> None:
    cases = watched(db, people, 4)
    doctor = acting(db, people.doctor)
    service.claim(doctor, form(cases[0]))
    service.resolve(doctor, form(cases[0]), outcome="educated")
    today = worklist.page(db, doctor.actor, Part("pending"), budget=3, now=NOW)
    assert (len(today.cases), today.grouped(worklist.counts(db, doctor.actor, now=NOW))) == (2, 1)
    tomorrow = worklist.page(db, doctor.actor, Part("pending"), budget=3, now=NOW + timedelta(hours=15))
    assert len(tomorrow.cases) == 3


@pytest.mark.parametrize("budget", [0, 1, 100])
def test_no_budget_groups_anything_more_urgent(db: Session, people: Clinic, budget: int) -> None:
    several(db, people)
    found = worklist.page(db, actor(db, people.doctor), Part("pending"), budget=budget, now=NOW).cases
    assert [case.level for case in found if case.level != "watch"] == ["critical"] * 3 + ["high"]


def test_a_snooze_that_has_ended_stands_among_the_pending(db: Session, people: Clinic) -> None:
    case = attended(db, mild(people.resident, Level.HIGH))
    doctor = acting(db, people.doctor)
    service.snooze(doctor, form(case), until=NOW + MINUTE, reason="later")
    assert worklist.counts(db, doctor.actor, now=NOW + MINUTE).tabs["pending"] == 1


def test_what_was_done_yesterday_is_not_of_today(db: Session, people: Clinic) -> None:
    case = attended(db, mild(people.resident, Level.DATA, cause="data"))
    service.resolve(acting(db, people.nurse), form(case), outcome="device_problem")
    doctor = actor(db, people.doctor)
    assert worklist.counts(db, doctor, now=NOW).tabs["done"] == 1
    assert worklist.counts(db, doctor, now=NOW + timedelta(hours=15)).tabs["done"] == 0


def test_done_is_paged_the_last_first(db: Session, people: Clinic) -> None:
    for minutes in range(3):
        later = NOW - minutes * MINUTE
        case = attended(db, mild(people.resident, Level.DATA, cause="data"))
        service.resolve(acting(db, people.nurse, now=later), form(case), outcome="device_problem")
    found = [case.resolved_at for case in listed(db, people, "done", most=1)]
    assert found == [NOW, NOW - MINUTE, NOW - 2 * MINUTE]


def test_another_teams_cases_are_not_there(db: Session, people: Clinic) -> None:
    attended(db, concern(people.stranger))
    assert listed(db, people) == []
    assert worklist.counts(db, actor(db, people.doctor), now=NOW).tabs["pending"] == 0


def test_of_whom_nobody_watches_a_supervisor_is_shown_no_measurement(db: Session, people: Clinic) -> None:
    contracts.end(db, By(), people.contract, why="moved", now=NOW)
    later = NOW + timedelta(days=31)
    attended(db, concern(people.resident, now=later), now=later)
    page = worklist.page(db, actor(db, people.supervisor, later), Part("pending"), now=later)
    assert page.unseen == {people.resident}
    (row,) = [shown(case, page.unseen).model_dump_json() for case in page.cases]
    assert "186" not in row
    assert "Blood pressure" not in row


def test_each_resident_on_a_page_is_a_read_in_the_audit(db: Session, people: Clinic) -> None:
    attended(db, concern(people.resident))
    attended(db, mild(people.resident, Level.WATCH))
    listed(db, people)
    reads = db.scalars(select(AuditEntry.resident).where(AuditEntry.purpose == "worklist")).all()
    assert reads == [people.resident]


@pytest.mark.parametrize(
    "place", ["", "x", "0~0~yesterday~z", "0~0~2026-03-02T09:00:00~" + "0" * 32, "9~~~", "'; drop table x"]
)
@pytest.mark.parametrize("tab", ["pending", "done"])
def test_a_place_that_is_none_of_ours_is_refused(db: Session, people: Clinic, place: str, tab: Tab) -> None:
    with pytest.raises(InvalidError):
        worklist.page(db, actor(db, people.doctor), Part(tab, after=place), now=NOW)
