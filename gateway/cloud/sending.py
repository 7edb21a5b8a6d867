"""Which batch goes next and when, and when readings are sealed. Pure: time is an argument, chance seeded."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from random import Random
from typing import Final

from device_drivers.wire.batch import CLOSE_AT, MAX_READINGS

MAX_IN_FLIGHT: Final = 16
CLOSE_AFTER: Final = 0.2
"""Seconds that a reading waits for company while other batches are in flight."""


@dataclass(frozen=True, slots=True)
class Patience:
    """Seconds: how long to wait for a receipt, and the range of the back-off after each miss."""

    receipt: float = 30
    base: float = 2
    cap: float = 300


@dataclass(slots=True)
class _Attempt:
    tries: int = 0
    not_before: float = 0
    deadline: float | None = None
    """When the receipt is overdue; None while the batch is not in flight."""


def is_due(*, in_flight: int, waiting: int, size: int, waited: float) -> bool:
    """Whether waiting readings should be sealed now: at once when nothing is in flight, otherwise at 50
    readings, 60 KiB or 200 ms. `size` in bytes, `waited` in seconds."""
    if waiting == 0:
        return False
    return in_flight == 0 or waiting >= MAX_READINGS or size >= CLOSE_AT or waited >= CLOSE_AFTER


class Schedule:
    """The unsent batches by number (the newest is the highest), and how each is faring."""

    def __init__(self, patience: Patience, chance: Random) -> None:
        self._patience = patience
        self._chance = chance
        self._attempts: dict[int, _Attempt] = {}
        self._in_flight: set[int] = set()
        self._is_probing = True

    @property
    def in_flight(self) -> int:
        return len(self._in_flight)

    def hold(self, unsent: Iterable[int]) -> None:
        """From now on exactly these are unsent. Those known already keep their attempts."""
        self._attempts = {batch: self._attempts.get(batch) or _Attempt() for batch in sorted(unsent)}
        self._in_flight &= self._attempts.keys()

    def add(self, batch: int) -> None:
        """A batch newer than all others was sealed."""
        self._attempts[batch] = _Attempt()

    def settle(self, batch: int) -> None:
        """A receipt came: the batch is done, and the way is open."""
        self._attempts.pop(batch, None)
        self._in_flight.discard(batch)
        self._is_probing = False

    def disconnect(self) -> None:
        """What was in flight may be lost; after the next connect one batch goes until a receipt comes."""
        for batch in self._in_flight:
            self._attempts[batch].deadline = None
        self._in_flight.clear()
        self._is_probing = True

    def expire(self, now: float) -> list[int]:
        """Free the slots of overdue batches; each is tried again after its own back-off, with full jitter."""
        late = [batch for batch in self._in_flight if self._is_late(batch, now)]
        for batch in sorted(late):
            attempt = self._attempts[batch]
            attempt.deadline = None
            attempt.not_before = now + self._backoff(attempt.tries)
            self._in_flight.discard(batch)
        return sorted(late)

    def take(self, now: float) -> int | None:
        """The batch to send now, in flight from here on: the newest, then the backlog oldest first."""
        if self._is_full:
            return None
        batch = self._choose(now)
        if batch is not None:
            attempt = self._attempts[batch]
            attempt.tries += 1
            attempt.deadline = now + self._patience.receipt
            self._in_flight.add(batch)
        return batch

    def wake_at(self) -> float | None:
        """The earliest time at which expire or take could do something new by the clock alone."""
        moments = [self._attempts[batch].deadline for batch in self._in_flight]
        if not self._is_full:
            idle = self._attempts.keys() - self._in_flight
            moments += [self._attempts[batch].not_before for batch in idle]
        return min((moment for moment in moments if moment is not None), default=None)

    @property
    def _is_full(self) -> bool:
        return len(self._in_flight) >= (1 if self._is_probing else MAX_IN_FLIGHT)

    def _choose(self, now: float) -> int | None:
        newest = next(reversed(self._attempts), None)
        if newest is not None and self._is_free(newest, now):
            return newest
        return next((batch for batch in self._attempts if self._is_free(batch, now)), None)

    def _is_free(self, batch: int, now: float) -> bool:
        return batch not in self._in_flight and self._attempts[batch].not_before <= now

    def _is_late(self, batch: int, now: float) -> bool:
        deadline = self._attempts[batch].deadline
        return deadline is not None and deadline <= now

    def _backoff(self, tries: int) -> float:
        ceiling = min(self._patience.cap, self._patience.base * 2 ** min(tries, 30))
        return self._chance.uniform(0, ceiling)
