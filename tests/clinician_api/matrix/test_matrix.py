"""Every route of the application, asked by everybody, before, during and after a contract.

Drawn from `app.routes`: what nobody thought of is asked as well. Each answer is held against its line in
`expected`, and none may hold anything of a resident who is out of the asker's sight.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Final, Literal, get_args
from uuid import uuid4

import pytest
from fastapi import FastAPI
from fastapi.dependencies.models import Dependant
from fastapi.routing import iter_route_contexts
from fastapi.testclient import TestClient
from httpx2 import Response
from structlog.testing import capture_logs

from clinician_api.access.rules import Role
from clinician_api.db import connect, sessions
from clinician_api.identity import logins
from clinician_api.identity.logins import Visitor
from clinician_api.identity.rules import csrf_token
from clinician_api.kms import FolderKms
from clinician_api.main import create_app
from clinician_api.settings import Settings
from tests.clinician_api.making import NOW, ORIGIN, WEAK, HandClock, hold
from tests.clinician_api.matrix.belongings import fingerprint
from tests.clinician_api.matrix.expected import EXPECTED, Rule
from tests.clinician_api.matrix.world import TEAM_ROLES, TIMES, Phase, Side, Standing, World, world

Outcome = Literal["door", "barred", "unknown", "in"]
BARRED: Final = {"role.not_allowed", "purpose.not_allowed"}
LISTS: Final = ("GET /worklist", "GET /api/v1/residents", "GET /api/v1/worklist", "GET /api/v1/notices")
# Who stands for the others at the contract's edges; all of them are asked there under the marker.
FEW: Final[tuple[Role, ...]] = ("doctor", "supervisor", "duty", "resident", "administrator")
SHOWN: Final[dict[Role, tuple[str, ...]]] = {
    "doctor": (
        "GET /residents/{resident}",
        "GET /api/v1/residents",
        "GET /api/v1/residents/{resident}/documents",
        "GET /api/v1/residents/{resident}/proxies",
        "GET /api/v1/residents/{resident}/household",
        "GET /api/v1/residents/{resident}/monitoring",
        "GET /contracts/{contract}",
        "GET /api/v1/agreements/{agreement}",
    ),
    "supervisor": ("GET /api/v1/complaints", "GET /api/v1/emergencies/reviews"),
}
# Who may do something about the resident at some time: they are asked to change only what is not there.
CARING: Final = {*TEAM_ROLES, "supervisor", "duty", "resident"}


@dataclass(frozen=True, slots=True)
class Asking:
    """The application with its world, and one browser that everybody uses in turn."""

    app: FastAPI
    client: TestClient
    clock: HandClock
    world: World
    takes: dict[str, set[str]]


@pytest.fixture(scope="module")
def asking(module_database_url: str, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Asking]:
    keys = tmp_path_factory.mktemp("keys")
    engine = connect(module_database_url)
    with sessions(engine).begin() as db:
        made = world(db, FolderKms(keys))
    engine.dispose()
    clock = HandClock(NOW)
    settings = Settings(
        database_url=module_database_url,
        public_origin=ORIGIN,
        secure_cookies=False,
        second_factor="whoever_has_one",
        keys=keys,
    )
    app = create_app(settings, clock=clock, passwords=WEAK)
    with TestClient(app, base_url=ORIGIN, raise_server_exceptions=False) as client:
        yield Asking(app, client, clock, made, drawn(app))


def drawn(app: FastAPI) -> dict[str, set[str]]:
    """Method and path of each route that is a function of ours, and what it reads from a body."""
    found = [(route, getattr(route, "dependant", None)) for route in iter_route_contexts(app.routes)]
    return {
        f"{method} {route.path}": takes(dependant)
        for route, dependant in found
        if dependant is not None
        for method in sorted((route.methods or set()) - {"HEAD"})
    }


def come(asking: Asking, who: Standing | None, phase: Phase) -> None:
    """Log the one browser in as somebody, or out."""
    client, asking.clock.now = asking.client, TIMES[phase]
    client.cookies.clear()
    client.headers.pop("X-CSRF-Token", None)
    if who is None:
        return
    state = asking.app.state
    with state.sessions.begin() as db:
        account, visitor = asking.world.accounts[who], Visitor("127.0.0.1", "test")
        token = logins.log_in(db, account, visitor, terms=state.door.staff, now=asking.clock.now)
    hold(client, token)
    client.headers["X-CSRF-Token"] = csrf_token(token)


def ask(asking: Asking, route: str, further: Mapping[str, str] | None = None) -> tuple[Outcome, Response]:
    """What became of it: refused at the door, for the role, as unknown, or whatever else happens inside."""
    method, _, path = route.partition(" ")
    known = {**said(asking.world), **(further or {})}
    address = re.sub(r"{(\w+)}", lambda part: known.get(part[1], str(uuid4())), path)
    sent = {"params": known} if method == "GET" else _body(path, asking.takes.get(route, set()), known)
    with capture_logs() as logs:
        answer = asking.client.request(method, address, follow_redirects=False, **sent)
    code = next((line["code"] for line in logs if line["event"] == "request.refused"), None)
    return _outcome(answer.status_code, code), answer


def said(world: World) -> dict[str, str]:
    """Enough for a request to come as far as it may; the version is none, so that no step is taken."""
    return {
        "resident": str(world.resident),
        "reading": str(world.reading),
        "episode": str(world.episode),
        "version": "0",
        "to": str(uuid4()),
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
        "here": "/",
        "why": "waiting",
    }


def known_to(asking: Asking, who: Standing | None, route: str) -> Mapping[str, str]:
    """Whoever has no business with the resident knows every id of theirs, and what else makes a form good."""
    theirs = asking.world.belongings
    if route.startswith("GET "):
        return theirs.ids
    cares = who is not None and who.side == "own" and who.role in CARING
    return {} if cares else {**theirs.ids, **theirs.form}


def _body(path: str, takes: set[str], known: dict[str, str]) -> dict[str, object]:
    """Of the parts that the route takes those we know: one of our own making would be refused as such."""
    fits = {name: value for name, value in known.items() if name in takes}
    if "cases" in takes:
        form = {name: known[name] for name in ("episode", "resident", "version")}
        return {"json": {**fits, "cases": [form]}}
    return {"json": fits} if path.startswith("/api/") else {"data": fits}


def takes(dependant: Dependant) -> set[str]:
    """Names of all that a route reads from bodies and forms."""
    models = [each.field_info.annotation for each in dependant.body_params]
    fields = {name for model in models for name in getattr(model, "model_fields", {})}
    own = {each.alias for each in dependant.body_params} | fields
    return own.union(*(takes(each) for each in dependant.dependencies))


def _outcome(status: int, code: str | None) -> Outcome:
    if code == "login.required":
        return "door"
    if code in BARRED:
        return "barred"
    return "unknown" if status == 404 else "in"


def wanted(rule: Rule, who: Standing | None, phase: Phase) -> set[Outcome]:
    """Where a route is about nobody in particular, an id that is not there is an answer as well."""
    if rule.roles is None:
        return {"in", "unknown", "door"}
    if who is None:
        return {"door"}
    if who.role not in rule.roles:
        return {"barred"}
    if rule.about != "nobody" and not who.sees(phase, whole=rule.about == "file"):
        return {"unknown"}
    if rule.about != "nobody":
        return {"in"} if rule.acting is None or who.role in rule.acting else {"barred"}
    return {"in", "unknown", "barred"} if rule.is_within else {"in", "unknown"}


def wrong(asking: Asking, routes: list[str], who: Standing | None, phase: Phase) -> list[str]:
    """What of all these answers is not as it should be."""
    come(asking, who, phase)
    found, before = [], prints(asking)
    for route in routes:
        outcome, answer = ask(asking, route, known_to(asking, who, route))
        if outcome not in wanted(EXPECTED[route], who, phase) or answer.status_code >= 500:
            found.append(f"{route} {phase} {who}: {outcome} {answer.status_code}")
        shown = asking.world.shown(answer.text, who, phase)
        found += [f"{route} {phase} {who}: says {mark}" for mark in shown]
        if answer.headers.get("content-type") == "application/pdf" and not sees(who, phase):
            found.append(f"{route} {phase} {who}: gives a document")
    changed = [table for table, each in prints(asking).items() if each != before[table]]
    if who is None or who.side == "other":
        found += [f"{phase} {who}: changed {table}" for table in changed]
    return found


def sees(who: Standing | None, phase: Phase) -> bool:
    return who is not None and who.sees(phase)


def prints(asking: Asking) -> dict[str, str | None]:
    """Of all that is the resident's, as it stands."""
    with asking.app.state.sessions() as db:
        return fingerprint(db, asking.world.belongings.ids)


