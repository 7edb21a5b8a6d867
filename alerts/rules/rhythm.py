"""Pulse, as blood-pressure meters count it (rules 3, 6 and 13). An irregular one is no diagnosis."""

from __future__ import annotations

from datetime import timedelta
from typing import Final, NamedTuple

from alerts.clearing import PulseWithin
from alerts.reading import IRREGULAR_PULSE, Reading
from alerts.rules.rule import Hit, Level, Reason, Rule
from alerts.series import Series
from alerts.sittings import own_sitting, sittings_around


class Band(NamedTuple):
    """Beats per minute; both ends still inside."""

    low: int
    high: int

    def excludes(self, bpm: int | None) -> bool:
        return bpm is not None and not self.low <= bpm <= self.high


class Share(NamedTuple):
    """So many of the last so many."""

    flagged: int
    readings: int


def _shown(subject: Reading) -> str:
    return f"{subject.bpm} bpm"


def _repeated(rule: Rule[Band], series: Series) -> Hit | None:
    subject, band = series.subject, rule.threshold
    others = [each.id for each in series.repeats(rule.window) if band.excludes(each.bpm)]
    return Hit((*others, subject.id), _shown(subject)) if others and band.excludes(subject.bpm) else None


def _implausible(rule: Rule[Band], series: Series) -> Hit | None:
    """One reading outside the plausible range."""
    subject = series.subject
    return Hit((subject.id,), _shown(subject)) if rule.threshold.excludes(subject.bpm) else None


_TWO: Final = 2


def _in_two_sittings(rule: Rule[Band], series: Series) -> Hit | None:
    """The subject's own sitting and another, too slow or too fast in either."""
    if not rule.threshold.excludes(series.subject.bpm):
        return None
    outside = [each for each in sittings_around(series, rule.window) if rule.threshold.excludes(each.bpm)]
    if len(outside) < _TWO or own_sitting(outside, series.subject) is None:
        return None
    inputs = tuple(each.id for sitting in outside for each in sitting.readings)
    return Hit(inputs, _shown(series.subject))


def _irregular(rule: Rule[Share], series: Series) -> Hit | None:
    since = series.newest.taken_at - rule.window
    last = [each for each in series.last(rule.threshold.readings, "blood_pressure") if each.taken_at >= since]
    flagged = tuple(each.id for each in last if IRREGULAR_PULSE in each.flags)
    is_news = series.subject.id in flagged
    return Hit(flagged, "irregular pulse") if is_news and len(flagged) >= rule.threshold.flagged else None


_STEADY: Final = PulseWithin(50, 100)

VERY_SLOW_OR_FAST: Final = Rule(
    code="pulse_critical",
    version="1",
    kind="blood_pressure",
    cause="rhythm",
    level=Level.CRITICAL,
    source="the project's clinical rules, rule 3",
    reason=Reason("脉搏两次低于40或高于130", "The pulse is below 40 or above 130 twice"),
    threshold=Band(40, 130),
    judge=_repeated,
    clearing=_STEADY,
    window=timedelta(minutes=15),
    confirms="repeat",
    page="when_confirmed",
)

IMPLAUSIBLE: Final = Rule(
    code="pulse_implausible",
    version="1",
    kind="blood_pressure",
    cause="rhythm",
    level=Level.CRITICAL,
    source="the project's clinical rules, rule 13",
    reason=Reason("脉搏数值少见，请再量一次", "A pulse that is hardly possible; measure again"),
    threshold=Band(30, 220),
    judge=_implausible,
    clearing=_STEADY,
    awaits=True,
    page="when_confirmed",
)

IN_TWO_SITTINGS: Final = Rule(
    code="pulse_in_two_sittings",
    version="1",
    kind="blood_pressure",
    cause="rhythm",
    level=Level.HIGH,
    source="the project's clinical rules, rule 6",
    reason=Reason("两次测量脉搏低于50或高于100", "The pulse is below 50 or above 100 in two sittings"),
    threshold=Band(50, 100),
    judge=_in_two_sittings,
    clearing=_STEADY,
    window=timedelta(days=7),
)

IRREGULAR: Final = Rule(
    code="pulse_irregular",
    version="1",
    kind="blood_pressure",
    cause="rhythm",
    level=Level.WATCH,
    source="the project's clinical rules, rule 6",
    reason=Reason("近3次测量中有2次脉搏不齐", "The pulse is irregular in 2 of 3 readings"),
    threshold=Share(flagged=2, readings=3),
    judge=_irregular,
    clearing=_STEADY,
    window=timedelta(days=7),
)

RULES: Final = (VERY_SLOW_OR_FAST, IMPLAUSIBLE, IN_TWO_SITTINGS, IRREGULAR)
