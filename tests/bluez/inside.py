"""Runs in the guest: `hearthline gateway run` with a person at hand and a witness. Replaces nothing else.

`DIGITS`: what the person types, one passkey each time that one is asked for, with commas between. `POINTS`: a
file that gets a JSON line for each named point, with the guest's clock. `STOP_AT`: a point at which the
process stops where it is (SIGSTOP), once.
"""

from __future__ import annotations

import json
import os
import signal
import sys
import time
from collections.abc import Callable
from dataclasses import replace
from typing import TextIO

from gateway import main
from gateway.bluez import agent
from gateway.bluez.agent import Declined, Person
from gateway.log import Log
from gateway.settings import Settings
from gateway.tending import Tools, Work, of_this_machine


class Helper:
    """A person who admits every meter and types what stands on a list."""

    def __init__(self, digits: list[str]) -> None:
        self._digits = digits

    def admits(self, address: str) -> bool:
        return True

    async def passkey(self, address: str) -> int:
        if not self._digits:
            raise Declined("no digits left")
        return int(self._digits.pop(0))

    async def confirms(self, address: str, passkey: int) -> bool:
        return True

    def show(self, _address: str, digits: str) -> None:
        """There is nothing to be typed into these meters."""

    def withdraw(self) -> None:
        """The list stands."""


def machine(chosen: Settings) -> Tools:
    given = [digits for digits in os.environ.get("DIGITS", "").split(",") if digits]
    theirs = of_this_machine(chosen)
    if not given:
        return theirs

    def with_digits(_person: Person, log: Log, renewed: Callable[[], None]) -> Work:
        return agent.keep(Helper(given), log, renewed)

    return replace(theirs, agent=with_digits)


def witness(points: TextIO, stop_at: str | None) -> Callable[[str], None]:
    """What the gateway tells of each named point."""
    is_due = stop_at is not None

    def at(point: str) -> None:
        nonlocal is_due
        points.write(json.dumps({"point": point, "at": time.time()}) + "\n")
        points.flush()
        if is_due and point == stop_at:
            is_due = False
            os.kill(os.getpid(), signal.SIGSTOP)

    return at


if __name__ == "__main__":
    with open(os.environ.get("POINTS", os.devnull), "a", encoding="utf-8") as file:  # noqa: PTH123
        sys.exit(main.run(sys.argv[1:], at=witness(file, os.environ.get("STOP_AT")), machine=machine))
