"""A resident's contract over HTTP: how it stands, sign, renew, change the team, end it. Needs no script."""

from __future__ import annotations

from typing import Annotated, Final
from uuid import UUID

from fastapi import APIRouter, Form, Request
from fastapi.responses import Response
from sqlalchemy.orm import Session

from clinician_api.agreements import service as agreements
from clinician_api.agreements.routes import Kept, pdf_response
from clinician_api.clock import Now
from clinician_api.contracts import dates, service
from clinician_api.contracts import models as rows
from clinician_api.contracts.acts import Reading
from clinician_api.contracts.ending import Ending
from clinician_api.contracts.service import Wish
from clinician_api.contracts.signing import ADULT, Signer
from clinician_api.db import Db
from clinician_api.errors import InvalidError, NotFoundError
from clinician_api.identity import service as identity
from clinician_api.identity.routes import ActingResident
from clinician_api.packages.wording import say
from clinician_api.web import contract_labels as codes
from clinician_api.web.asking import Asker, Asks, back
from clinician_api.web.contracts import cards, showing
from clinician_api.web.contracts.forms import ChangeForm, EndForm, RenewForm, SeenForm, SignForm
from clinician_api.web.residents import Letters, Own
from clinician_api.web.times import age
from clinician_api.web.troubles import shown

router = APIRouter(prefix="/me/contract", include_in_schema=False)
_MINE: Final = "/me/contract"


@router.get("")
def show(asks: Asks, db: Db, resident: Own, size: Letters) -> Response:
    found = showing.mine(db, asks.actor, resident, words=asks.words, now=asks.now)
    return asks.page("contracts/mine.html", mine=found, codes=codes, size=size)


@router.get("/{contract}/agreement")
def document(asks: Asks, db: Db, resident: Own, contract: UUID, kept: Kept) -> Response:
    """The sealed PDF; before both have signed, the same to read without a seal."""
    row = showing.own(db, asks.actor, resident, contract, now=asks.now)
    if row.agreement is None:
        raise NotFoundError("agreement.unsigned")
    content = (
        agreements.document(db, kept, row.agreement)
        if row.sealed
        else agreements.draft(db, row.agreement, press=kept.press)
    )
    return pdf_response(content, f"agreement-{row.number}.pdf")


@router.get("/{contract}/sign")
def paper(asks: Asks, db: Db, resident: Own, size: Letters, contract: UUID) -> Response:
    """Screen 5: the agreement's own words, and the signature under them."""
    row = showing.own(db, asks.actor, resident, contract, now=asks.now)
    found = cards.paper(db, row, asks.words.language)
    if found is None:
        raise NotFoundError("agreement.unsigned")
    born = identity.residents(db, [resident])[resident].born
    is_child = 8 <= age(born, dates.day_of(asks.now)) < ADULT
    return _of_one(asks, db, row, "sign", size, paper=found, is_child=is_child)


@router.post("/{contract}/sign")
def sign(
    request: Request,
    contract: UUID,
    form: Annotated[SignForm, Form()],
    actor: ActingResident,
    kept: Kept,
    db: Db,
    now: Now,
) -> Response:
    shown(request, form)
    if not form.has_read:
        raise InvalidError("contract.unread", "has_read")
    signer = Signer("self", is_child_informed=form.is_child_informed)
    service.sign_as_resident(db, actor, Reading(form.of(contract), form.sha256, kept), signer=signer, now=now)
    return back(_MINE)


@router.get("/{contract}/renew")
def renewing(asks: Asks, db: Db, resident: Own, size: Letters, contract: UUID) -> Response:
    row = showing.own(db, asks.actor, resident, contract, now=asks.now)
    begins = dates.follows(row.ends, dates.day_of(asks.now))
    until = showing.terms(db, row.institution, begins)
    kept = [say(each.offer.name, asks.words.language) for each in showing.kept(db, row, now=asks.now)]
    return _of_one(asks, db, row, "renew", size, begins=begins, until=until, packages=kept)


@router.post("/{contract}/renew")
def renew(
    request: Request,
    contract: UUID,
    form: Annotated[RenewForm, Form()],
    actor: ActingResident,
    db: Db,
    resident: Own,
    now: Now,
) -> Response:
    shown(request, form)
    before = showing.own(db, actor, resident, contract, now=now)
    chosen = tuple(each.id for each in showing.kept(db, before, now=now))
    service.renew(db, actor, form.of(contract), years=form.years, packages=chosen, now=now)
    return back(_MINE)


@router.get("/{contract}/change")
def changing(asks: Asks, db: Db, resident: Own, size: Letters, contract: UUID) -> Response:
    row = showing.own(db, asks.actor, resident, contract, now=asks.now)
    others = cards.teams(db, row.institution, but=row.team, now=asks.now)
    return _of_one(asks, db, row, "change", size, others=others)


@router.post("/{contract}/change")
def change(
    request: Request,
    contract: UUID,
    form: Annotated[ChangeForm, Form()],
    actor: ActingResident,
    db: Db,
    resident: Own,
    now: Now,
) -> Response:
    """The present team cares on to the second in which the new contract begins."""
    shown(request, form)
    if form.team is None:
        raise InvalidError("contract.no_team", "team")
    if form.because is None:
        raise InvalidError("contract.no_reason", "because")
    before = showing.own(db, actor, resident, contract, now=now)
    chosen = tuple(each.id for each in showing.kept(db, before, now=now))
    wish = Wish(resident, form.team, packages=chosen)
    service.transfer(db, actor, form.of(contract), wish, because=form.because, now=now)
    return back(_MINE)


@router.get("/{contract}/end")
def ending(asks: Asks, db: Db, resident: Own, size: Letters, contract: UUID) -> Response:
    row = showing.own(db, asks.actor, resident, contract, now=asks.now)
    return _of_one(asks, db, row, "end", size, today=dates.day_of(asks.now))


@router.post("/{contract}/end")
def end(
    request: Request,
    contract: UUID,
    form: Annotated[EndForm, Form()],
    actor: ActingResident,
    db: Db,
    now: Now,
) -> Response:
    shown(request, form)
    if form.cause is None:
        raise InvalidError("contract.no_reason", "cause")
    service.terminate(db, actor, form.of(contract), Ending(form.cause, form.stops, form.words), now=now)
    return back(_MINE)


@router.post("/{contract}/withdraw")
def withdraw(
    request: Request,
    contract: UUID,
    form: Annotated[SeenForm, Form()],
    actor: ActingResident,
    db: Db,
    now: Now,
) -> Response:
    shown(request, form)
    service.withdraw(db, actor, form.of(contract), now=now)
    return back(_MINE)


def _of_one(asks: Asker, db: Session, row: rows.Contract, page: str, size: int, **more: object) -> Response:
    card = cards.contract(db, asks.actor, row, language=asks.words.language, now=asks.now)
    values = {"contract": card, "codes": codes, "size": size} | more
    return asks.framed(f"contracts/{page}.html", asks.frame, status=200, **values)
