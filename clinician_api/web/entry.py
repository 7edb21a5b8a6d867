"""Coming in, going out, and the language of the page: for everybody, logged in or not."""

from __future__ import annotations

from typing import Annotated, Final, Literal

from fastapi import APIRouter, Form, Request
from fastapi.responses import RedirectResponse, Response

from clinician_api.clock import Now
from clinician_api.db import Db
from clinician_api.identity import logins, service
from clinician_api.identity.routes import COOKIE, CurrentActor, enter, same_origin, set_cookie
from clinician_api.identity.schemas import LogIn, LoginName, Password, Preferences
from clinician_api.web.asking import LANGUAGE, back
from clinician_api.web.door.routes import waits_at
from clinician_api.web.troubles import login_page
from clinician_api.web.views import LoginPage

router = APIRouter(include_in_schema=False)
_YEAR: Final = 365 * 86_400


@router.get("/")
def front(actor: CurrentActor) -> Response:
    if actor.resident:
        return RedirectResponse("/me", 303)
    if not actor.roles:
        return RedirectResponse("/family", 303)
    if actor.roles == {"auditor"}:
        return RedirectResponse("/audit", 303)
    if actor.roles == {"security"}:
        return RedirectResponse("/admin/health", 303)
    if actor.roles == {"administrator"}:
        return RedirectResponse("/admin", 303)
    return RedirectResponse("/fleet" if actor.roles == {"steward"} else "/worklist", 303)


@router.get("/login")
def show_login(request: Request, next: str = "/", trouble: Literal["", "expired"] = "") -> Response:  # noqa: A002 (as browsers say it)
    return login_page(request, LoginPage(trouble, next=next))


@router.post("/login")
def log_in(
    request: Request,
    db: Db,
    now: Now,
    name: Annotated[LoginName, Form()],
    password: Annotated[Password, Form()],
    next: Annotated[str, Form(max_length=500)] = "/",  # noqa: A002 (as browsers say it)
) -> Response:
    """Guarded by origin alone: there is no login yet that a token could follow from."""
    same_origin(request)
    request.state.login = LoginPage(name=name, next=next)
    found = enter(request, LogIn(name=name, password=password), db, now)
    response = waits_at(found.waits, next) or back(next)
    set_cookie(response, found.token, request.app.state.settings, actor=found.actor)
    return response


@router.post("/logout")
def log_out(request: Request, _actor: CurrentActor, db: Db, now: Now) -> Response:
    logins.end_token(db, request.cookies[COOKIE], now=now)
    response = RedirectResponse("/login", 303)
    response.delete_cookie(COOKIE, path="/")
    return response


@router.post("/language")
def choose_language(
    request: Request,
    db: Db,
    now: Now,
    language: Annotated[Literal["zh", "en"], Form()],
    here: Annotated[str, Form(max_length=500)] = "/",
) -> Response:
    """Kept with the account where there is one, and on this browser for its login page."""
    same_origin(request)
    token = request.cookies.get(COOKIE)
    actor = logins.actor_of(db, token, now=now) if token else None
    if actor is not None:
        service.prefer(db, actor, Preferences(language=language))
    response = back(here)
    secure = request.app.state.settings.secure_cookies
    response.set_cookie(
        LANGUAGE, language, max_age=_YEAR, path="/", httponly=True, secure=secure, samesite="lax"
    )
    return response
