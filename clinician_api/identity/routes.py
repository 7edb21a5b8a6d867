"""Who asks, as a type in a route's signature; logging in and out, and one's own account."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from typing import Annotated, Final
from uuid import UUID

from fastapi import APIRouter, Depends, Request, Response
from sqlalchemy.orm import Session

from clinician_api.access import service as access
from clinician_api.access.rules import CLINICAL, COUNTER, Actor, Role
from clinician_api.clock import Now
from clinician_api.db import Db
from clinician_api.errors import NotAllowedError, NotLoggedInError
from clinician_api.identity import logins, passing, rules, service
from clinician_api.identity.logins import Door, Visitor
from clinician_api.identity.rules import Stage
from clinician_api.identity.schemas import (
    FileNumber,
    LoggedIn,
    LogIn,
    LoginOut,
    Me,
    Preferences,
    ResidentOut,
    Waits,
)
from clinician_api.settings import Settings

router = APIRouter(tags=["identity"])

COOKIE: Final = "hl_login"
_SAFE: Final = {"GET", "HEAD", "OPTIONS"}
_FORMS: Final = ("application/x-www-form-urlencoded", "multipart/form-data")


async def _csrf_said(request: Request) -> str | None:
    """What the request shows for its own origin; async since a form is read from the socket."""
    said = request.headers.get("X-CSRF-Token")
    if said is None and request.headers.get("Content-Type", "").startswith(_FORMS):
        field = (await request.form()).get("csrf")
        said = field if isinstance(field, str) else None
    return said


def current_actor(
    request: Request, db: Db, now: Now, csrf_said: Annotated[str | None, Depends(_csrf_said)]
) -> Actor:
    """Whoever is logged in. What changes something must also come from a page of ours that is not stale."""
    token = request.cookies.get(COOKIE)
    actor = logins.actor_of(db, token, now=now) if token else None
    if token is None or actor is None:
        raise NotLoggedInError("login.required")
    request.state.actor = actor
    if request.method not in _SAFE:
        same_origin(request)
        if not rules.is_csrf_token(csrf_said, token, actor.behalf):
            raise NotAllowedError("form.stale")
    return actor


def same_origin(request: Request) -> None:
    """Refuse what a browser sends on behalf of another site. Programs that are no browser say neither.

    What changes nothing may come from anywhere: a link, or the way back from a house's directory.
    """
    if request.method in _SAFE:
        return
    site, origin = request.headers.get("Sec-Fetch-Site"), request.headers.get("Origin")
    ours = request.app.state.settings.public_origin
    if site not in {None, "same-origin", "none"} or origin not in {None, ours}:
        raise NotAllowedError("form.foreign")


CurrentActor = Annotated[Actor, Depends(current_actor)]


def _acting(roles: frozenset[Role]) -> Callable[[Actor], Actor]:
    def acting(actor: CurrentActor) -> Actor:
        if roles.isdisjoint(actor.roles):
            raise NotAllowedError("role.not_allowed")
        return actor

    return acting


ActingStaff = Annotated[Actor, Depends(_acting(CLINICAL))]
ActingCounter = Annotated[Actor, Depends(_acting(COUNTER))]
ActingDoctor = Annotated[Actor, Depends(_acting(frozenset({"doctor", "leader"})))]
ActingNurse = Annotated[Actor, Depends(_acting(frozenset({"nurse"})))]
ActingLeader = Annotated[Actor, Depends(_acting(frozenset({"leader", "supervisor"})))]
ActingSupervisor = Annotated[Actor, Depends(_acting(frozenset({"supervisor"})))]
ActingAdministrator = Annotated[Actor, Depends(_acting(frozenset({"administrator"})))]
ActingSecurity = Annotated[Actor, Depends(_acting(frozenset({"security"})))]
ActingKeeper = Annotated[Actor, Depends(_acting(frozenset({"administrator", "security"})))]
ActingAuditor = Annotated[Actor, Depends(_acting(frozenset({"auditor"})))]
ActingJudge = Annotated[Actor, Depends(_acting(frozenset({"supervisor", "auditor"})))]
ActingRegulator = Annotated[Actor, Depends(_acting(frozenset({"regulator"})))]
ActingSteward = Annotated[Actor, Depends(_acting(frozenset({"steward"})))]
ActingResident = Annotated[Actor, Depends(_acting(frozenset({"resident"})))]


@router.post("/logins", status_code=201, responses={202: {"model": Waits}})
def log_in(said: LogIn, request: Request, response: Response, db: Db, now: Now) -> LoggedIn | Waits:
    """Guarded by origin alone, as all that comes before a login. 202: it waits for a second factor."""
    same_origin(request)
    entered = enter(request, said, db, now)
    return answer(response, request, entered)


@router.delete("/logins", status_code=204)
def log_out(request: Request, response: Response, _actor: CurrentActor, db: Db, now: Now) -> None:
    logins.end_token(db, request.cookies[COOKIE], now=now)
    response.delete_cookie(COOKIE, path="/")


@router.get("/logins")
def list_logins(actor: CurrentActor, db: Db, now: Now) -> list[LoginOut]:
    return logins.logins_of(db, actor, now=now)


@router.delete("/logins/{login}", status_code=204)
def end_login(login: UUID, actor: CurrentActor, db: Db, now: Now) -> None:
    logins.end_login(db, actor, login, now=now)


@router.get("/me")
def me(actor: CurrentActor) -> Me:
    return _me(actor)


@router.patch("/me", status_code=204)
def prefer(wanted: Preferences, actor: CurrentActor, db: Db) -> None:
    service.prefer(db, actor, wanted)


@router.get("/residents")
def list_residents(
    actor: CurrentActor, db: Db, now: Now, after: FileNumber | None = None
) -> list[ResidentOut]:
    """Those in sight, fifty at a time by file number."""
    return service.visible_residents(db, actor, after=after, now=now)


@router.get("/residents/{resident}")
def get_resident(resident: UUID, actor: CurrentActor, db: Db, now: Now) -> ResidentOut:
    access.require(db, actor, resident, purpose="card", now=now)
    return service.residents(db, [resident])[resident]


@dataclass(frozen=True, slots=True)
class Entered:
    """A login's token, and whose it is; or what it waits for before it is anybody's."""

    token: str
    actor: Actor | None
    waits: Stage = "open"


def enter(request: Request, said: LogIn, db: Session, now: datetime) -> Entered:
    """Open a login. For the page and the API alike."""
    before = request.cookies.get(COOKIE)
    door: Door = request.app.state.door
    token = logins.enter(db, door, said, visitor=visitor_of(request), before=before, now=now)
    return entered(db, token, now)


def entered(db: Session, token: str, now: datetime) -> Entered:
    actor, waits = logins.actor_of(db, token, now=now), passing.waiting(db, token, now=now)
    if actor is None and waits is None:
        raise NotLoggedInError("login.wrong")
    return Entered(token, actor, waits.stage if waits else "open")


def leave_before(request: Request, db: Session, now: datetime) -> None:
    """The login that came along is ended: its token would stay good, and nobody would know where it went."""
    if before := request.cookies.get(COOKIE):
        logins.end_token(db, before, now=now)


def answer(response: Response, request: Request, entered: Entered) -> LoggedIn | Waits:
    """What the API says of a login that was just opened, or is nearly."""
    set_cookie(response, entered.token, request.app.state.settings, actor=entered.actor)
    if entered.actor is None:
        response.status_code = 202
        return Waits(waits_for=entered.waits)
    csrf = rules.csrf_token(entered.token, entered.actor.behalf)
    return LoggedIn(**_me(entered.actor).model_dump(), csrf=csrf)


def visitor_of(request: Request) -> Visitor:
    return Visitor(address_of(request), request.headers.get("User-Agent", ""))


def set_cookie(response: Response, token: str, settings: Settings, *, actor: Actor | None) -> None:
    """Staff share computers, so theirs goes with the browser's window; a resident's phone keeps it."""
    keep = settings.resident_login_days * 86_400 if actor is not None and actor.resident else None
    secure = settings.secure_cookies
    response.set_cookie(COOKIE, token, max_age=keep, path="/", secure=secure, httponly=True, samesite="lax")


def address_of(request: Request) -> str:
    return request.client.host if request.client else "unknown"


def _me(actor: Actor) -> Me:
    return Me(
        account=actor.account,
        name=actor.name,
        roles=sorted(actor.roles),
        language=actor.language,
        teams=sorted(actor.teams),
        institution=actor.institution,
        resident=actor.resident,
        behalf=actor.behalf,
        scopes=sorted(actor.scopes),
    )
