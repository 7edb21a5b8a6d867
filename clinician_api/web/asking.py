"""What each page route knows of its asker: words, frame, where to go back to."""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import datetime
from typing import Annotated, Final
from urllib.parse import quote

from fastapi import Depends, Request
from fastapi.responses import HTMLResponse, RedirectResponse, Response

from clinician_api.access.rules import Actor
from clinician_api.clock import Now
from clinician_api.db import Db
from clinician_api.identity.routes import COOKIE, CurrentActor
from clinician_api.identity.rules import csrf_token
from clinician_api.web import labels, pages, waiting
from clinician_api.web.rail import rail
from clinician_api.web.views import Frame
from clinician_api.web.words import Words, words_of

LANGUAGE: Final = "hl_language"
_OURS: Final = re.compile(r"/(?![/\\])[^\x00-\x20\\]*")
_ROLES: Final = (
    "supervisor", "leader", "doctor", "nurse", "public_health", "pharmacist", "village_doctor", "specialist",
    "duty", "administrator", "security", "auditor", "regulator", "steward", "resident",
)  # fmt: skip


class Asker:
    """A logged-in person in front of a page."""

    def __init__(self, request: Request, actor: CurrentActor, db: Db, now: Now) -> None:
        self.actor = actor
        self.now = now
        self.words = words_of(actor.language)
        self._request = request
        self._db = db

    def page(
        self, template: str, *, here: str | None = None, status: int = 200, **values: object
    ) -> Response:
        return self.framed(template, self._around(here), status=status, **values)

    def framed(self, template: str, around: Frame, *, status: int = 200, **values: object) -> Response:
        return HTMLResponse(pages.render(template, self.words, frame=around, **values), status)

    @property
    def frame(self) -> Frame:
        return self._around(None)

    def _around(self, here: str | None) -> Frame:
        waits = waiting.counts(self._db, self.actor, self.now)
        return frame(self._request, self.actor, self.now, here=here, waiting=waits)


Asks = Annotated[Asker, Depends(Asker)]


def frame(
    request: Request,
    actor: Actor | None,
    now: datetime,
    *,
    here: str | None = None,
    waiting: Mapping[str, int] | None = None,
) -> Frame:
    words = words_for(request, actor)
    token = request.cookies.get(COOKIE)
    role = next((each for each in _ROLES if actor is not None and each in actor.roles), None)
    return Frame(
        now=now,
        here=here or address(request),
        csrf=csrf_token(token, actor.behalf) if token and actor else "",
        person=actor.name if actor else "",
        role=words(labels.ROLES[role]) if role else "",
        is_logged_in=actor is not None,
        behalf=actor.behalf_name if actor else "",
        rail=rail(actor.roles, request.url.path, waiting or {}) if actor else (),
    )


def address(request: Request) -> str:
    """The page's own, for what comes back to it; after a form it is the page that the form stood on."""
    query = f"?{request.url.query}" if request.url.query else ""
    return request.url.path + query if request.method == "GET" else "/"


def words_for(request: Request, actor: Actor | None) -> Words:
    if actor is not None:
        return words_of(actor.language)
    chosen = request.cookies.get(LANGUAGE)
    if chosen in {"zh", "en"}:
        return words_of("en" if chosen == "en" else "zh")
    speaks = request.headers.get("Accept-Language", "zh").lower()
    return words_of("zh" if "zh" in speaks or "en" not in speaks else "en")


def ours(here: str, otherwise: str = "/") -> str:
    """Only ever back to a page of ours."""
    return here if _OURS.fullmatch(here) else otherwise


def back(here: str) -> Response:
    """After a form: the page is fetched anew, so that reloading it sends nothing twice."""
    return RedirectResponse(quote(ours(here), safe="/?&=%~:+,-"), 303)


def is_fragment(request: Request) -> bool:
    return "HX-Request" in request.headers
