"""A household signs together: whoever may sign for whom, and each with a contract of their own."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from uuid import uuid4

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from clinician_api.audit.rules import By
from clinician_api.contracts import service
from clinician_api.contracts.acts import Form, Reading
from clinician_api.contracts.models import ContractSignature, ContractStep
from clinician_api.contracts.service import Wish
from clinician_api.errors import InvalidError, NotAllowedError, NotFoundError
from clinician_api.identity import households, proxies
from clinician_api.identity import service as identity
from clinician_api.identity.minding import Wanted
from tests.clinician_api.contracts.signing_up import agree, form, town
from tests.clinician_api.making import NOW, make_account, make_resident


def test_a_helper_signs_with_a_paper_and_both_names_stand_in_the_history(db: Session) -> None:
    here = town(db)
    mother = make_resident(db, "王桂英")
    agree(db, mother, make_account(db, "王桂英", resident=mother, now=NOW))
    helper = make_account(db, "陈美玲", resident=make_resident(db, "陈美玲"), now=NOW)
    wanted = Wanted(
        basis="authorised",
        relation="child",
        scopes=frozenset({"read", "sign"}),
        since=NOW,
        until=NOW + timedelta(days=30),
        evidence="委托书 7 号",
    )
    proxies.authorise(db, By(account=mother), mother, helper, wanted, now=NOW)
    acts = identity.actor_of(db, helper, login=uuid4(), behalf=mother, now=NOW)
    assert acts is not None
    row = service.draft(db, acts, Wish(mother, here.there.team), now=NOW)
    row = service.apply(db, acts, form(row), now=NOW)
    row = service.accept(db, here.doctor(db), form(row), now=NOW)
    row = service.sign_as_resident(db, acts, Reading(form(row), row.terms_sha256 or ""), now=NOW)
    signed = db.scalars(select(ContractSignature).where(ContractSignature.contract == row.id)).one()
    assert (signed.basis, signed.relation, signed.evidence) == ("authorised", "child", "委托书 7 号")
    steps = select(ContractStep.account, ContractStep.on_behalf_of).where(ContractStep.contract == row.id)
    assert db.execute(steps.order_by(ContractStep.n)).first() == (helper, mother)


def test_a_helper_who_may_only_look_signs_nothing_and_one_whose_time_is_over_finds_nothing(
    db: Session,
) -> None:
    here = town(db)
    acts = replace(here.resident(db), behalf=here.newcomer, scopes=frozenset({"read"}))
    with pytest.raises(NotAllowedError, match=r"proxy\.not_for_sign"):
        service.draft(db, acts, Wish(here.newcomer, here.there.team), now=NOW)
    row = service.draft(db, here.resident(db), Wish(here.newcomer, here.there.team), now=NOW)
    stranger = replace(acts, resident=None, behalf=None)
    with pytest.raises(NotFoundError):
        service.apply(db, stranger, Form(row.id, row.version), now=NOW)


def test_members_sign_into_their_own_household_alone(db: Session) -> None:
    here = town(db)
    ours = households.found(db, By(), here.newcomer, address="曹杨路 1 号", now=NOW)
    theirs = households.found(db, By(), here.there.stranger, address="曹杨路 2 号", now=NOW)
    wish = Wish(here.newcomer, here.there.team, household=ours)
    assert service.draft(db, here.resident(db), wish, now=NOW).household == ours
    with pytest.raises(InvalidError, match=r"household\.another"):
        service.draft(db, here.resident(db), replace(wish, household=theirs), now=NOW)
