"""Numbers of the clinical rules that belong to no single rule. The limits themselves stand in `rules/`.

A clinician approves them before real use; a change is a new version beside the old one.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from typing import Final, NamedTuple
from zoneinfo import ZoneInfo


class Range(NamedTuple):
    """From `low` to `high`, both inside."""

    low: int
    high: int

    def holds(self, value: int) -> bool:
        return self.low <= value <= self.high


_REGION: Final = ZoneInfo("Asia/Shanghai")
_SYSTOLIC: Final = Range(60, 260)
_DIASTOLIC: Final = Range(30, 180)


@dataclass(frozen=True, slots=True)
class Settings:
    """Numbers in parentheses are those of the project's clinical rules."""

    version: str = "2026-11-1"
    region: ZoneInfo = _REGION

    repeat_after: timedelta = timedelta(minutes=1)  # (4)
    repeat_within: timedelta = timedelta(minutes=15)  # (4)
    transit: timedelta = timedelta(minutes=1)
    """How long a timer waits for a reading measured in time and still on its way from the home."""

    late_after: timedelta = timedelta(hours=2)  # (10)
    phone_late_within: timedelta = timedelta(hours=12)  # (10)
    reopen_within: timedelta = timedelta(hours=12)  # (11)
    recheck_within: timedelta = timedelta(minutes=20)  # (8)

    sitting: timedelta = timedelta(minutes=10)  # glossary
    drop_first_from: int = 3  # readings in a sitting (7)
    gap: timedelta = timedelta(days=7)  # (7)
    mean_days: int = 7  # (7)
    mean_least_days: int = 3  # (7)
    mean_least_readings: int = 12  # (7)
    sparse_days: int = 28  # (7)

    # Outside these a value is doubtful, never nothing (13).
    systolic: Range = _SYSTOLIC
    diastolic: Range = _DIASTOLIC
    least_pulse_pressure: int = 10


DEFAULT: Final = Settings()
