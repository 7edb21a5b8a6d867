"""One episode and what can happen to it (rules 4, 10 and 11). None looks at a clock."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Final
from uuid import UUID, uuid5

from alerts.clearing import ByAPerson, Clearing
from alerts.reading import Reading
from alerts.rules.rule import Cause, ConfirmedBy, Finding, Level


@dataclass(frozen=True, slots=True)
class Episode:
    """The findings of one cause in one person. `id` follows from who, what and the reading that opened it, so
    that judging the same readings again gives the same episodes.

    All times are those of the readings, except `heard_at`: when the first of them was stored, from where the
    duties of rule 12 run. `waiting` is the reading whose confirmation is awaited, `recheck` the low glucose
    after which a recheck is. `answered_at` is when a person found the reason gone, `crossed_at` when a limit
    was last crossed. `since_opened` counts the findings of this stretch, which begins anew when the episode
    reopens.
    """

    id: UUID
    resident: str
    cause: Cause
    late: bool
    level: Level
    opened_at: datetime
    heard_at: datetime
    crossed_at: datetime
    findings: tuple[Finding, ...] = ()
    since_opened: int = 0
    provisional: bool = False
    waiting: Reading | None = None
    confirmed_at: datetime | None = None
    confirmed_by: ConfirmedBy | None = None
    repeats: frozenset[str] = frozenset()
    recheck: Reading | None = None
    paged_at: datetime | None = None
    answered_at: datetime | None = None
    closed_at: datetime | None = None
    reopened: int = 0

    @property
    def is_open(self) -> bool:
        return self.closed_at is None

    @property
    def readings(self) -> frozenset[str]:
        """Ids of the readings that belong to it: those its findings rest on, and a repeat that confirmed."""
        return self.repeats.union(*(finding.inputs for finding in self.findings))

    @property
    def stretch(self) -> tuple[Finding, ...]:
        """The findings since it opened or last reopened."""
        return self.findings[len(self.findings) - self.since_opened :]

    @property
    def uncleared(self) -> frozenset[Clearing]:
        """What must be seen before it closes: of each limit crossed in this stretch, but for what no number
        clears and a person has answered since."""
        return frozenset(finding.clearing for finding in self.stretch if not self._is_answered(finding))

    def _is_answered(self, finding: Finding) -> bool:
        if self.answered_at is None or not isinstance(finding.clearing, ByAPerson):
            return False
        return finding.judged_at <= self.answered_at


def level_of(finding: Finding, *, late: bool) -> Level:
    """Late is high, whatever it would have been (rule 10)."""
    return Level.HIGH if late else finding.level


_NAMESPACE: Final = UUID("0b0f2a0e-6a5e-5d0f-9c53-6c1a6b1f3c11")


def opened(finding: Finding, subject: Reading, *, late: bool, nth: int = 0) -> Episode:
    """A new episode, still without its finding; `nth` counts those that the same reading opened before."""
    return Episode(
        id=uuid5(_NAMESPACE, f"{subject.resident} {finding.cause} {late} {nth} {subject.id}"),
        resident=subject.resident,
        cause=finding.cause,
        late=late,
        level=level_of(finding, late=late),
        opened_at=subject.taken_at,
        heard_at=subject.stored_at,
        crossed_at=subject.taken_at,
    )


def can_reopen(episode: Episode, at: datetime, within: timedelta) -> bool:
    """Whether a crossing at that time is the same trouble again (rule 11)."""
    return episode.closed_at is not None and episode.opened_at - within <= at <= episode.closed_at + within


def reopened(episode: Episode) -> Episode:
    return replace(episode, closed_at=None, since_opened=0, reopened=episode.reopened + 1)


def with_finding(episode: Episode, finding: Finding, subject: Reading) -> Episode:
    """The level is the highest reached; the limit was crossed now, unless a mean alone says so."""
    return replace(
        episode,
        findings=(*episode.findings, finding),
        since_opened=episode.since_opened + 1,
        level=max(episode.level, level_of(finding, late=episode.late)),
        opened_at=min(episode.opened_at, subject.taken_at),
        crossed_at=max(episode.crossed_at, subject.taken_at),
    )


def awaiting(episode: Episode, subject: Reading) -> Episode:
    """Provisional from this reading on, or from an earlier one; once confirmed it stays so."""
    if episode.confirmed_at is not None:
        return episode
    waiting = min(episode.waiting or subject, subject, key=lambda each: each.order)
    return replace(episode, provisional=True, waiting=waiting)


def confirmed(episode: Episode, by: ConfirmedBy, at: datetime) -> Episode:
    if episode.confirmed_at is not None:
        return episode
    return replace(episode, confirmed_at=at, confirmed_by=by, waiting=None)


def ended(episode: Episode, at: datetime) -> Episode:
    """The provisional is over; the episode too, unless something else keeps it open."""
    rests_on_it_alone = all(finding.awaits for finding in episode.stretch)
    return replace(episode, waiting=None, closed_at=at if rests_on_it_alone else None)


def closed(episode: Episode, at: datetime) -> Episode:
    """Nothing is waited for any more."""
    return replace(episode, closed_at=at, waiting=None)


def answered(episode: Episode, at: datetime) -> Episode:
    """A person found the reason gone (rule 11). Numbers that are still crossed keep it open: handled is not
    over."""
    told = replace(episode, answered_at=at)
    return told if told.uncleared else closed(told, at)


def paged(episode: Episode, at: datetime) -> Episode:
    """The duty is called, once."""
    return replace(episode, paged_at=episode.paged_at or at, recheck=None)
