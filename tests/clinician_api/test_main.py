"""The application as a whole: nothing is open by mistake, and every answer is guarded."""

from __future__ import annotations

from collections.abc import Iterator

from fastapi import FastAPI
from fastapi.dependencies.models import Dependant
from fastapi.routing import RouteContext, iter_route_contexts
from fastapi.testclient import TestClient
from sqlalchemy import text
from structlog.testing import capture_logs

from clinician_api.db import Db
from clinician_api.errors import ConflictError
from clinician_api.identity.routes import CurrentActor, current_actor
from clinician_api.main import create_app
from clinician_api.settings import Settings
from tests.clinician_api.making import ORIGIN, WEAK

# What may be asked without a login, each for a reason.
OPEN = {
    "/api/v1/logins": ({"POST"}, "how one gets a login"),
    "/healthz": ({"GET"}, "whoever restarts us has no account"),
    "/readyz": ({"GET"}, "a load balancer has no account"),
    "/api/v1/openapi.json": ({"GET", "HEAD"}, "says nothing of anybody"),
    "/login": ({"GET", "POST"}, "how one gets a login"),
    "/login/code": ({"GET", "POST"}, "a login that waits for its second factor is none yet"),
    "/login/second": ({"GET", "POST"}, "a login that waits for its second factor is none yet"),
    "/login/anew": ({"GET", "POST"}, "the administrator's one-time code is the key"),
    "/api/v1/logins/password": ({"POST"}, "the administrator's one-time code is the key"),
    "/login/sso": ({"GET"}, "how staff of a house with a directory get a login"),
    "/login/sso/back": ({"GET"}, "how staff of a house with a directory get a login"),
    "/login/phone": ({"GET", "POST"}, "how a resident without a password gets a login"),
    "/login/phone/code": ({"POST"}, "how a resident without a password gets a login"),
    "/api/v1/logins/code": ({"POST"}, "a login that waits for its second factor is none yet"),
    "/api/v1/logins/second": ({"POST"}, "a login that waits for its second factor is none yet"),
    "/api/v1/logins/second/confirm": ({"POST"}, "a login that waits for its second factor is none yet"),
    "/api/v1/logins/phone": ({"POST"}, "how a resident without a password gets a login"),
    "/api/v1/logins/phone/code": ({"POST"}, "how a resident without a password gets a login"),
    "/packages": ({"GET"}, "who has not signed reads first what there is (F1)"),
    "/api/v1/packages": ({"GET"}, "who has not signed reads first what there is (F1)"),
    "/api/v1/packages/{version}": ({"GET"}, "who has not signed reads first what there is (F1)"),
    "/bind/{secret}": ({"GET", "POST"}, "the secret of the square is the key"),
    "/language": ({"POST"}, "somebody who cannot read the page cannot log in"),
    "/static": (set(), "files alike for everybody"),
}


def calls(dependant: Dependant) -> Iterator[object]:
    """Every function that a route depends on, however far down."""
    yield dependant.call
    for each in dependant.dependencies:
        yield from calls(each)


def is_guarded(route: RouteContext) -> bool:
    dependant = getattr(route, "dependant", None)
    return dependant is not None and current_actor in calls(dependant)


def unguarded(app: FastAPI) -> list[str]:
    """Paths that answer whoever asks and are not listed as open."""
    return [
        str(route.path)
        for route in iter_route_contexts(app.routes)
        if not is_guarded(route) and not is_open(str(route.path), route.methods or set())
    ]


def is_open(path: str, methods: set[str]) -> bool:
    return path in OPEN and methods <= OPEN[path][0]


def test_every_route_says_who_may_ask(app: FastAPI) -> None:
    """Give the route an actor from `identity.routes`, or a line in `OPEN` with its reason."""
    assert unguarded(app) == []


def test_a_route_that_says_nobody_is_found(app: FastAPI) -> None:
    app.get("/api/v1/careless")(lambda: None)
    assert unguarded(app) == ["/api/v1/careless"]


