"""Entering somebody without a file at the counter over HTTP; after it they choose a team. Needs no script."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Form, Request
from fastapi.responses import Response

from clinician_api.db import Db
from clinician_api.identity import entering
from clinician_api.identity.family_routes import Keys
from clinician_api.identity.routes import ActingCounter
from clinician_api.problems import Problem
from clinician_api.web import people_labels, troubles
from clinician_api.web.asking import Asks
from clinician_api.web.contracts import counter_pages
from clinician_api.web.contracts.counter_pages import Card
from clinician_api.web.contracts.entering import Typed

router = APIRouter(prefix="/counter/residents", include_in_schema=False)


@router.post("")
def enter(
    request: Request, form: Annotated[Typed, Form()], asks: Asks, staff: ActingCounter, db: Db, keys: Keys
) -> Response:
    """What is wrong is said on the page, above what was typed."""

    def refusal(problem: Problem) -> Response:
        del request.state.refusal
        if problem.code not in people_labels.CODES:
            return troubles.page(request, problem)
        return counter_pages.unknown(
            asks, form, status=problem.status, trouble=problem.code, field=problem.field or "number"
        )

    request.state.refusal = refusal
    new = form.whole()
    resident = entering.enter(db, keys, staff, new, now=asks.now)
    card = Card(new.kind, new.number.get_secret_value())
    return counter_pages.choose(asks, db, resident, card, is_new=True)
