"""Children, adults without capacity, and whoever signs for them: who acts on a contract, and who is told."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import date, timedelta
from uuid import UUID, uuid4

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from clinician_api.access.rules import Actor
from clinician_api.audit.rules import By
from clinician_api.consents import service as consents
from clinician_api.consents.rules import Evidence
from clinician_api.contracts import service, turning
from clinician_api.contracts.acts import Reading
from clinician_api.contracts.ending import Ending
from clinician_api.contracts.models import Contract
from clinician_api.contracts.service import Wish
from clinician_api.contracts.signing import Signer
from clinician_api.errors import NotAllowedError
from clinician_api.identity import proxies
from clinician_api.identity import service as identity
from clinician_api.identity.minding import Wanted
from clinician_api.identity.models import Resident
from clinician_api.notices.models import Notice
from tests.clinician_api.contracts.signing_up import Town, agree, form, known, town
from tests.clinician_api.making import NOW, actor, make_account, make_resident

DAY = timedelta(days=1)
SIGNS = Wanted(
    basis="guardian",
    relation="parent",
    scopes=frozenset({"read", "sign"}),
    since=NOW,
    until=None,
    evidence="出生证 12",
)


def child(db: Session) -> tuple[UUID, UUID, Actor]:
    """A girl of twelve with a login of her own, that login, and her mother acting for her."""
    girl = make_resident(db, "陈小雨")
    db.get_one(Resident, girl).born = date(2014, 1, 5)
    known(db, girl)
    own = make_account(db, "陈小雨", resident=girl, now=NOW)
    mother = make_account(db, "陈美玲", resident=make_resident(db, "陈美玲"), now=NOW)
    proxies.authorise(db, By(), girl, mother, SIGNS, now=NOW)
    acts = identity.actor_of(db, mother, login=uuid4(), behalf=girl, now=NOW)
    assert acts is not None
    text = consents.current("care", NOW)
    shown = Evidence("page", basis="guardian")
    consents.give(db, By(mother), girl, "care", text_version=text.version, evidence=shown, now=NOW)
    return girl, own, acts


def served(db: Session, here: Town, girl: UUID, acts: Actor) -> Contract:
    row = service.draft(db, acts, Wish(girl, here.there.team), now=NOW)
    row = service.apply(db, acts, form(row), now=NOW)
    row = service.accept(db, here.doctor(db), form(row), now=NOW)
    told, digest = Signer("self", is_child_informed=True), row.terms_sha256 or ""
    row = service.sign_as_resident(db, acts, Reading(form(row), digest), signer=told, now=NOW)
    row = service.sign_as_doctor(db, here.doctor(db), Reading(form(row), digest), now=NOW)
    turning.turn(db, girl, now=NOW + DAY)
    return row


def refused(deed: Callable[[], object]) -> str | None:
    try:
        deed()
    except NotAllowedError as error:
        return error.code
    return None


def test_a_child_with_a_login_neither_asks_nor_changes_nor_ends_anything_alone(db: Session) -> None:
    here = town(db)
    girl, own, acts = child(db)
    alone, other = actor(db, own), here.there.other_team
    drafted = service.draft(db, acts, Wish(girl, here.there.team), now=NOW)
    codes = [
        refused(lambda: service.draft(db, alone, Wish(girl, here.there.team), now=NOW)),
        refused(lambda: service.apply(db, alone, form(drafted), now=NOW)),
        refused(lambda: service.withdraw(db, alone, form(drafted), now=NOW)),
    ]
    row, later = served(db, here, girl, acts), NOW + 2 * DAY
    codes += [
        refused(lambda: service.renew(db, alone, form(row), years=1, now=later)),
        refused(
            lambda: service.transfer(db, alone, form(row), Wish(girl, other), because="moved", now=later)
        ),
        refused(lambda: service.terminate(db, alone, form(row), Ending("own_wish"), now=later)),
    ]
    assert codes == ["proxy.guardian_signs"] * 6
    assert service.terminate(db, acts, form(row), Ending("own_wish"), now=later).state == "terminated"


def test_an_adult_of_whom_it_is_established_that_they_cannot_decide_ends_nothing(db: Session) -> None:
    here = town(db)
    row = service.draft(db, here.resident(db), Wish(here.newcomer, here.there.team), now=NOW)
    proxies.state_incapacity(db, By(), here.newcomer, since=NOW.date(), evidence="判决书 3", now=NOW)
    with pytest.raises(NotAllowedError, match=r"proxy\.guardian_signs"):
        service.withdraw(db, here.resident(db), form(row), now=NOW)


def told(db: Session, account: UUID) -> list[str]:
    return list(db.scalars(select(Notice.code).where(Notice.recipient == account).order_by(Notice.queued_at)))


def test_the_mother_of_a_child_is_told_what_her_child_is_told(db: Session) -> None:
    here = town(db)
    girl, _, acts = child(db)
    served(db, here, girl, acts)
    assert told(db, acts.account) == told(db, girl)
    assert "contract.accepted" in told(db, acts.account)


def test_who_may_only_look_or_lost_the_right_is_told_nothing_of_contracts(db: Session) -> None:
    here = town(db)
    mother = make_resident(db, "王桂英")
    agree(db, mother, make_account(db, "王桂英", resident=mother, now=NOW))
    looks, signs = (make_account(db, "女儿", resident=make_resident(db), now=NOW) for _ in range(2))
    wanted = replace(SIGNS, basis="authorised", relation="child", until=NOW + 30 * DAY)
    proxies.authorise(db, By(mother), mother, looks, replace(wanted, scopes=frozenset({"read"})), now=NOW)
    gone = proxies.authorise(db, By(mother), mother, signs, wanted, now=NOW)
    row = service.draft(db, actor(db, here.there.nurse), Wish(mother, here.there.team), now=NOW)
    row = service.apply(db, actor(db, here.there.nurse), form(row), now=NOW)
    proxies.revoke(db, By(mother), gone, now=NOW + DAY)
    service.accept(db, here.doctor(db), form(row), now=NOW + 2 * DAY)
    assert (told(db, looks), told(db, signs), told(db, mother)) == ([], [], ["contract.accepted"])
