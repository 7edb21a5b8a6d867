"""How fast the real server answers with the worklist of a whole institution, against the raw limit: the
statements of the same page alone."""

from __future__ import annotations

import asyncio
import math
import os
import subprocess
import sys
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import closing, contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from http.client import HTTPConnection
from itertools import cycle
from statistics import median
from typing import Any, Final, Self
from urllib.parse import urlencode, urlsplit

import psycopg
from fastapi import FastAPI
from sqlalchemy import event
from starlette.types import Message, Scope

from clinician_api.main import create_app
from clinician_api.settings import Settings
from hearthline.bench.desks import settle
from hearthline.bench.servers import databases, free_port, wait_for

_WARM: Final = 10
_PANES: Final = 50
"""Different ones, asked for in turn."""
_PATIENCE_S: Final = 30.0
_OK: Final = 200

Statement = tuple[str, Any]
"""Its words and its values."""


@dataclass(frozen=True, slots=True)
class Times:
    """Milliseconds."""

    p50: float
    p95: float

    @classmethod
    def of(cls, ask: Callable[[], None], requests: int) -> Self:
        found = sorted(_ms(ask) for _ in range(requests))
        return cls(round(median(found), 1), round(found[math.ceil(0.95 * requests) - 1], 1))


def _ms(ask: Callable[[], None]) -> float:
    begin = time.perf_counter()
    ask()
    return (time.perf_counter() - begin) * 1000


@dataclass(frozen=True, slots=True)
class Figures:
    """Milliseconds over HTTP, one browser. Without a prefix: of whoever sees every resident; `doctor_`: of
    whoever sees a fifth. `raw_ms` is the page's statements alone; `ratio` is that over the page's median."""

    worklist_p50_ms: float
    worklist_p95_ms: float
    list_p95_ms: float
    pane_p50_ms: float
    pane_p95_ms: float
    doctor_worklist_p50_ms: float
    doctor_worklist_p95_ms: float
    doctor_pane_p95_ms: float
    raw_ms: float
    statements: int
    ratio: float
    requests: int
    residents: int
    episodes: int


@dataclass(frozen=True, slots=True)
class Browser:
    """Somebody logged in."""

    host: str
    cookie: str

    def times(self, paths: Sequence[str], requests: int) -> Times:
        """Of the pages in turn, over one connection, after a few that are not counted."""
        with closing(HTTPConnection(self.host, timeout=_PATIENCE_S)) as connection:
            asked = cycle(paths)
            for _ in range(_WARM):
                self._get(connection, next(asked))
            return Times.of(lambda: self._get(connection, next(asked)), requests)

    def _get(self, connection: HTTPConnection, path: str) -> None:
        """A page as a browser asks for it: compressed, and read to its end."""
        connection.request("GET", path, headers={"Cookie": self.cookie, "Accept-Encoding": "gzip"})
        answer = connection.getresponse()
        answer.read()
        if answer.status != _OK:
            raise RuntimeError(f"{path}: {answer.status}")


def measure(residents: int, *, episodes: int, requests: int) -> Figures:
    """Fill an institution, and ask for its pages again and again."""
    with databases("desks") as (url,):
        staff = settle(url, residents=residents, episodes=episodes, now=datetime.now(UTC))
        with _serving(url) as origin:
            supervisor = _logged_in(origin, staff.supervisor, staff.password)
            doctor = _logged_in(origin, staff.doctor, staff.password)
            worklist = supervisor.times(["/worklist"], requests)
            listed = supervisor.times(["/worklist/list"], requests)
            panes = [f"/worklist/pane?episode={each}" for each in staff.episodes[:_PANES]]
            pane = supervisor.times(panes, requests)
            of_doctor = doctor.times(["/worklist"], requests)
            pane_of_doctor = doctor.times(panes, requests)
        statements = asyncio.run(_statements(url, supervisor.cookie))
        raw = _raw(url, statements, requests)
    return Figures(
        worklist_p50_ms=worklist.p50,
        worklist_p95_ms=worklist.p95,
        list_p95_ms=listed.p95,
        pane_p50_ms=pane.p50,
        pane_p95_ms=pane.p95,
        doctor_worklist_p50_ms=of_doctor.p50,
        doctor_worklist_p95_ms=of_doctor.p95,
        doctor_pane_p95_ms=pane_of_doctor.p95,
        raw_ms=raw.p50,
        statements=len(statements),
        ratio=round(raw.p50 / worklist.p50, 2),
        requests=requests,
        residents=residents,
        episodes=episodes,
    )


@contextmanager
def _serving(url: str) -> Iterator[str]:
    """The real server as a process of its own; its origin."""
    port = free_port()
    origin = f"http://127.0.0.1:{port}"
    settings = {"CARE_DATABASE_URL": url, "CARE_PUBLIC_ORIGIN": origin, "CARE_SECURE_COOKIES": "false"}
    settings["CARE_SECOND_FACTOR"] = "whoever_has_one"
    command = [sys.executable, "-m", "hearthline", "serve", "--port", str(port)]
    child = subprocess.Popen(command, env=os.environ | settings)
    try:
        wait_for(port)
        yield origin
    finally:
        child.terminate()
        child.wait()


def _logged_in(origin: str, name: str, password: str) -> Browser:
    host = urlsplit(origin).netloc
    form = urlencode({"name": name, "password": password})
    said = {"Content-Type": "application/x-www-form-urlencoded", "Origin": origin}
    with closing(HTTPConnection(host, timeout=_PATIENCE_S)) as connection:
        connection.request("POST", "/login", form, said)
        cookie = connection.getresponse().headers["Set-Cookie"]
    return Browser(host, str(cookie).partition(";")[0])


async def _statements(url: str, cookie: str) -> list[Statement]:
    """What the page's own code asks of the database, in this process."""
    app = create_app(Settings(database_url=url, second_factor="whoever_has_one"))
    engine = app.state.sessions.kw["bind"]
    heard: list[Statement] = []

    def hear(*said: object) -> None:
        _connection, _cursor, statement, values, *_ = said
        heard.append((str(statement), values))

    await _ask(app, cookie)
    event.listen(engine, "before_cursor_execute", hear)
    await _ask(app, cookie)
    engine.dispose()
    return heard


async def _ask(app: FastAPI, cookie: str) -> None:
    """The worklist without a socket."""
    scope: Scope = {
        "type": "http",
        "method": "GET",
        "path": "/worklist",
        "query_string": b"",
        "headers": [(b"cookie", cookie.encode())],
    }

    async def receive() -> Message:
        return {"type": "http.request", "body": b""}

    async def send(message: Message) -> None:
        if message.get("status", _OK) != _OK:
            raise RuntimeError(f"the worklist: {message['status']}")

    await app(scope, receive, send)


def _raw(url: str, statements: Sequence[Statement], requests: int) -> Times:
    """The same statements in one transaction, on a connection and nothing else."""
    with psycopg.connect(url) as connection:

        def ask() -> None:
            with connection.transaction(), connection.cursor() as cursor:
                for statement, values in statements:
                    cursor.execute(statement, values)
                    if cursor.description is not None:
                        cursor.fetchall()

        for _ in range(_WARM):
            ask()
        return Times.of(ask, requests)
