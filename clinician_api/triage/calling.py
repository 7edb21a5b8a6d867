"""When a home is called before anybody has claimed its case (domain 3.5a, rules 10 and 15). Pure."""

from __future__ import annotations

from collections.abc import Collection
from datetime import datetime, time
from typing import Final
from zoneinfo import ZoneInfo

from alerts.rules.rule import ConfirmedBy

_ZONE: Final = ZoneInfo("Asia/Shanghai")
_NIGHT_FROM, _NIGHT_UNTIL = time(23), time(6)


def is_to_be_called(
    changes: Collection[str], *, is_late: bool, confirmed_by: ConfirmedBy | None, now: datetime
) -> bool:
    """Rule 10: a late extreme is phoned at once, day or night; the engine pages it only while it is young
    enough and nothing safe came after. Rule 15: at night, what silence has confirmed."""
    if is_late:
        return "paged" in changes
    return "confirmed" in changes and confirmed_by == "silence" and is_night(now)


def is_night(now: datetime) -> bool:
    local = now.astimezone(_ZONE).time()
    return local >= _NIGHT_FROM or local < _NIGHT_UNTIL
