"""Every route that a resident may ask, asked by a helper who was allowed one thing alone.

Drawn from `expected`, so that a new page of the resident is asked as well: without leave to read nothing of
the resident stands in any answer; what is done or fetched for them needs the leave that is named here.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta
from typing import Final, get_args
from uuid import UUID, uuid4

import pytest
from fastapi.testclient import TestClient
from sqlalchemy import update
from sqlalchemy.orm import Session

from clinician_api.access.rules import Scope
from clinician_api.audit.rules import By
from clinician_api.contracts import service as contracts
from clinician_api.contracts.models import Complaint
from clinician_api.db import connect, sessions
from clinician_api.identity import logins, proxies, rules
from clinician_api.identity.logins import Visitor
from clinician_api.identity.minding import Wanted
from clinician_api.identity.models import Login
from clinician_api.kms import FolderKms
from clinician_api.main import create_app
from clinician_api.settings import Settings
from tests.clinician_api.making import NOW, ORIGIN, WEAK, HandClock, hold, make_account
from tests.clinician_api.matrix.belongings import MOMENT
from tests.clinician_api.matrix.expected import EXPECTED
from tests.clinician_api.matrix.test_matrix import Asking, ask, drawn
from tests.clinician_api.matrix.world import World, world

SCOPES: Final[tuple[Scope, ...]] = get_args(Scope)
COMPLAINT: Final = "等了三个小时"
NAME, PHONE = "玉兰花甲子", "13900007777"
UNSAID: Final = (*sorted({*MOMENT} - {NAME, PHONE}), COMPLAINT)
"""For whom one acts stands on each page, and a telephone is masked for everybody."""

NEEDS: Final[dict[str, set[Scope]]] = {
    "GET /api/v1/notices": {"read"},
    "POST /api/v1/notices/{notice}/seen": {"read"},
    "GET /api/v1/complaints": {"read"},
    "GET /me": {"read"},
    "GET /me/looks": {"read"},
    "GET /me/complaints": {"read"},
    "GET /me/contract": {"read"},
    "POST /me/symptoms": {"measure", "consult"},
    "POST /me/rights": {"read", "sign"},
    "GET /me/contract/new": {"sign"},
}
"""Any one of them is enough. What has a form of its own is asked where that form is known."""


@pytest.fixture(scope="module")
def asking(
    module_database_url: str, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[tuple[Asking, dict[Scope, UUID]]]:
    keys = FolderKms(tmp_path_factory.mktemp("keys"))
    engine = connect(module_database_url)
    with sessions(engine).begin() as db:
        made = world(db, keys)
        _complain(db, made)
        helpers = {scope: _helper(db, made, scope) for scope in SCOPES}
    engine.dispose()
    settings = Settings(
        database_url=module_database_url,
        public_origin=ORIGIN,
        secure_cookies=False,
        second_factor="whoever_has_one",
    )
    clock = HandClock(NOW)
    app = create_app(settings, clock=clock, passwords=WEAK)
    with TestClient(app, base_url=ORIGIN, raise_server_exceptions=False) as client:
        yield Asking(app, client, clock, made, drawn(app)), helpers


def _helper(db: Session, made: World, scope: Scope) -> UUID:
    account = make_account(db, scope, now=NOW)
    wanted = Wanted("authorised", "child", frozenset({scope}), NOW, NOW + timedelta(days=30), "3-17")
    proxies.authorise(db, By(), made.resident, account, wanted, now=NOW)
    return account


def _complain(db: Session, made: World) -> None:
    held = contracts.team_of(db, made.resident, NOW)
    assert held is not None
    row = {"id": uuid4(), "contract": held.contract, "institution": held.institution, "rating": None}
    when = {"made_at": NOW, "due_at": NOW}
    db.add(Complaint(resident=made.resident, words=COMPLAINT, answer="", **row, **when))


def come(asking: Asking, account: UUID) -> None:
    """Acting for the resident."""
    client, state, resident = asking.client, asking.app.state, asking.world.resident
    with state.sessions.begin() as db:
        token = logins.log_in(db, account, Visitor("127.0.0.1", "test"), terms=state.door.staff, now=NOW)
        db.execute(update(Login).where(Login.digest == rules.digest(token)).values(behalf=resident))
    hold(client, token)
    client.headers["X-CSRF-Token"] = rules.csrf_token(token, resident)


def routes() -> list[str]:
    asked = [(route, rule) for route, rule in EXPECTED.items() if rule.is_asked]
    return [route for route, rule in asked if rule.roles is None or "resident" in rule.roles]


@pytest.mark.parametrize("scope", SCOPES)
def test_a_helper_reads_and_does_what_was_allowed_and_nothing_more(
    asking: tuple[Asking, dict[Scope, UUID]], scope: Scope
) -> None:
    desk, helpers = asking
    come(desk, helpers[scope])
    wrong = []
    for route in routes():
        outcome, answer = ask(desk, route)
        needs = NEEDS.get(route)
        is_refused = answer.status_code == 403 or (route.startswith("GET ") and outcome == "unknown")
        if answer.status_code >= 500 or (needs is not None and is_refused == (scope in needs)):
            wrong.append(f"{route}: {outcome} {answer.status_code}")
        if scope != "read":
            wrong += [f"{route}: says {mark}" for mark in UNSAID if mark in answer.text]
    assert wrong == []


def test_who_may_read_is_shown_what_the_others_are_not(asking: tuple[Asking, dict[Scope, UUID]]) -> None:
    desk, helpers = asking
    come(desk, helpers["read"])
    shown = "".join(ask(desk, route)[1].text for route in routes() if route.startswith("GET "))
    assert [mark for mark in UNSAID if mark not in shown] == []
