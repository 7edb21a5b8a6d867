"""What a rule is, and what one hit of it is. Holds no number."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import IntEnum
from typing import Generic, Literal, NamedTuple, TypeVar

from alerts.clearing import Clearing
from alerts.reading import Kind
from alerts.series import Series

Cause = Literal["bp_high", "bp_low", "rhythm", "glucose_high", "glucose_low", "ketone", "data"]
ConfirmedBy = Literal["repeat", "silence", "extreme", "symptom"]
Asked = Literal["at_reading", "after_sitting"]
Page = Literal["at_once", "when_confirmed", "after_recheck", "never"]
T = TypeVar("T")


class Level(IntEnum):
    DATA = 0
    WATCH = 1
    HIGH = 2
    CRITICAL = 3


class Reason(NamedTuple):
    """Plain language for people; the number stands beside it."""

    zh: str
    en: str


class Hit(NamedTuple):
    """What a judge saw: the readings it rests on, and the value as it is shown."""

    inputs: tuple[str, ...]
    value: str
    cause: Cause | None = None
    is_sparse: bool = False


@dataclass(frozen=True, slots=True)
class Rule(Generic[T]):
    """One row. `judge` sees a series and says what it saw, or None.

    `awaits` marks a blood pressure that is provisional until confirmed (rule 4); `confirms` says that it is
    confirmed at once. `is_mean` rules look at days and are never late; those of blood pressure are asked when
    the sitting is over, since its third reading drops its first. `cause` is where a hit names none.
    """

    code: str
    version: str
    kind: Kind
    cause: Cause
    level: Level
    source: str
    reason: Reason
    threshold: T
    judge: Callable[[Rule[T], Series], Hit | None]
    clearing: Clearing
    window: timedelta = timedelta(0)
    awaits: bool = False
    confirms: ConfirmedBy | None = None
    is_mean: bool = False
    asked: Asked = "at_reading"
    page: Page = "never"


@dataclass(frozen=True, slots=True)
class Finding:
    """One rule's hit on one reading, with what is needed to understand it years later."""

    code: str
    version: str
    cause: Cause
    level: Level
    reading: str
    inputs: tuple[str, ...]
    value: str
    reason: Reason
    taken_at: datetime
    judged_at: datetime
    clearing: Clearing
    awaits: bool
    confirms: ConfirmedBy | None
    is_mean: bool
    is_sparse: bool
    page: Page


def evaluate(rule: Rule[T], series: Series, now: datetime) -> Finding | None:
    """Judge the series' subject by one rule; `now` is kept, never judged by."""
    hit = rule.judge(rule, series)
    if hit is None:
        return None
    return Finding(
        code=rule.code,
        version=rule.version,
        cause=hit.cause or rule.cause,
        level=rule.level,
        reading=series.subject.id,
        inputs=hit.inputs,
        value=hit.value,
        reason=rule.reason,
        taken_at=series.subject.taken_at,
        judged_at=now,
        clearing=rule.clearing,
        awaits=rule.awaits,
        confirms=rule.confirms,
        is_mean=rule.is_mean,
        is_sparse=hit.is_sparse,
        page=rule.page,
    )
