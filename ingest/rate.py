"""How often something may be done, however often it is asked for. Waits for nothing."""

from __future__ import annotations


class Rate:
    """A bucket that fills by `per_second` tokens and holds one second's worth."""

    def __init__(self, per_second: float) -> None:
        self._per_second = per_second
        self._tokens = per_second
        self._at = 0.0

    def allows(self, now: float) -> bool:
        """Whether one more is allowed at `now`, in seconds of a monotonic clock; if so it is counted."""
        filled = self._tokens + (now - self._at) * self._per_second
        self._tokens, self._at = min(self._per_second, filled), now
        if self._tokens < 1:
            return False
        self._tokens -= 1
        return True
