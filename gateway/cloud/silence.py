"""Whether a node that answers nothing is worth leaving for another. Pure: time is an argument.

A node that is cut off from the others still holds its gateways' connections, and nobody behind it hears them.
But the silence may be the cloud's own: each move without an answer doubles the patience before the next.
"""

from __future__ import annotations

from typing import Final

MOST_S: Final = 3600.0


class Silence:
    """Seconds of a monotonic clock."""

    def __init__(self, patience_s: float) -> None:
        self._least = patience_s
        self._patience = patience_s
        self._since: float | None = None

    def asked(self, now: float) -> None:
        """Something was sent that deserves an answer."""
        if self._since is None:
            self._since = now

    def heard(self) -> None:
        """Any answer will do."""
        self._since = None
        self._patience = self._least

    def is_too_long(self, now: float) -> bool:
        """Whether to move now; if so the patience begins anew, doubled."""
        if self._since is None or now - self._since < self._patience:
            return False
        self._since = None
        self._patience = min(MOST_S, self._patience * 2)
        return True
