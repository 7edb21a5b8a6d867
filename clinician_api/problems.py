"""What is answered when a request is refused: one shape, an incident number, and a row in the audit.

Says codes and field names, never what was typed and never why the database is unhappy.
"""

from __future__ import annotations

import secrets
from collections.abc import Callable
from dataclasses import dataclass
from typing import Final

import structlog
from fastapi import FastAPI, Request, Response
from fastapi.exceptions import RequestValidationError
from fastapi.responses import JSONResponse
from pydantic import BaseModel
from sqlalchemy.exc import OperationalError
from starlette.exceptions import HTTPException

from clinician_api.access.rules import Actor
from clinician_api.access.service import by
from clinician_api.audit import service as audit
from clinician_api.audit.rules import By, Entry
from clinician_api.errors import (
    About,
    CareError,
    ConflictError,
    InvalidError,
    NotAllowedError,
    NotFoundError,
    NotLoggedInError,
    TooManyError,
)
from clinician_api.guards import SECURITY
from clinician_api.identity import logins
from clinician_api.identity.routes import COOKIE, address_of

log = structlog.get_logger()

_STATUS: Final[dict[type[CareError], int]] = {
    NotLoggedInError: 401,
    NotAllowedError: 403,
    NotFoundError: 404,
    ConflictError: 409,
    InvalidError: 422,
    TooManyError: 429,
    CareError: 400,
}
_CODES: Final = {
    400: "request.unreadable",
    404: "route.unknown",
    405: "method.not_allowed",
    413: "request.too_large",
}
# Of strangers only what an address may do a limited number of times: nobody fills the audit from outside.
# The log has the rest.
_STRANGERS_LEAVE: Final = {"login.wrong", "login.wrong_code", "login.locked"}


class ProblemOut(BaseModel):
    """`application/problem+json` of every refusal. `incident` is in the log and in the audit."""

    code: str
    field: str | None
    incident: str


@dataclass(frozen=True, slots=True)
class Problem:
    """A refusal, before it is drawn as JSON or as a page."""

    status: int
    code: str
    incident: str
    field: str | None = None
    retry_after: int | None = None
    about: About | None = None


Page = Callable[[Request, Problem], Response]


def install(app: FastAPI, *, page: Page) -> None:
    """Answer every error. `page` draws those outside the API."""

    def refused(request: Request, error: Exception) -> Response:
        problem = problem_of(error)
        actor = _actor(request)
        _tell(request, problem, actor)
        if problem.status < 500 and (actor or problem.code in _STRANGERS_LEAVE):
            _write_down(request, problem, actor)
        return answer(request, problem, page)

    for kind in (CareError, RequestValidationError, HTTPException, OperationalError):
        app.add_exception_handler(kind, refused)

    def failed(request: Request, error: Exception) -> Response:
        problem = problem_of(error)
        log.error("request.failed", incident=problem.incident, route=_route(request), exc_info=error)
        response = answer(request, problem, page)
        response.headers.update(SECURITY)  # this answer alone is made outside the guards
        return response

    app.add_exception_handler(Exception, failed)


def problem_of(error: Exception) -> Problem:
    incident = secrets.token_hex(5)
    match error:
        case CareError():
            return _of_care(error, incident)
        case RequestValidationError():
            return Problem(422, "request.invalid", incident, field=_field(error))
        case HTTPException():
            return Problem(error.status_code, _CODES.get(error.status_code, "request.refused"), incident)
        case OperationalError():
            return Problem(503, "service.unavailable", incident, retry_after=5)
        case _:
            return Problem(500, "server.failed", incident)


def _of_care(error: CareError, incident: str) -> Problem:
    field = error.field if isinstance(error, InvalidError) else None
    retry_after = error.retry_after if isinstance(error, TooManyError) else None
    status = next(status for kind, status in _STATUS.items() if isinstance(error, kind))
    return Problem(status, error.code, incident, field, retry_after, error.about)


def _field(error: RequestValidationError) -> str:
    """The name of the first part that is wrong; its value stays unsaid, and so does a name of the sender's
    own making, which is the last of an `extra_forbidden`."""
    first = error.errors()[0]
    place = first["loc"][:-1] if first["type"] == "extra_forbidden" else first["loc"]
    # Of a choice of types each has its own description in the place.
    names = (name for name in reversed(place) if isinstance(name, str) and name.isidentifier())
    return next(names, "body")


def answer(request: Request, problem: Problem, page: Page) -> Response:
    response = _json(problem) if request.url.path.startswith("/api/") else page(request, problem)
    if problem.retry_after is not None:
        response.headers["Retry-After"] = str(problem.retry_after)
    return response


def _json(problem: Problem) -> Response:
    body = ProblemOut(code=problem.code, field=problem.field, incident=problem.incident)
    return JSONResponse(body.model_dump(), problem.status, media_type="application/problem+json")


def _actor(request: Request) -> Actor | None:
    """Who asked, also where the request was refused before anybody looked."""
    known: Actor | None = getattr(request.state, "actor", None)
    token = request.cookies.get(COOKIE)
    if known or not token:
        return known
    with request.app.state.sessions() as db:
        return logins.actor_of(db, token, now=request.app.state.clock())


def _tell(request: Request, problem: Problem, actor: Actor | None) -> None:
    who = str(actor.account) if actor else None
    log.info(
        "request.refused",
        incident=problem.incident,
        code=problem.code,
        status=problem.status,
        route=_route(request),
        account=who,
    )


def _write_down(request: Request, problem: Problem, actor: Actor | None) -> None:
    about = problem.about
    entry = Entry(
        action=problem.code,
        by=by(actor) if actor else By(),
        resident=about.id if about and about.kind == "resident" else None,
        target=about,
        facts={
            "incident": problem.incident,
            "method": request.method,
            "route": _route(request),
            "field": problem.field,
            "address": address_of(request),
        },
        outcome="refused",
    )
    audit.record_refusal(request.app.state.sessions, entry, now=request.app.state.clock())


def _route(request: Request) -> str | None:
    """The route's pattern: a path as typed could hold anything."""
    return getattr(request.scope.get("route"), "path", None)
