"""Who a resident is by document, on a page of their own: what is known, masked, or the number to type."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated

from fastapi import APIRouter, Form, Request
from fastapi.responses import Response
from pydantic import SecretStr
from sqlalchemy.orm import Session

from clinician_api.access import service as access
from clinician_api.access.rules import Actor
from clinician_api.db import Db
from clinician_api.identity import family_routes, papers, proxies
from clinician_api.identity.routes import ActingResident
from clinician_api.problems import Problem
from clinician_api.web import people_labels as codes
from clinician_api.web import troubles
from clinician_api.web.asking import Asks, back
from clinician_api.web.people.views import Paper
from clinician_api.web.residents import Letters, Own

router = APIRouter(prefix="/me/identity", include_in_schema=False)


@router.get("")
def show(
    request: Request, asks: Asks, db: Db, actor: ActingResident, resident: Own, size: Letters
) -> Response:
    proxies.require_scope(actor, "sign")
    access.note(db, actor, resident, purpose="documents", now=asks.now)
    kms = request.app.state.kms
    found = () if kms is None else tuple(papers.of(db, kms, resident))
    known = tuple(Paper(each.kind, each.masked, each.stated_at.date()) for each in found)
    return asks.page("people/own_identity.html", papers=known, codes=codes, size=size, typed="", trouble="")


@router.post("")
def state(
    request: Request,
    asks: Asks,
    db: Db,
    actor: ActingResident,
    size: Letters,
    number: Annotated[SecretStr, Form(max_length=40)],
) -> Response:
    """What is wrong with it is said on the page, above what was typed."""
    typed = number.get_secret_value().strip()

    def refusal(problem: Problem) -> Response:
        del request.state.refusal
        if not problem.code.startswith("document."):
            return troubles.page(request, problem)
        values = {"papers": (), "codes": codes, "size": size, "typed": typed}
        trouble = asks.words(troubles.CODES[problem.code])
        return asks.page(
            "people/own_identity.html", here="/me/identity", status=problem.status, trouble=trouble, **values
        )

    request.state.refusal = refusal
    state_own(request, actor, db, typed, now=asks.now)
    return back("/me/identity")


def state_own(request: Request, actor: Actor, db: Session, number: str, *, now: datetime) -> None:
    """For this page and for signing up. Raises ConflictError on a server without keys."""
    resident = family_routes.own_to_sign(actor)
    papers.state_own(db, family_routes.kms(request), access.by(actor), resident, number, now=now)
