"""Which request is answered by what: the door with its code, and a table of routes. Knows no page."""

from __future__ import annotations

import hmac
import secrets
import socket
import time
from collections.abc import Callable, Mapping
from typing import Final

from gateway.page.requests import (
    COOKIE,
    Request,
    Response,
    has_ticket,
    is_addressed_here,
    is_from_here,
    ticket,
)
from gateway.page.words import document

Route = Callable[[Request], Response]
Routes = Mapping[tuple[str, str], Route]
"""By method and path."""

WRONG_CODE_S: Final = 2.0
"""Between two wrong codes: eight letters then take longer than the box lasts."""


def see_other(path: str) -> Response:
    """Look there now."""
    return Response(303, headers=(("Location", path),))


class Site:
    """Answers one request at a time. `code`: None lets everybody in, where only this machine can ask."""

    def __init__(
        self, routes: Routes, code: str | None, *, clock: Callable[[], float] = time.monotonic
    ) -> None:
        self._routes = routes
        self._code = code
        self._clock = clock
        self._secret = secrets.token_bytes(32)
        self._names = _own_names()
        self._closed_until = 0.0

    def answer(self, request: Request) -> Response:
        if not is_addressed_here(request.headers.get("host", ""), self._names):
            return Response(421, b"Not the address of this box")
        if request.method == "POST" and not is_from_here(request):
            return Response(403, b"Sent from another page")
        if (request.method, request.path) == ("POST", "/enter"):
            return self._enter(request)
        if not has_ticket(request, self._code, self._secret):
            return Response(401, document("door", refresh_s=None))
        route = self._routes.get((request.method, request.path))
        return Response(404, b"Not here") if route is None else route(request)

    def _enter(self, request: Request) -> Response:
        said = request.form.get("code", "")
        is_right = hmac.compare_digest(said.encode(), (self._code or "").encode())
        if self._code is None or self._clock() < self._closed_until or not is_right:
            self._closed_until = max(self._closed_until, self._clock() + WRONG_CODE_S)
            return see_other("/")
        held = f"{COOKIE}={ticket(self._code, self._secret)}; HttpOnly; SameSite=Strict; Path=/"
        return Response(303, headers=(("Location", "/"), ("Set-Cookie", held)))


def _own_names() -> frozenset[str]:
    name = socket.gethostname().lower()
    return frozenset({"localhost", name, f"{name.partition('.')[0]}.local"})
