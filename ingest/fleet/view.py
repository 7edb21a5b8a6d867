"""The fleet as the worker sees it, never older than a minute: a revocation reaches open connections."""

from __future__ import annotations

from collections.abc import Callable
from typing import Final

from ingest.door.enrolled import Fleet

MAX_AGE_S: Final = 30.0
"""Half of what wire.md allows until a revoked gateway must be refused."""

HURRY_S: Final = 0.2
"""How soon to look again for a gateway that is not known."""


class View:
    """Keeps the fleet and fetches it anew. Times are seconds of a monotonic clock."""

    def __init__(self, fetch: Callable[[], Fleet]) -> None:
        self._fetch = fetch
        self._fleet: Fleet = {}
        self._read_at = float("-inf")

    def fleet(self, now: float, *, max_age_s: float = MAX_AGE_S) -> Fleet:
        if now - self._read_at >= max_age_s:
            self._fleet = self._fetch()
            self._read_at = now
        return self._fleet
