"""Signing up over HTTP: team, packages, consent, a last look; each screen one action, each a plain form.

Nothing is stored before the consent, and what was chosen travels in the address: whoever goes back, or is
helped by somebody on another day, loses nothing.
"""

from __future__ import annotations

from dataclasses import replace
from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Depends, Form, Query, Request
from fastapi.responses import Response
from sqlalchemy.orm import Session

from clinician_api.access import service as access
from clinician_api.access.rules import Actor
from clinician_api.clock import Now
from clinician_api.consents import service as consents
from clinician_api.consents.rules import Basis, Evidence
from clinician_api.contracts import acts, service
from clinician_api.db import Db
from clinician_api.identity import proxies
from clinician_api.identity import service as identity
from clinician_api.identity.routes import ActingResident
from clinician_api.problems import Problem
from clinician_api.web import troubles
from clinician_api.web.asking import Asker, Asks, back
from clinician_api.web.contracts import showing
from clinician_api.web.contracts.forms import ApplyForm, ConsentForm, WishForm
from clinician_api.web.contracts.views import Choice
from clinician_api.web.people.own_routes import state_own
from clinician_api.web.residents import Letters, Own
from clinician_api.web.troubles import CODES, shown

router = APIRouter(prefix="/me/contract/new", include_in_schema=False)


def chosen(team: UUID, packages: Annotated[list[UUID] | None, Query(max_length=20)] = None) -> Choice:
    return Choice(team, tuple(packages or ()))


Chosen = Annotated[Choice, Depends(chosen)]


@router.get("")
def teams(
    asks: Asks,
    actor: ActingResident,
    db: Db,
    size: Letters,
    page: Annotated[int, Query(ge=1, le=1000)] = 1,
) -> Response:
    """Screen 1: a team with room."""
    proxies.require_scope(actor, "sign")
    found = showing.centres(db, "", page, now=asks.now)
    return asks.page("contracts/teams.html", found=found, size=size)


@router.post("/teams")
def search(
    asks: Asks,
    actor: ActingResident,
    db: Db,
    size: Letters,
    typed: Annotated[str, Form(max_length=100)] = "",
) -> Response:
    """The same by the name of a centre, a district, a team or a doctor, which stands in no address."""
    proxies.require_scope(actor, "sign")
    found = showing.centres(db, typed, 1, now=asks.now)
    return asks.page("contracts/teams.html", here="/me/contract/new", found=found, size=size)


@router.get("/packages")
def packages(
    asks: Asks,
    actor: ActingResident,
    db: Db,
    resident: Own,
    size: Letters,
    team: UUID,
    packages: Annotated[list[UUID] | None, Query(max_length=20)] = None,
) -> Response:
    """Screen 2: packages, those that are free and meant for them ticked already."""
    proxies.require_scope(actor, "sign")
    institution = identity.institution_of(db, team)
    ticked = None if packages is None else tuple(packages)
    found = showing.offered(db, resident, institution, ticked, words=asks.words, now=asks.now)
    return asks.page(
        "contracts/packages.html", offered=found, team=showing.team(db, team, asks.now), size=size
    )


@router.get("/consent")
def consent(
    asks: Asks, actor: ActingResident, db: Db, resident: Own, size: Letters, choice: Chosen
) -> Response:
    """Screen 3: the use of health information; passed over by who has agreed already."""
    proxies.require_scope(actor, "sign")
    if consents.holds(db, resident, "care", asks.now):
        return back(choice.at("check"))
    text = consents.current("care", asks.now)
    return asks.page(
        "contracts/consent.html",
        text=text,
        said=text.zh if asks.words.language == "zh" else text.en,
        choice=choice,
        size=size,
    )


@router.post("/consent")
def agree(
    request: Request,
    form: Annotated[ConsentForm, Form()],
    actor: ActingResident,
    db: Db,
    resident: Own,
    now: Now,
) -> Response:
    shown(request, form)
    consents.give(
        db,
        access.by(actor),
        resident,
        "care",
        text_version=form.text_version,
        evidence=Evidence("page", actor.login, _basis(db, actor, resident, now)),
        now=now,
    )
    return back(Choice(form.team, tuple(form.packages)).at("check"))


@router.get("/check")
def check(
    request: Request, asks: Asks, actor: ActingResident, db: Db, resident: Own, size: Letters, choice: Chosen
) -> Response:
    """Screen 4: all of it once more, and the button that asks the team."""
    proxies.require_scope(actor, "sign")
    # A package that is no longer on offer leads back to those that are.
    shown(request, WishForm(team=choice.team, packages=list(choice.packages), here=choice.at("packages")))
    found = showing.wished(db, resident, choice, words=asks.words, now=asks.now)
    return asks.page("contracts/check.html", wished=found, size=size, typed="", trouble="")


@router.post("")
def apply(
    request: Request,
    form: Annotated[ApplyForm, Form()],
    asks: Asks,
    actor: ActingResident,
    db: Db,
    resident: Own,
    size: Letters,
) -> Response:
    """With the number of the identity card, where it is not known yet."""
    shown(request, form)
    if form.number is not None:
        _know(request, form, asks, db, resident, size)
    wish = service.Wish(resident, form.team, packages=tuple(form.packages))
    drafted = service.draft(db, actor, wish, now=asks.now)
    service.apply(db, actor, acts.Form(drafted.id, drafted.version), now=asks.now)
    return back("/me/contract")


def _know(request: Request, form: ApplyForm, asks: Asker, db: Session, resident: UUID, size: int) -> None:
    """What is wrong with a number is said on the same screen, with all that was typed."""
    number = form.number.get_secret_value().strip() if form.number else ""
    choice = Choice(form.team, tuple(form.packages))
    found = showing.wished(db, resident, choice, words=asks.words, now=asks.now)
    around = replace(asks.frame, here=choice.at("check"))

    def refusal(problem: Problem) -> Response:
        del request.state.refusal
        if not problem.code.startswith("document."):
            return troubles.page(request, problem)
        values = {"wished": found, "size": size, "typed": number}
        trouble = asks.words(CODES[problem.code])
        return asks.framed("contracts/check.html", around, status=problem.status, trouble=trouble, **values)

    request.state.refusal = refusal
    state_own(request, asks.actor, db, number, now=asks.now)


def _basis(db: Session, actor: Actor, resident: UUID, now: Now) -> Basis:
    """By what right; raises for a helper who was not allowed to sign."""
    proxy = proxies.basis_to_sign(db, actor, resident, now=now)
    if proxy is None:
        return "self"
    return "guardian" if proxy.basis == "guardian" else "proxy"
