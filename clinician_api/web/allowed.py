"""Which steps a page offers, by asking the very rules that decide when one is taken."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Final

from alerts.rules.rule import Level
from clinician_api.access.rules import Actor
from clinician_api.errors import CareError
from clinician_api.triage import rules
from clinician_api.triage.rules import Standing

_HOURS: Final = (4, 24, 72, 168)


def steps(case: Standing, actor: Actor, now: datetime) -> frozenset[str]:
    soon = now + timedelta(hours=1)
    tries: dict[str, Callable[[], object]] = {
        "claim": lambda: rules.claim(case, actor, now),
        "contact": lambda: rules.contact(case, actor, "phone", now),
        # To whom, the service checks; nobody hands a case to their own account.
        "transfer": lambda: rules.transfer(case, actor, actor.login),
        "snooze": lambda: rules.snooze(case, actor, until=soon, reason="-", now=now),
        "resolve": lambda: rules.resolve(case, actor, "educated", next_follow_up=None, now=now),
        "reply": lambda: rules.check_may_reply(actor),
    }
    return frozenset(step for step, attempt in tries.items() if _succeeds(attempt))


def snooze_hours(case: Standing) -> tuple[int, ...]:
    cap = rules.SNOOZE_CAPS.get(max(case.level, case.urgency, Level.DATA), timedelta(0))
    return tuple(hours for hours in _HOURS if timedelta(hours=hours) <= cap)


def _succeeds(attempt: Callable[[], object]) -> bool:
    try:
        attempt()
    except CareError:
        return False
    return True
