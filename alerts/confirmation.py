"""Whether a provisional blood pressure is confirmed or ended by a repeat (rule 4). Waits for nothing."""

from __future__ import annotations

from dataclasses import dataclass, replace
from decimal import Decimal

from alerts.plausibility import is_sound
from alerts.reading import Reading
from alerts.rules import RuleSet
from alerts.rules.rule import Cause, Level
from alerts.series import Series
from alerts.units import mean, whole


@dataclass(frozen=True, slots=True)
class Repeat:
    """The reading that decided, and how."""

    reading: Reading
    confirms: bool


def decide(first: Reading, cause: Cause, series: Series, rules: RuleSet) -> Repeat | None:
    """What the earliest repeat that can decide says; None while there is none."""
    settings = series.settings
    since, until = first.taken_at + settings.repeat_after, first.taken_at + settings.repeat_within
    for repeat in series.between(since, until, first.kind):
        if _is_again(first, repeat, cause, series, rules):
            return Repeat(repeat, confirms=True)
        if _can_end(repeat, cause, series):
            return Repeat(repeat, confirms=False)
    return None


def is_critical(subject: Reading, series: Series, rules: RuleSet, cause: Cause | None = None) -> bool:
    """Whether a rule at critical level hits this reading, for one cause or any."""
    about = replace(series, subject=subject)
    rows = [rule for rule in rules.of(subject.kind) if rule.level is Level.CRITICAL]
    hits = ((rule, rule.judge(rule, about)) for rule in rows)
    return any(hit is not None and cause in {None, hit.cause or rule.cause} for rule, hit in hits)


def _is_again(first: Reading, repeat: Reading, cause: Cause, series: Series, rules: RuleSet) -> bool:
    both = _mean(first, repeat)
    return is_critical(repeat, series, rules, cause) or is_critical(both, series, rules, cause)


def _mean(first: Reading, repeat: Reading) -> Reading:
    """The two as one reading at the repeat's time; a number that either lacks is left out."""
    return replace(
        repeat,
        unit="mmHg",
        systolic=_half(first.systolic_mmhg, repeat.systolic_mmhg),
        diastolic=_half(first.diastolic_mmhg, repeat.diastolic_mmhg),
        pulse=_half(first.bpm, repeat.bpm),
        quality="ok",
        flags=frozenset(),
        symptoms=frozenset(),
    )


def _half(one: int | None, other: int | None) -> Decimal | None:
    return None if one is None or other is None else Decimal(whole(mean([one, other])))


def _can_end(repeat: Reading, cause: Cause, series: Series) -> bool:
    """A reading in doubt ends nothing."""
    if cause == "rhythm":
        return repeat.bpm is not None and not repeat.is_doubtful
    return is_sound(repeat, series.settings)
