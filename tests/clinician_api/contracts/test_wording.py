"""What an agreement says of money: what all of it costs, what is waived, and what the resident pays."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

from sqlalchemy.orm import Session

from clinician_api.audit.rules import By
from clinician_api.contracts import service, wording
from clinician_api.contracts.service import Wish
from clinician_api.identity import grouping
from clinician_api.identity.groups import Kept
from tests.clinician_api.contracts.signing_up import town
from tests.clinician_api.making import NOW
from tests.clinician_api.packages.offers import published


def test_the_agreement_says_what_is_waived_and_what_is_left_to_pay(db: Session) -> None:
    here, version = town(db), published(db)
    wish = Wish(here.newcomer, here.there.team, years=2, packages=(version,))
    pays = wording.terms(db, service.draft(db, here.resident(db), wish, now=NOW), now=NOW)
    poor = Kept("11", "stated", "低保证 5", date(2026, 1, 1))
    grouping.keep(db, By(), here.newcomer, poor, now=NOW)
    waived = wording.terms(db, service.draft(db, here.resident(db), wish, now=NOW), now=NOW)
    assert [(each.payable, each.waived, each.own) for each in (pays, waived)] == [
        (Decimal("240.00"), Decimal(0), Decimal("240.00")),
        (Decimal("240.00"), Decimal("240.00"), Decimal(0)),
    ]
