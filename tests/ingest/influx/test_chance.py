"""Whatever happens to the copying, to the server and to the line between them: in the end the copy is equal.

The server is the stand-in, which deletes and keeps words and nanoseconds; `test_random_kills` does the same
with real processes and a server that keeps only numbers.
"""

from __future__ import annotations

import random
from collections.abc import Callable
from contextlib import suppress
from typing import Final
from uuid import UUID

import pytest

from ingest.influx.projection import Projection
from ingest.influx.troubles import AwayError
from tests.ingest.influx.copies import LATER, Copy

STEPS: Final = 60

REVISIONS: Final[tuple[dict[str, str], ...]] = (
    {"pulse": "null"},
    {"context": """'{"meal": "fasting"}'"""},
    {"quality": "'device_error'", "systolic": "null", "diastolic": "null", "mean": "null"},
    {"kind": "'glucose'", "unit": "'mmol/L'", "systolic": "null", "concentration": "6.1"},
    {"systolic": "131"},
)


class CrashError(Exception):
    """The end of the copying process."""


class Fate:
    """What happens next, by chance."""

    def __init__(self, copy: Copy, chance: random.Random) -> None:
        self.copy = copy
        self.chance = chance
        self.stored = 0

    def anything(self) -> None:
        happens: tuple[Callable[[], None], ...] = (
            self.measure,
            self.measure,
            self.revise,
            self.give_away,
            self.follow,
            self.follow,
            self.crash,
            self.lose_the_line,
            self.kill_the_server,
            self.copy.server.sync,
            self.refuse_one,
        )
        self.chance.choice(happens)()

    def measure(self) -> None:
        count = self.chance.randrange(1, 9)
        self.copy.store(*range(self.stored + 1, self.stored + count + 1))
        self.stored += count

    def revise(self) -> None:
        if self.stored:
            self.copy.revise(self.chance.randrange(1, self.stored + 1), **self.chance.choice(REVISIONS))

    def give_away(self) -> None:
        """To one of a few, and perhaps back again."""
        if self.stored:
            others = [self.copy.resident, *(UUID(int=number) for number in range(3))]
            self.copy.give(self.chance.randrange(1, self.stored + 1), self.chance.choice(others))

    def follow(self) -> None:
        with suppress(AwayError, CrashError):
            self._projection().step(LATER)

    def crash(self) -> None:
        with suppress(CrashError):
            self._projection(at=_crash).step(LATER)

    def lose_the_line(self) -> None:
        """Requests and answers are lost for a while."""
        self.copy.server.cut = lambda: self.chance.choice(["", "before", "after"])
        for _ in range(4):
            self.follow()
        self.copy.server.cut = lambda: ""

    def kill_the_server(self) -> None:
        self.copy.server.lose()

    def refuse_one(self) -> None:
        """A line that the server will not have today, and tomorrow perhaps."""
        bad = f"000{self.chance.randrange(10)}".encode()
        self.copy.server.answer = lambda lines: 400 if bad in lines and self.chance.random() < 0.5 else 204
        self.follow()
        self.copy.server.answer = lambda _lines: 204

    def _projection(self, at: Callable[[str], None] = lambda _: None) -> Projection:
        return Projection(
            self.copy.tables.connection, self.copy.bucket, most=self.chance.randrange(1, 12), at=at
        )


def _crash(_point: str) -> None:
    raise CrashError


@pytest.mark.parametrize("seed", range(4))
def test_whatever_happens_the_copy_is_equal_once_it_caught_up_and_was_repaired(copy: Copy, seed: int) -> None:
    fate = Fate(copy, random.Random(seed))
    for _ in range(STEPS):
        fate.anything()
    copy.copy()
    copy.repair()
    assert copy.verify().equal
    assert copy.verify().refused == 0
    assert copy.server.points == copy.in_force()
    assert fate.stored


@pytest.mark.parametrize("seed", range(4, 8))
def test_where_no_server_forgets_the_cursor_is_enough(copy: Copy, seed: int) -> None:
    fate = Fate(copy, random.Random(seed))
    copy.server.lose = lambda: None  # type: ignore[method-assign]  # what was taken is on disk
    for _ in range(STEPS):
        fate.anything()
    copy.copy()
    assert copy.verify().equal
    assert fate.stored