def asked(*, about: bool) -> list[str]:
    rules = [(route, rule) for route, rule in EXPECTED.items() if rule.is_asked]
    return [route for route, rule in rules if rule.about != "nobody" or not about]


def test_every_route_has_an_expectation_and_no_expectation_is_left_over(asking: Asking) -> None:
    """Add a line to `expected.py` beside this file: who may ask, and whether it is about a resident."""
    assert sorted(set(drawn(asking.app)) ^ set(EXPECTED)) == []


def test_whoever_may_is_shown_what_the_others_are_not(asking: Asking) -> None:
    """Else the marks could be absent everywhere and prove nothing."""
    shown = ""
    for role, routes in SHOWN.items():
        come(asking, Standing(role, "own"), "during")
        ids = asking.world.belongings.ids
        shown += "".join(ask(asking, route, ids)[1].text for route in routes)
    marks = asking.world.belongings.marks
    assert {mark for mark in marks if mark not in shown} == {
        mark for mark, kind in marks.items() if kind == "secret"
    }


@pytest.mark.parametrize("role", [None, *FEW, "auditor"])
def test_during_a_contract_each_role_of_its_side_is_answered_as_expected(
    asking: Asking, role: Role | None
) -> None:
    who = None if role is None else Standing(role, "own")
    assert wrong(asking, asked(about=False), who, "during") == []


