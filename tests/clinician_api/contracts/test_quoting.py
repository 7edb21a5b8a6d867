"""What is said to cost before applying is what the contract asks for afterwards."""

from __future__ import annotations

from sqlalchemy.orm import Session

from clinician_api.audit.rules import By
from clinician_api.contracts import pricing, service
from clinician_api.contracts.quoting import quote
from clinician_api.packages import service as packages
from clinician_api.packages.starter import publish_starter
from tests.clinician_api.contracts.signing_up import town
from tests.clinician_api.making import NOW


def test_a_quote_is_the_fee_of_the_contract_net_of_the_residents_waivers(db: Session) -> None:
    here = town(db)
    today = NOW.date()
    publish_starter(db, By(), effective_from=today, now=NOW)
    chosen = tuple(each.id for each in packages.offered(db, today, institution=here.there.institution))
    wish = service.Wish(here.newcomer, here.there.team, packages=chosen)
    row = service.draft(db, here.resident(db), wish, now=NOW)
    said = quote(db, here.newcomer, here.there.institution, (row.begins, row.ends), today=today)
    assert said.due(chosen) == pricing.fee_of(db, row, chosen, today=today)
    assert said.due(chosen) > said.due(()) == 0
