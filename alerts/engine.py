"""The engine: reads stored readings forward, judges them in event time, and commits cursor, episodes and care
together. It decides nothing clinical and looks at no clock."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from datetime import datetime, timedelta
from typing import Final

from sqlalchemy.orm import Session, sessionmaker

from alerts.care import CareFactory
from alerts.memory import Memory
from alerts.shards import ALL
from alerts.step import Step, driver
from alerts.store import cursors

_TOGETHER: Final = 16
"""Shards in one transaction: several engines share the 64, each taking what no other holds."""


class Engine:
    """One engine's share of the shards. `at` is told the name of each crash point it comes to."""

    def __init__(
        self,
        sessions: sessionmaker[Session],
        care: CareFactory,
        *,
        at: Callable[[str], None],
        shards: Sequence[int] = ALL,
        batch: int = 2_000,
        remembered: int = 100_000,
    ) -> None:
        """`batch` bounds the rows of one look, `remembered` the readings kept in memory."""
        self._sessions = sessions
        self._care = care
        self._at = at
        self._groups = [shards[first : first + _TOGETHER] for first in range(0, len(shards), _TOGETHER)]
        self._batch = batch
        self._memory = Memory(remembered)

    def step(self, now: datetime) -> int:
        """Judge what can be judged, a bounded amount at a time; 0 when nothing was left to do."""
        return sum(self._commit(group, now) for group in self._groups)

    def lag(self, now: datetime) -> timedelta:
        """For how long a committed reading waits already for some other transaction to end."""
        with self._sessions.begin() as session:
            connection = driver(session)
            oldest = cursors.oldest_beyond(connection, cursors.horizon(connection))
        return timedelta(0) if oldest is None else now - oldest

    def _commit(self, shards: Iterable[int], now: datetime) -> int:
        try:
            with self._sessions.begin() as session:
                step = Step(session, self._care(session), self._memory, now=now)
                done = step.take(shards, self._batch)
                self._at("commit.before")
        except BaseException:
            self._memory.clear()
            raise
        self._memory.keep(step.standings, step.cursors)
        self._at("commit.after")
        return done
