"""What dates do to a contract and whom they remind, without anybody doing anything. Pure.

No step here makes a contract longer: what nobody renews runs out.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Final, Literal, NamedTuple

from clinician_api.contracts import dates
from clinician_api.contracts.dates import PACE, Pace
from clinician_api.contracts.states import State, Step

Audience = Literal["resident", "team", "leaders", "both"]

_DAY: Final = timedelta(days=1)
_UNSIGNED: Final = timedelta(days=3)


@dataclass(frozen=True, slots=True)
class Facts:
    """Of one contract. `since` and `until` are the moments between which it is served, once it is certain."""

    state: State
    begins: date
    ends: date
    applied_at: datetime | None = None
    accepted_at: datetime | None = None
    signed_at: datetime | None = None
    since: datetime | None = None
    until: datetime | None = None


class Turn(NamedTuple):
    """A step that is taken by the clock, at that moment however late somebody looks."""

    step: Step
    at: datetime


class Reminder(NamedTuple):
    """Told once each. Of those of one `series` that are due together only the last is still worth telling."""

    kind: str
    at: datetime
    to: Audience
    series: str


def turn(known: Facts, pace: Pace = PACE) -> Turn | None:
    """The next step that the clock takes, if nobody takes another before."""
    if known.state in {"active", "renewal_due"}:
        return _of_running(known, pace)
    if known.state == "signed" and known.since is not None:
        return Turn("activate", known.since)
    by = _lapses(known, pace)
    return None if by is None else Turn("lapse", by)


def _lapses(known: Facts, pace: Pace) -> datetime | None:
    match known.state:
        case "applied" if known.applied_at:
            return known.applied_at + pace.answer_within
        case "accepted" if known.accepted_at:
            return known.accepted_at + pace.sign_within
        case "signed" if known.signed_at:
            return max(known.signed_at, dates.midnight(known.begins)) + pace.pay_within
    return None


def reminders(known: Facts, pace: Pace = PACE) -> Iterator[Reminder]:
    """Everything that will be told while the contract stays in this state."""
    match known.state:
        case "applied" if known.applied_at:
            yield Reminder("answer", known.applied_at + pace.answer_reminder, "team", "answer")
            late = dates.after_working_days(known.applied_at, pace.answer_working_days)
            yield Reminder("answer_overdue", late, "leaders", "answer_overdue")
        case "accepted" if known.accepted_at:
            yield Reminder("sign", known.accepted_at + pace.sign_reminder, "both", "sign")
        case "signed" if known.since is None and known.signed_at:
            yield Reminder("pay", known.signed_at + _UNSIGNED, "resident", "pay")
        case "active" | "renewal_due":
            for days in pace.renewal_reminders:
                at = dates.at_hour(known.ends - days * _DAY, pace.told_at)
                yield Reminder(f"ends_{days}", at, "both", "ends")
        case "expired":
            yield Reminder("ended", dates.at_hour(known.ends + _DAY, pace.told_at), "both", "ended")


def due_reminders(
    known: Facts, told: Collection[str], now: datetime, pace: Pace = PACE
) -> tuple[list[Reminder], list[Reminder]]:
    """Those to tell now, and those whose time went by unnoticed and that a later one makes pointless."""
    waiting = [each for each in reminders(known, pace) if each.kind not in told and each.at <= now]
    newest = {each.series: each for each in sorted(waiting, key=lambda each: each.at)}
    return list(newest.values()), [each for each in waiting if each not in newest.values()]


def next_at(known: Facts, told: Collection[str], pace: Pace = PACE) -> datetime | None:
    """When to look at it again; None when nothing will ever happen to it by itself."""
    times = [each.at for each in reminders(known, pace) if each.kind not in told]
    following = turn(known, pace)
    return min([*times, following.at] if following else times, default=None)


def _of_running(known: Facts, pace: Pace) -> Turn:
    """A term shorter than the time for renewal falls due with its first day."""
    begins = known.since or dates.midnight(known.begins)
    falls_due = max(dates.midnight(known.ends) - pace.renewal, begins)
    if known.state == "active" and falls_due < _over(known):
        return Turn("fall_due", falls_due)
    return Turn("expire", _over(known))


def _over(known: Facts) -> datetime:
    return known.until or dates.midnight(known.ends + _DAY)
