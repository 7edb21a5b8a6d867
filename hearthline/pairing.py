"""Pairing from a terminal: the gateway's own page, asked as a program. Knows no meter."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from typing import Final
from urllib.error import HTTPError
from urllib.parse import urlencode
from urllib.request import Request, urlopen

import msgspec

from gateway import settings
from gateway.page.pairing import Shown
from gateway.page.words import SAID, STEPS
from gateway.settings import Settings

LOOK_S: Final = 1.0
_PATIENCE_S: Final = 10.0
_STEP: Final = {"looking": 0, "bonding": 1, "proving": 2}


class PageError(Exception):
    """The gateway's page cannot be used; the message says what to do."""


class Page:
    """The page of the gateway with these settings. Raises PageError."""

    def __init__(self, chosen: Settings) -> None:
        at = settings.page_address(chosen)
        if at is None:
            raise PageError('this gateway has no page: put page = "127.0.0.1:8470" into its settings')
        self._url = f"http://{at[0]}:{at[1]}"
        self._headers = {"Accept": "application/json"}
        if chosen.page_code is not None:
            self._headers["Authorization"] = f"Bearer {chosen.page_code}"

    def look(self) -> Shown:
        return self._ask("/pair.json", None)

    def do(self, word: str, **fields: str) -> Shown:
        return self._ask("/pair", urlencode({"do": word, **fields}).encode())

    def _ask(self, path: str, form: bytes | None) -> Shown:
        request = Request(self._url + path, form, self._headers)  # noqa: S310  our own http address
        try:
            with urlopen(request, timeout=_PATIENCE_S) as answer:  # noqa: S310  our own http address
                return msgspec.json.decode(answer.read(), type=Shown)
        except HTTPError as error:
            raise PageError(f"the gateway's page says {error.code}") from error
        except OSError as error:
            raise PageError(f"no gateway answers at {self._url}: is it running?") from error


def lead(
    page: Page, ask: Callable[[str], str], *, wait: Callable[[float], None] = time.sleep
) -> Iterator[str]:
    """Lines to be shown until pairing is over; the last is its result. Digits are asked for where needed."""
    told: list[str] = []
    state = page.do("begin")
    while True:
        for line in words(state):
            if line not in told:
                told.append(line)
                yield line
        if state.stage in {"done", "failed", "idle"}:
            return
        if state.wants_passkey:
            state = _give(page, ask(SAID["not_digits"][1]))
        elif state.wants_confirmation:
            answer = ask(f"{state.digits}: y/n")
            state = page.do("same" if answer.strip().lower().startswith("y") else "different")
        else:
            wait(LOOK_S)
            state = page.look()


def _give(page: Page, typed: str) -> Shown:
    try:
        return page.do("digits", digits=typed)
    except PageError:  # no six digits: it is asked again
        return page.look()


def words(state: Shown) -> list[str]:
    """What is to be said of this state, English."""
    lines = []
    if (step := _STEP.get(state.stage)) is not None:
        lines.append(STEPS[step][1])
    if state.digits is not None:
        lines.append(f"{SAID['shown'][1]} {state.digits}")
    if state.stage == "done":
        lines.append(f"{state.name or state.address}: {SAID['done'][1]}")
    if (key := state.reason or state.trouble) is not None:
        lines.append(SAID[key][1])
    return lines
