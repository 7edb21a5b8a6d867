"""A doctor's browser as far as it matters for time: logged in, on the stream, fetching what it is told of."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping
from contextlib import suppress
from datetime import UTC, datetime
from http.client import HTTPException, HTTPResponse
from http.cookiejar import CookieJar
from queue import SimpleQueue
from threading import Thread
from typing import Final
from urllib.error import URLError
from urllib.parse import urlencode
from urllib.request import HTTPCookieProcessor, OpenerDirector, ProxyHandler, build_opener

_READING: Final = re.compile(r'data-reading="([0-9a-f-]{36})"')
_TIMEOUT_S: Final = 20.0
"""Longer than the stream's beat, so that a silence means a lost connection."""


class Watcher:
    """Notes when each reading first stood in a fetched page. `seen` may be read at any time."""

    def __init__(self, origin: str, *, name: str, password: str) -> None:
        self._origin = origin
        self._opener = build_opener(ProxyHandler({}), HTTPCookieProcessor(CookieJar()))
        self._changed: SimpleQueue[str] = SimpleQueue()
        self.seen: dict[str, datetime] = {}
        self._log_in(name, password)
        for work in (self._listen, self._fetch):
            Thread(target=work, name=work.__name__, daemon=True).start()

    def _log_in(self, name: str, password: str) -> None:
        form = urlencode({"name": name, "password": password}).encode()
        self._opener.open(f"{self._origin}/login", form, timeout=_TIMEOUT_S).close()

    def _listen(self) -> None:
        """Until the server ends."""
        with suppress(URLError, HTTPException, OSError):
            for resident in _told(self._opener, f"{self._origin}/events"):
                self._changed.put(resident)

    def _fetch(self) -> None:
        """One page for each resident that changed since the last one was asked for."""
        while True:
            waiting = {self._changed.get()}
            while not self._changed.empty():
                waiting.add(self._changed.get())
            for resident in waiting:
                self._look(resident)

    def _look(self, resident: str) -> None:
        with suppress(URLError, HTTPException, OSError):
            with self._opener.open(f"{self._origin}/residents/{resident}/pane", timeout=_TIMEOUT_S) as answer:
                page = answer.read().decode()
            now = datetime.now(UTC)
            for reading in _READING.findall(page):
                self.seen.setdefault(reading, now)


def _told(opener: OpenerDirector, url: str) -> Iterator[str]:
    """Residents with new readings, as the stream tells of them."""
    answer: HTTPResponse = opener.open(url, timeout=_TIMEOUT_S)
    for line in answer:
        if line.startswith(b"data: "):
            said: Mapping[str, object] = json.loads(line.removeprefix(b"data: "))
            if said.get("kind") == "reading":
                yield str(said["id"])
