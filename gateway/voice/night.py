"""Whether it is night where the home is (rule 15). Pure: it is told the time."""

from __future__ import annotations

from datetime import datetime
from typing import Final
from zoneinfo import ZoneInfo

BEGINS: Final = 23
ENDS: Final = 6
"""Hours of the home's own clock."""


def is_night(at: datetime, zone: ZoneInfo) -> bool:
    """From 23:00 on, until before 6:00."""
    hour = at.astimezone(zone).hour
    return hour >= BEGINS or hour < ENDS
