"""Which ways a notice goes beside the page, in which order, and when. Pure: sends nothing.

A way is tried after the one before it failed. What cannot wait also goes on to the next while nobody has seen
it. Quiet hours hold courtesies back and nothing else (design §4, invariant 3).
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, time, timedelta
from typing import Final, Literal, get_args
from zoneinfo import ZoneInfo

Audience = Literal["staff", "resident", "family"]
Contact = Literal["phone", "email", "account"]
"""What a way needs to know of the recipient. `account` is an id of ours: every recipient has one."""

Urgency = Literal["now", "soon", "courtesy"]
"""`now`: goes on until somebody has seen it. `soon`: once. `courtesy`: once, and not at night."""

Kind = Literal["file", "apprise", "phone"]

UNSEEN: Final = timedelta(minutes=2)
"""How long a way may stay unseen before the next is tried, of what cannot wait."""

GRACE: Final = timedelta(minutes=5)
"""Who has the page open sees it there, and is not told twice."""

_ZONE: Final = ZoneInfo("Asia/Shanghai")
_QUIET_FROM, _QUIET_UNTIL = time(21), time(8)

URGENCIES: Final[Mapping[str, Urgency]] = {
    "case.opened": "now",
    "case.reopened": "now",
    "case.escalated": "now",
    "case.paged": "now",
    "case.confirmed": "now",
    "case.leader": "now",
    "case.supervisor_and_duty": "now",
    "case.again": "now",
    "case.contact_overdue": "now",
    "case.offered": "soon",
    "case.rehomed": "now",
    "care.call_us": "now",
    "care.duty_desk_answers": "soon",
    "care.nobody_watches": "soon",
    "duty.nobody_on_call": "now",
    "duty.gap_ahead": "soon",
    "reach.call_now": "now",
    "reach.call": "soon",
    "emergency.opened": "soon",
    "emergency.overdue": "soon",
    "role.given": "soon",
    "phone.bound": "soon",
    "reading.replied": "courtesy",
    "package.behind": "courtesy",
    "contract.answer_overdue": "soon",
    "contract.complaint_overdue": "soon",
}


@dataclass(frozen=True, slots=True)
class Channel:
    """A way as it was configured. A real one leads out of this machine, to a person's own device."""

    name: str
    kind: Kind
    audiences: frozenset[Audience]
    needs: Contact
    urgencies: frozenset[Urgency]

    @property
    def is_real(self) -> bool:
        return self.kind == "apprise"


@dataclass(frozen=True, slots=True)
class Reached:
    """Whom a notice is for, and how far it came on the page."""

    audience: Audience
    contacts: frozenset[Contact]
    is_simulated: bool
    is_seen: bool


def urgency_of(code: str) -> Urgency:
    """What no table knows of is told once, and by day."""
    return URGENCIES.get(code, "courtesy")


def ways(channels: Sequence[Channel], whom: Reached, urgency: Urgency) -> tuple[Channel, ...]:
    """In the order of the configuration. Who is simulated has no device (design §4, invariant 10)."""
    return tuple(
        each
        for each in channels
        if whom.audience in each.audiences
        and urgency in each.urgencies
        and each.needs in whom.contacts
        and not (whom.is_simulated and each.is_real)
    )


def lacks_contact(channels: Sequence[Channel], whom: Reached, urgency: Urgency) -> bool:
    """Whether there would be a way, had they left a number. Staff have the page before them."""
    known: frozenset[Contact] = frozenset(get_args(Contact))
    return whom.audience != "staff" and bool(ways(channels, replace(whom, contacts=known), urgency))


def begins_at(urgency: Urgency, queued_at: datetime) -> datetime:
    """When the first way is tried."""
    if urgency == "now":
        return queued_at
    at = queued_at + GRACE
    return _morning_after(at) if urgency == "courtesy" else at


def goes_on(urgency: Urgency, *, was_sent: bool) -> timedelta | None:
    """How long until the next way is tried; None where this one was enough. A failure never waits."""
    if not was_sent:
        return timedelta()
    return UNSEEN if urgency == "now" else None


def _morning_after(at: datetime) -> datetime:
    local = at.astimezone(_ZONE)
    if _QUIET_UNTIL <= local.time() < _QUIET_FROM:
        return at
    day = local.date() + timedelta(days=local.time() >= _QUIET_FROM)
    return datetime.combine(day, _QUIET_UNTIL, _ZONE)
