"""A running system whose first home has a voice that is read along and a button to press; and its doctor."""

from __future__ import annotations

import json
import os
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, Final, Self
from uuid import UUID

import httpx2
import pytest

from clinician_api.main import API
from hearthline.demo.system import System, Wish, started
from tests.e2e.world import eventually
from tests.gateway.button.test_input_device import PRESS

GATEWAY: Final = "gateway-1"


class Button:
    """A file as the kernel gives it for a switch, with somebody's finger on it."""

    def __init__(self, path: Path) -> None:
        self.path = path
        os.mkfifo(path)
        self._descriptor = os.open(path, os.O_RDWR)

    def press(self) -> None:
        os.write(self._descriptor, PRESS)

    def close(self) -> None:
        os.close(self._descriptor)


class Doctor:
    """The one of the demo, over HTTP."""

    def __init__(self, system: System) -> None:
        self._client = httpx2.Client(base_url=f"{system.url}{API}", trust_env=False, timeout=30)
        name = {"name": "doctor", "password": system.logins.password}
        self._client.headers["X-CSRF-Token"] = self._said(self._client.post("/logins", json=name))["csrf"]

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self._client.close()

    def look(self, episode: UUID) -> dict[str, Any]:
        """Open the case; as it is."""
        case: dict[str, Any] = self._said(self._client.get(f"/cases/{episode}"))["case"]
        return case

    def reply(self, resident: UUID, reading: UUID, phrase: str) -> None:
        where = f"/residents/{resident}/readings/{reading}/reply"
        self._said(self._client.post(where, json={"phrase": phrase}))

    def _said(self, answer: httpx2.Response) -> dict[str, Any]:
        assert answer.is_success, answer.text
        said: dict[str, Any] = answer.json()
        return said


@dataclass(frozen=True)
class TalkingHome:
    """`system` runs; nobody has measured yet."""

    system: System
    button: Button

    def heard(self) -> list[str]:
        """The sentences that were spoken, in order: the voice says each to its log as well."""
        lines = map(json.loads, self.system.tree.log(GATEWAY).read_text().splitlines())
        return [line["sentence"] for line in lines if line["event"] == "sentence.said"]

    def hears(self, *sentences: str) -> None:
        """These are spoken, and the first of each in this order."""
        eventually(lambda: set(sentences) <= set(self.heard()), lambda: f"heard only {self.heard()}")
        heard = self.heard()
        assert sorted(sentences, key=heard.index) == list(sentences), heard

    def ask(self, query: str) -> list[tuple[Any, ...]]:
        return self.system.connection.execute(query.encode()).fetchall()


@contextmanager
def talking_home(folder: Path, patch: pytest.MonkeyPatch) -> Iterator[TalkingHome]:
    """It is about noon there, whenever the test runs: at night the voice keeps courtesies to itself."""
    button = Button(folder / "event0")
    patch.setenv("GATEWAY_BUTTON", str(button.path))
    patch.setenv("GATEWAY_ZONE", _where_it_is_noon())
    wish = Wish(homes=1, seed=1, seconds=600, folder=folder, port=0)
    try:
        with started(wish, lambda _: None) as system:
            yield TalkingHome(system, button)
    finally:
        button.close()


def _where_it_is_noon() -> str:
    """The signs of these names are the wrong way round: Etc/GMT-8 is eight hours ahead."""
    ahead = 12 - datetime.now(UTC).hour
    return f"Etc/GMT{-ahead:+d}"
