"""A moment that has certainly passed, for a box whose own clock may stand in any year. Sets no clock."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, timedelta

from gateway.clock.own import Clock


class CloudClock:
    """Our own clock where it is synchronised; else the latest time in a trusted receipt of this process, and
    what has passed since by a clock that only runs (`monotonic`, in seconds)."""

    def __init__(self, clock: Clock, monotonic: Callable[[], float]) -> None:
        self._clock = clock
        self._monotonic = monotonic
        self._heard: tuple[datetime, float] | None = None

    def hear(self, cloud_time: datetime) -> None:
        """A repeated receipt is old news: only what is later counts."""
        bound = self._bound()
        if bound is None or cloud_time > bound:
            self._heard = cloud_time, self._monotonic()

    def now(self) -> datetime | None:
        """None where nobody can tell."""
        here = self._clock()
        return here.at if here.synced else self._bound()

    def _bound(self) -> datetime | None:
        if self._heard is None:
            return None
        said, at = self._heard
        return said + timedelta(seconds=self._monotonic() - at)