def test_without_a_login_nothing_but_the_open_routes_answers(app: FastAPI, client: TestClient) -> None:
    asked = {
        (method, str(route.path)): client.request(method, str(route.path), follow_redirects=False).status_code
        for route in iter_route_contexts(app.routes)
        for method in route.methods or set()
        if str(route.path) not in OPEN or method not in OPEN[str(route.path)][0]
    }
    assert len(asked) >= 7
    # A browser that opens a page is led to the door.
    assert {place: status for place, status in asked.items() if status not in {401, 303}} == {}


def test_every_answer_says_what_browsers_may_do_with_it(client: TestClient) -> None:
    headers = client.get("/readyz").headers
    assert "default-src 'self'" in headers["Content-Security-Policy"]
    assert "frame-ancestors 'none'" in headers["Content-Security-Policy"]
    assert "unsafe" not in headers["Content-Security-Policy"]
    assert headers["X-Content-Type-Options"] == "nosniff"
    assert headers["Referrer-Policy"] == "same-origin"
    assert headers["Cache-Control"] == "no-store"


def test_our_own_mistake_is_told_with_a_number_and_nothing_else(app: FastAPI) -> None:
    @app.get("/api/v1/broken")
    def broken(_actor: CurrentActor, db: Db) -> None:
        db.execute(text("select secret from care.nowhere"))

    app.dependency_overrides[current_actor] = lambda: None
    with capture_logs() as logs, TestClient(app, base_url=ORIGIN, raise_server_exceptions=False) as client:
        answer = client.get("/api/v1/broken")
    assert (answer.status_code, answer.json()["code"]) == (500, "server.failed")
    assert "secret" not in answer.text
    assert "frame-ancestors 'none'" in answer.headers["Content-Security-Policy"]
    assert [entry["incident"] for entry in logs] == [answer.json()["incident"]]


def test_what_was_written_before_a_refusal_is_not_kept(app: FastAPI, client: TestClient) -> None:
    @app.post("/api/v1/halfway")
    def halfway(_actor: CurrentActor, db: Db) -> None:
        db.execute(
            text("insert into care.institution (id, name, phone) values (gen_random_uuid(), 'n', 'p')")
        )
        raise ConflictError("thing.raced")

    app.dependency_overrides[current_actor] = lambda: None
    answer = client.post("/api/v1/halfway")
    assert (answer.status_code, answer.json()["code"]) == (409, "thing.raced")
    with app.state.sessions() as db:
        assert db.scalar(text("select count(*) from care.institution")) == 0


def test_an_error_outside_the_api_is_no_json(client: TestClient) -> None:
    answer = client.get("/nothing-here")
    assert answer.status_code == 404
    assert answer.headers["Content-Type"].startswith("text/html")


def test_a_database_that_is_away_is_said_to_be_away() -> None:
    settings = Settings(database_url="postgresql://127.0.0.1:1/none", secure_cookies=False)
    with TestClient(create_app(settings, passwords=WEAK), base_url=ORIGIN) as client:
        answer = client.get("/readyz")
    assert (answer.status_code, answer.headers["Retry-After"]) == (503, "5")


def test_it_is_alive_even_while_the_database_is_away() -> None:
    settings = Settings(database_url="postgresql://127.0.0.1:1/none", secure_cookies=False)
    with TestClient(create_app(settings, passwords=WEAK), base_url=ORIGIN) as client:
        assert client.get("/healthz").status_code == 200


def test_the_description_of_the_api_names_one_shape_of_refusal(client: TestClient) -> None:
    paths = client.get("/api/v1/openapi.json").json()["paths"]
    refusals = paths["/api/v1/residents/{resident}"]["get"]["responses"]
    assert refusals.keys() == {"200", "4XX"}
    assert refusals["4XX"]["content"].keys() == {"application/problem+json"}