@pytest.mark.parametrize("phase", ["before", "after"])
def test_without_a_contract_a_residents_own_pages_stand(asking: Asking, phase: Phase) -> None:
    assert wrong(asking, asked(about=True), Standing("resident", "own"), phase) == []


@pytest.mark.truth
@pytest.mark.parametrize("role", FEW)
def test_during_it_another_side_is_answered_as_strangers_are(asking: Asking, role: Role) -> None:
    found = wrong(asking, [*asked(about=True), *LISTS], Standing(role, "other"), "during")
    assert found == []


@pytest.mark.truth
@pytest.mark.parametrize("phase", ["before", "after", "later"])
@pytest.mark.parametrize("role", FEW)
def test_before_and_after_it_only_whoever_still_sees_is_let_in(
    asking: Asking, role: Role, phase: Phase
) -> None:
    found = wrong(asking, [*asked(about=True), *LISTS], Standing(role, "own"), phase)
    assert found == []


@pytest.mark.truth
@pytest.mark.parametrize("phase", TIMES)
@pytest.mark.parametrize("side", ["own", "other"])
@pytest.mark.parametrize("role", get_args(Role))
def test_nobody_is_answered_otherwise_on_any_route_in_any_phase(
    asking: Asking, role: Role, side: Side, phase: Phase
) -> None:
    assert wrong(asking, asked(about=False), Standing(role, side), phase) == []


def test_a_route_that_nobody_thought_of_is_found(asking: Asking) -> None:
    asking.app.get("/api/v1/careless")(lambda: None)
    assert set(drawn(asking.app)) - set(EXPECTED) == {"GET /api/v1/careless"}
