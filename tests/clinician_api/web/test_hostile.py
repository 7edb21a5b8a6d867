"""Whatever is put into any part of any request: no mistake of ours, nothing run, led away, leaked or kept."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from typing import Final
from uuid import uuid4

import pytest
from fastapi import FastAPI
from fastapi.dependencies.models import Dependant
from fastapi.routing import iter_route_contexts
from fastapi.testclient import TestClient
from httpx2 import Response
from sqlalchemy import select

from clinician_api.audit.models import AuditEntry
from clinician_api.db import Sessions
from tests.clinician_api.making import enter
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
# Guarded by origin alone: whoever comes has no login yet, or needs none.
BY_ORIGIN: Final = {
    *("/login", "/login/code", "/login/second", "/login/phone", "/login/phone/code", "/bind/{secret}"),
    *("/language", "/api/v1/logins", "/api/v1/logins/code", "/api/v1/logins/second"),
    *("/api/v1/logins/second/confirm", "/api/v1/logins/phone", "/api/v1/logins/phone/code"),
}


def routes(app: FastAPI) -> Iterator[tuple[str, str, Dependant]]:
    for route in iter_route_contexts(app.routes):
        path = str(route.path)
        dependant = getattr(route, "dependant", None)
        if dependant is not None and path not in _LEFT:
            yield from ((method, path, dependant) for method in sorted((route.methods or set()) - {"HEAD"}))


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


def names(dependant: Dependant) -> list[str]:
    """Of all that the route reads from addresses, forms and bodies."""
    found = [*dependant.path_params, *dependant.query_params, *dependant.cookie_params]
    typed = [each.alias for each in found]
    for body in dependant.body_params:
        model = body.field_info.annotation
        fields = getattr(model, "model_fields", None)
        typed += list(fields) if fields is not None else [body.alias]
    return [*typed, *(name for each in dependant.dependencies for name in names(each))]


def ask(browser: TestClient, method: str, path: str, said: dict[str, str]) -> Response:
    address = re.sub(r"{(\w+)}", lambda part: _quoted(said.get(part[1], str(uuid4()))), path)
    if method == "GET":
        return browser.get(address, params=said, follow_redirects=False)
    if path.startswith("/api/"):
        return browser.request(method, address, json={**said, "cases": [said]}, follow_redirects=False)
    return browser.request(method, address, data=said, follow_redirects=False)


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


@pytest.fixture
def browsers(app: FastAPI, client: TestClient, alarmed: Alarmed) -> dict[str, TestClient]:
    """Of a doctor and of a resident; a mistake of ours is an answer of theirs, as in life."""
    found = {}
    for who in ("doctor", "own_account"):
        found[who] = TestClient(app, base_url=str(client.base_url), raise_server_exceptions=False)
        enter(found[who], getattr(alarmed.clinic, who))
    return found


def tried(app: FastAPI) -> Iterator[tuple[str, str, str, list[str]]]:
    """Method, path, who may ask, and the names of all parts: ours, and one of the sender's own making."""
    for method, path, dependant in routes(app):
        # They would end the login that the test has.
        if path not in {"/logout", "/api/v1/logins"} or method == "GET":
            who = "own_account" if path.startswith("/me") else "doctor"
            yield method, path, who, sorted({*names(dependant), "here", "next"})


def nothing_kept(care: Sessions) -> None:
    with care() as db:
        kept = [(each.action, each.facts) for each in db.scalars(select(AuditEntry))]
    assert MARK not in json.dumps(kept)


@pytest.mark.parametrize("word", WORDS, ids=range(len(WORDS)))
def test_a_request_of_nothing_else_runs_leads_away_and_breaks_nothing(
    app: FastAPI, browsers: dict[str, TestClient], care: Sessions, word: str
) -> None:
    for method, path, who, parts in tried(app):
        said = dict.fromkeys([*parts, word], word)
        check(ask(browsers[who], method, path, said), f"{method} {path}")
    nothing_kept(care)


@pytest.mark.parametrize("word", [WORDS[0], WORDS[2], f"{MARK}\x00", "9" * 5000, "0001-01-01T00:00:00"])
def test_no_part_of_a_request_that_is_else_in_order_does(
    app: FastAPI, browsers: dict[str, TestClient], care: Sessions, alarmed: Alarmed, word: str
) -> None:
    for method, path, who, parts in tried(app):
        for part in [*parts, word]:
            said = known(alarmed) | {part: word}
            check(ask(browsers[who], method, path, said), f"{method} {path} {part}")
    nothing_kept(care)


def test_no_step_is_taken_for_another_site_or_by_a_form_without_its_token(
    app: FastAPI, browsers: dict[str, TestClient], alarmed: Alarmed
) -> None:
    for method, path, who, _ in tried(app):
        if method not in UNSAFE:
            continue
        browser = browsers[who]
        token = browser.headers.pop("X-CSRF-Token")
        if path not in BY_ORIGIN:
            assert ask(browser, method, path, known(alarmed)).status_code == 403, path
        browser.headers["X-CSRF-Token"] = token
        for foreign in (
            {"Origin": "https://evil.example"},
            {"Origin": "null"},
            {"Sec-Fetch-Site": "cross-site"},
        ):
            browser.headers.update(foreign)
            assert ask(browser, method, path, known(alarmed)).status_code == 403, path
            for name in foreign:
                del browser.headers[name]
