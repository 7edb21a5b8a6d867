"""What to do about a radio that fails, from the gentlest step to the harshest. Pure: does nothing itself.

Adapters fall silent (Pi 4), bluetoothd hangs after days of scanning, a killed connect leaves the scanner
InProgress for good: each has been seen by others, and each is helped by something else.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from enum import Enum
from typing import Final, Literal

Daemon = Literal["well", "gone", "hung", "unknown"]
"""`unknown`: there is no message bus to ask it on, and without one no scan starts whatever we do."""


class Sign(Enum):
    """What is wrong with the radio."""

    GONE = "bluetoothd is gone"
    HUNG = "bluetoothd answers nothing"
    STUCK = "scanning does not start"
    SILENT = "nobody is heard"


class Step(Enum):
    """What may help. Each one includes that scanning starts anew."""

    RESCAN = "rescan"
    POWER_CYCLE = "power_cycle"
    RESET_ADAPTER = "reset_adapter"
    RESTART_DAEMON = "restart_daemon"
    LEAVE = "leave"
    """End the process: systemd starts it anew, and the outbox has everything."""


@dataclass(frozen=True, slots=True)
class Health:
    """`heard_at` and `scanning_since` in seconds of a monotonic clock; the latter None: not scanning now."""

    daemon: Daemon
    heard_at: float
    scanning_since: float | None
    failures: int
    """Scans in a row that failed or did not start."""


# A silent adapter is not helped by leaving; where nobody lives nearby it may even be well.
STEPS: Final[Mapping[Sign, tuple[Step, ...]]] = {
    Sign.GONE: (Step.RESTART_DAEMON, Step.RESET_ADAPTER, Step.RESTART_DAEMON, Step.LEAVE),
    Sign.HUNG: (Step.RESTART_DAEMON, Step.RESET_ADAPTER, Step.RESTART_DAEMON, Step.LEAVE),
    Sign.STUCK: (Step.RESCAN, Step.POWER_CYCLE, Step.RESET_ADAPTER, Step.RESTART_DAEMON, Step.LEAVE),
    Sign.SILENT: (Step.RESCAN, Step.POWER_CYCLE, Step.RESET_ADAPTER, Step.RESTART_DAEMON),
}

PATIENCE_S: Final[Mapping[Sign, float]] = {
    Sign.GONE: 20.0,  # systemd restarts it by itself in less
    Sign.HUNG: 30.0,
    Sign.STUCK: 30.0,
    Sign.SILENT: 900.0,
}
"""How long a sign must last before the first step. A home without neighbours hears nobody for hours."""

EFFECT_S: Final = 45.0
"""How long a step may take to show; after a silence the next one is as long in any case."""

FAILURES: Final = 3
REST_S: Final = 1800.0
LONGEST_S: Final = 6 * 3600.0


def sign_of(health: Health, now: float) -> Sign | None:
    """What is wrong, if anything; the root first: a daemon that hangs starts no scan and hears nobody."""
    if health.daemon == "gone":
        return Sign.GONE
    if health.daemon == "hung":
        return Sign.HUNG
    if health.failures >= FAILURES and health.scanning_since is None and health.daemon == "well":
        return Sign.STUCK
    if now - max(health.heard_at, health.scanning_since or 0.0) >= PATIENCE_S[Sign.SILENT]:
        return Sign.SILENT
    return None


def is_proven_well(health: Health) -> bool:
    """Whether somebody was heard in this scan. That it lasts proves nothing: a silent adapter's does too."""
    return health.scanning_since is not None and health.heard_at >= health.scanning_since


class Ladder:
    """Climbs while a sign lasts; at the top it rests, twice as long each time. Only a radio that is proven
    well takes it to the ground: one that starts and fails again goes on where it was."""

    def __init__(self) -> None:
        self._sign: Sign | None = None
        self._rungs = dict.fromkeys(Sign, 0)
        self._rests = dict.fromkeys(Sign, REST_S)
        self._due = 0.0

    def judge(self, health: Health, now: float) -> tuple[Sign, Step] | None:
        """The step to take now, and why. Seconds of a monotonic clock."""
        sign = sign_of(health, now)
        if sign is None:
            if is_proven_well(health):
                self._rungs = dict.fromkeys(Sign, 0)
                self._rests = dict.fromkeys(Sign, REST_S)
            self._sign = None
            return None
        if sign is not self._sign:
            # A silence was waited for already, or it would be no sign.
            self._due = max(self._due, now) if sign is Sign.SILENT else now + PATIENCE_S[sign]
            self._sign = sign
        return (sign, self._climb(sign, now)) if now >= self._due else None

    def _climb(self, sign: Sign, now: float) -> Step:
        step = STEPS[sign][self._rungs[sign]]
        self._rungs[sign] += 1
        self._due = now + EFFECT_S
        if self._rungs[sign] == len(STEPS[sign]):
            self._rungs[sign] = 0
            self._due = now + self._rests[sign]
            self._rests[sign] = min(LONGEST_S, self._rests[sign] * 2)
        return step
