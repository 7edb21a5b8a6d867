"""Staff come in by their house's own directory: there and back again."""

from __future__ import annotations

from typing import Annotated, Final

from fastapi import APIRouter, Cookie, Query, Request
from fastapi.responses import RedirectResponse, Response

from clinician_api.clock import Now
from clinician_api.db import Db
from clinician_api.errors import ConflictError, NotLoggedInError
from clinician_api.identity import logins, sso
from clinician_api.identity.door_routes import TheDoor
from clinician_api.identity.routes import entered, leave_before, set_cookie, visitor_of
from clinician_api.identity.sso import Directory
from clinician_api.web.asking import back
from clinician_api.web.door.routes import waits_at
from clinician_api.web.views import LoginPage

router = APIRouter(prefix="/login/sso", include_in_schema=False)

_STATE: Final = "hl_sso"
_GOOD_FOR_S: Final = 600


@router.get("")
def there(request: Request, db: Db, now: Now) -> Response:
    request.state.login = LoginPage()
    address, state = sso.begin(db, _directory(request), now=now)
    response = RedirectResponse(address, 303)
    secure = request.app.state.settings.secure_cookies
    response.set_cookie(
        _STATE, state, max_age=_GOOD_FOR_S, path="/login/sso", httponly=True, secure=secure, samesite="lax"
    )
    return response


@router.get("/back")
def back_again(
    request: Request,
    door: TheDoor,
    db: Db,
    now: Now,
    state: Annotated[str, Query(max_length=100)] = "",
    code: Annotated[str, Query(max_length=2000)] = "",
    held: Annotated[str, Cookie(alias=_STATE)] = "",
) -> Response:
    """The state must be the one that this browser was sent out with: nobody logs another in as themself."""
    request.state.login = LoginPage()
    if not state or state != held:
        raise NotLoggedInError("login.sso_failed")
    said = sso.finish(door.sessions, _directory(request), state=state, code=code, now=now)
    account = sso.account_of(db, said)
    leave_before(request, db, now)
    token = logins.open_for(db, door, account, visitor_of(request), is_strong=said.is_strong, now=now)
    found = entered(db, token, now)
    response = waits_at(found.waits, "/") or back("/")
    response.delete_cookie(_STATE, path="/login/sso")
    set_cookie(response, token, request.app.state.settings, actor=found.actor)
    return response


def _directory(request: Request) -> Directory:
    known: Directory | None = request.app.state.directory
    if known is None:
        raise ConflictError("sso.none")
    return known
