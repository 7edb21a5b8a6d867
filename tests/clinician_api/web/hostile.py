"""What a hostile sender puts into every part of every request, and what no answer to it may be.

All of a test is asked in one event loop, straight into the application: a thread and a loop for each of
thousands of requests cost more than their answers.
"""

from __future__ import annotations

import json
import re
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import timedelta
from typing import Final
from uuid import UUID, uuid4

from fastapi import FastAPI
from fastapi.dependencies.models import Dependant
from fastapi.routing import iter_route_contexts
from httpx2 import ASGITransport, AsyncClient, Response
from sqlalchemy import select

from clinician_api.audit.models import AuditEntry
from clinician_api.db import Sessions
from clinician_api.identity.routes import COOKIE
from clinician_api.identity.rules import csrf_token
from clinician_api.main import create_app
from clinician_api.settings import Settings
from tests.clinician_api.making import NOW, ORIGIN, WEAK, HandClock, token_of
from tests.clinician_api.web.conftest import Alarmed

MARK: Final = "zq17"
"""Stands in all that is typed, so that it is found wherever it comes out."""

WORDS: Final = (
    f"<script>alert('{MARK}')</script>",
    f'"><img src=x onerror=alert("{MARK}")>',
    f"{MARK}{{{{1234*5678}}}}{{% debug %}}${{1234*5678}}",
    f"{MARK}%0d%0aSet-Cookie:%20hl_login=x",
    f"{MARK}\r\nSet-Cookie: hl_login=x",
    f"//evil.example/{MARK}",
    f"/\\evil.example/{MARK}",
    f"https://evil.example/{MARK}",
    f"javascript:alert('{MARK}')",
    f"{MARK}'; drop table care.case; --",
    f"{MARK}\x00",
    f"{MARK}\u202e",
    "9" * 5000,
    "-1",
    "0001-01-01T00:00:00",
    "9999-12-31",
    "nan",
    "",
)
UNSAFE: Final = {"POST", "PATCH", "PUT", "DELETE"}
# A stream has no end.
_LEFT: Final = {"/events"}
# Then the door has forgotten who failed there.
_UNLOCKS: Final = timedelta(minutes=20)


@dataclass(frozen=True, slots=True)
class Site:
    """The application with a clinic whose resident is alarmed."""

    app: FastAPI
    clock: HandClock
    care: Sessions
    alarmed: Alarmed

    @asynccontextmanager
    async def browsers(self) -> AsyncIterator[dict[str, AsyncClient]]:
        """Of a doctor and of a resident; a mistake of ours is an answer of theirs, as in life."""
        self.clock.turn(_UNLOCKS)
        clinic = self.alarmed.clinic
        async with self.app.router.lifespan_context(self.app):
            yield {"doctor": self._browser(clinic.doctor), "own_account": self._browser(clinic.own_account)}

    def _browser(self, account: UUID) -> AsyncClient:
        token = token_of(self.app, account)
        return AsyncClient(
            transport=ASGITransport(self.app, raise_app_exceptions=False),
            base_url=ORIGIN,
            cookies={COOKIE: token},
            headers={"X-CSRF-Token": csrf_token(token), "User-Agent": "test"},
        )

    def kept_nothing(self) -> bool:
        with self.care() as db:
            kept = [(each.action, each.facts) for each in db.scalars(select(AuditEntry))]
        return MARK not in json.dumps(kept)


def site(database_url: str, care: Sessions, alarmed: Alarmed) -> Site:
    settings = Settings(
        database_url=database_url, public_origin=ORIGIN, secure_cookies=False, second_factor="whoever_has_one"
    )
    clock = HandClock(NOW)
    return Site(create_app(settings, clock=clock, passwords=WEAK), clock, care, alarmed)


def tried(app: FastAPI) -> Iterator[tuple[str, str, str, list[str]]]:
    """Method, path, who may ask, and the names of all parts: ours, and one of the sender's own making."""
    for method, path, dependant in routes(app):
        # They would end the login that the test has.
        if path not in {"/logout", "/api/v1/logins"} or method == "GET":
            who = "own_account" if path.startswith("/me") else "doctor"
            yield method, path, who, sorted({*names(dependant), "here", "next"})


def routes(app: FastAPI) -> Iterator[tuple[str, str, Dependant]]:
    for route in iter_route_contexts(app.routes):
        path = str(route.path)
        dependant = getattr(route, "dependant", None)
        if dependant is not None and path not in _LEFT:
            yield from ((method, path, dependant) for method in sorted((route.methods or set()) - {"HEAD"}))


def names(dependant: Dependant) -> list[str]:
    """Of all that the route reads from addresses, forms and bodies."""
    found = [*dependant.path_params, *dependant.query_params, *dependant.cookie_params]
    typed = [each.alias for each in found]
    for body in dependant.body_params:
        model = body.field_info.annotation
        fields = getattr(model, "model_fields", None)
        typed += list(fields) if fields is not None else [body.alias]
    return [*typed, *(name for each in dependant.dependencies for name in names(each))]


def known(alarmed: Alarmed) -> dict[str, str]:
    """What makes a request go as far as it can."""
    return {
        "episode": str(alarmed.episode),
        "resident": str(alarmed.clinic.resident),
        "reading": str(alarmed.reading),
        "version": "1",
        "to": str(alarmed.clinic.leader),
        "how": "phone",
        "hours": "4",
        "until": "2026-03-02T12:00:00+08:00",
        "reason": "waiting",
        "outcome": "educated",
        "answer": "none",
        "language": "zh",
        "size": "20",
        "phrase": "seen",
        "name": "nobody",
        "password": "not-the-password",
    }


async def ask(browser: AsyncClient, method: str, path: str, said: dict[str, str]) -> Response:
    address = re.sub(r"{(\w+)}", lambda part: _quoted(said.get(part[1], str(uuid4()))), path)
    if method == "GET":
        return await browser.get(address, params=said)
    if path.startswith("/api/"):
        return await browser.request(method, address, json={**said, "cases": [said]})
    return await browser.request(method, address, data=said)


def _quoted(word: str) -> str:
    return "".join(f"%{byte:02x}" for byte in word.encode()) or "-"


def check(answer: Response, where: str) -> None:
    assert answer.status_code < 500, where
    assert f"alert('{MARK}')</script>" not in answer.text, where
    assert "<img src=x" not in answer.text, where
    assert str(1234 * 5678) not in answer.text, where
    assert "hl_login=x" not in answer.headers.get("set-cookie", ""), where
    led = answer.headers.get("location", "/")
    assert re.match(r"/(?![/\\])", led), f"{where}: {led}"
