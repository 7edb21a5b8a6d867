"""Homes that are called by telephone: a late extreme at once, a silent one at night, and no other."""

from __future__ import annotations

from datetime import datetime, timedelta
from uuid import UUID

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from alerts.care import Change
from alerts.rules.rule import ConfirmedBy
from clinician_api.audit.rules import By
from clinician_api.consents import family
from clinician_api.consents import service as consents
from clinician_api.consents.rules import Evidence
from clinician_api.identity import proxies
from clinician_api.identity.minding import Wanted
from clinician_api.notices.models import Notice
from clinician_api.triage.calling import is_to_be_called
from tests.clinician_api.concerns import attended, concern, then
from tests.clinician_api.making import NOW, clinic, make_account, make_resident

NIGHT = datetime.fromisoformat("2026-03-02T02:00:00+08:00")


@pytest.mark.parametrize(
    ("changes", "is_late", "confirmed_by", "at", "expected"),
    [
        (("confirmed",), False, "silence", "23:00:00", True),
        (("confirmed",), False, "silence", "05:59:59", True),
        (("confirmed",), False, "silence", "06:00:00", False),
        (("confirmed",), False, "silence", "22:59:59", False),
        (("confirmed",), False, "repeat", "02:00:00", False),
        (("updated",), False, "silence", "02:00:00", False),
        (("opened", "paged"), True, None, "14:00:00", True),
        (("opened", "paged"), True, None, "02:00:00", True),
        (("opened",), True, None, "02:00:00", False),
        (("updated",), True, None, "14:00:00", False),
        (("opened", "paged"), False, None, "14:00:00", False),
    ],
)
def test_a_home_is_called_of_a_late_extreme_and_of_silence_at_night(
    changes: tuple[Change, ...],
    is_late: bool,  # noqa: FBT001 (a column of the table)
    confirmed_by: ConfirmedBy | None,
    at: str,
    expected: bool,  # noqa: FBT001 (a column of the table)
) -> None:
    now = datetime.fromisoformat(f"2026-03-02T{at}+08:00")
    assert is_to_be_called(changes, is_late=is_late, confirmed_by=confirmed_by, now=now) == expected


def called(db: Session) -> list[UUID]:
    return list(db.scalars(select(Notice.recipient).where(Notice.code == "care.call_us")))


def test_whom_silence_confirmed_at_night_is_called_once(db: Session) -> None:
    people = clinic(db)
    first = concern(people.resident, now=NIGHT)
    attended(db, first, now=NIGHT)
    assert called(db) == []
    silent = then(first, "confirmed", "paged", confirmed_at=NIGHT, confirmed_by="silence", provisional=False)
    attended(db, silent, now=NIGHT)
    attended(db, then(silent, "updated"), now=NIGHT)
    assert called(db) == [people.resident]


def test_the_family_is_called_too_and_not_once_the_resident_took_that_back(db: Session) -> None:
    people = clinic(db)
    daughter = make_account(db, "陈小芳", resident=make_resident(db, "陈小芳"), now=NOW)
    wanted = Wanted("authorised", "child", frozenset({"read"}), NOW, NOW + timedelta(days=30), "paper 7")
    proxies.authorise(db, By(), people.resident, daughter, wanted, now=NOW)
    late = concern(people.resident, late=True, changes=("opened", "paged"), paged_at=NOW)
    attended(db, late)
    assert set(called(db)) == {people.resident, daughter}
    text = consents.current("family", NOW)
    consents.give(
        db, By(), people.resident, "family", text_version=text.version, evidence=Evidence("paper"), now=NOW
    )
    consents.withdraw(db, By(), people.resident, "family", now=NOW)
    assert family.accounts(db, people.resident, now=NOW) == []


def test_a_late_extreme_is_called_of_by_day_too(db: Session) -> None:
    people = clinic(db)
    attended(db, concern(people.resident, late=True, changes=("opened", "paged"), paged_at=NOW))
    assert called(db) == [people.resident]
