"""A contract goes by the clocks that its region had when it was applied for."""

from __future__ import annotations

from datetime import datetime, timedelta

import pytest
from sqlalchemy.orm import Session

from clinician_api.audit.rules import By
from clinician_api.contracts import due, pacing, turning
from clinician_api.contracts.dates import PACE
from clinician_api.contracts.models import Contract
from clinician_api.errors import CareError
from clinician_api.identity.models import Institution
from clinician_api.regions import service as regions
from clinician_api.regions.schemas import read
from tests.clinician_api.contracts.signing_up import Town, applied, town
from tests.clinician_api.making import NOW

DAY = timedelta(days=1)


def configured(db: Session, here: Town, clocks: str, at: datetime = NOW) -> None:
    words = f"effective_from = {at.date()}\n[region]\ncode = '310107'\nname = '普陀区'\n[clocks]\n{clocks}\n"
    db.get_one(Institution, here.there.institution).region = regions.apply(
        db, By(), read(words), now=at
    ).region


def test_the_national_clocks_are_those_of_the_domain(db: Session) -> None:
    here = town(db)
    assert pacing.of(db, applied(db, here)) == PACE


def test_a_region_lets_an_application_lapse_sooner_and_a_later_file_moves_no_date(db: Session) -> None:
    here = town(db)
    configured(db, here, "answer_days = 4\nrenewal_reminders = [7, 1]\nsign_days = 5")
    row = applied(db, here)
    configured(db, here, "answer_days = 20", NOW + DAY)
    states = []
    for late in (timedelta(seconds=-1), timedelta()):
        turning.turn(db, here.newcomer, now=NOW + 4 * DAY + late)
        states.append(row.state)
    assert states == ["applied", "lapsed"]


def test_only_the_reminders_that_a_region_wants_are_told(db: Session) -> None:
    here = town(db)
    configured(db, here, "renewal_reminders = [1, 7]")
    row = db.get_one(Contract, here.there.contract)
    row.applied_at = NOW
    kinds = [each.kind for each in due.reminders(book_facts(row), pacing.of(db, row))]
    assert kinds == ["ends_7", "ends_1"]


def book_facts(row: Contract) -> due.Facts:
    return due.Facts("active", row.begins, row.ends)


@pytest.mark.parametrize(
    ("clocks", "said"),
    [
        ("answer_days = 1", "clocks.answer_days"),
        ("answer_days = 2\nanswer_working_days = 3", "clocks.answer_working_days"),
        ("answer_reminder_hours = 168", "clocks.answer_reminder_hours"),
        ("sign_days = 2\nsign_reminder_days = 2", "clocks.sign_reminder_days"),
        ("renewal_reminders = [20]", "clocks.renewal_reminders"),
        ("renewal_reminders = []", "clocks.renewal_reminders"),
        ("renewal_days = 7", "clocks.renewal_reminders"),
        ("lapses = false", "clocks.lapses"),
    ],
)
def test_clocks_that_do_not_go_together_are_refused_with_their_place(clocks: str, said: str) -> None:
    words = f"effective_from = 2026-04-01\n[region]\ncode = '310107'\n[clocks]\n{clocks}\n"
    with pytest.raises(CareError, match=said.replace(".", r"\.")):
        regions.checked(read(words))
