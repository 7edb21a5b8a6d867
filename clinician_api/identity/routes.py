"""Who asks, as a type in a route's signature; logging in and out, and one's own account."""

from __future__ import annotations

from collections.abc import Callable
from typing import Annotated, Final

from fastapi import APIRouter, Depends, Request

from clinician_api.access.rules import Actor, Role
from clinician_api.clock import Now
from clinician_api.db import Db
from clinician_api.errors import NotAllowedError, NotLoggedInError
from clinician_api.identity import logins, rules

router = APIRouter(tags=["identity"])

COOKIE: Final = "hl_login"
_SAFE: Final = {"GET", "HEAD", "OPTIONS"}
_FORMS: Final = ("application/x-www-form-urlencoded", "multipart/form-data")
_STAFF: Final[frozenset[Role]] = frozenset({"doctor", "nurse", "leader", "supervisor", "duty"})


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
        if not rules.is_csrf_token(csrf_said, token):
            raise NotAllowedError("form.stale")
    return actor


def same_origin(request: Request) -> None:
    """Refuse what a browser sends on behalf of another site. Programs say neither header."""
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


ActingStaff = Annotated[Actor, Depends(_acting(_STAFF))]
ActingDoctor = Annotated[Actor, Depends(_acting(frozenset({"doctor", "leader"})))]
ActingNurse = Annotated[Actor, Depends(_acting(frozenset({"nurse"})))]
ActingLeader = Annotated[Actor, Depends(_acting(frozenset({"leader", "supervisor"})))]
ActingResident = Annotated[Actor, Depends(_acting(frozenset({"resident"})))]
