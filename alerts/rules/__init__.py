"""All rules, as rows. A new rule is a row in its file; none knows of episodes."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from functools import cached_property
from typing import Any, Final

from alerts.reading import Kind, Pressure
from alerts.rules import doubt, glucose, ketone, pressure, rhythm, symptom
from alerts.rules.rule import Asked, Finding, Rule, evaluate
from alerts.series import Series

# Each row fits its own threshold's type; together they have none.
AnyRule = Rule[Any]


@dataclass(frozen=True)
class RuleSet:
    """Rules that judge together, in the order in which they are asked."""

    rows: tuple[AnyRule, ...]

    def of(self, kind: Kind) -> tuple[AnyRule, ...]:
        return self._by_kind.get(kind, ())

    @cached_property
    def _by_kind(self) -> dict[Kind, tuple[AnyRule, ...]]:
        kinds = {rule.kind for rule in self.rows}
        return {kind: tuple(rule for rule in self.rows if rule.kind == kind) for kind in kinds}


DEFAULT: Final = RuleSet(
    (
        *pressure.RULES,
        *rhythm.RULES,
        *glucose.RULES,
        *ketone.RULES,
        *symptom.RULES,
        *doubt.NO_UNIT,
        doubt.ARTEFACT,
    )
)


def with_target(rules: RuleSet, target: Pressure) -> RuleSet:
    """The rules for a resident whose 7-day home mean has a limit of its own (rule 6)."""
    rows = (
        pressure.for_target(target) if rule.code == pressure.SEVEN_DAYS.code else rule for rule in rules.rows
    )
    return RuleSet(tuple(rows))


def judge(
    rules: RuleSet, series: Series, now: datetime, *, asked: Asked = "at_reading"
) -> tuple[Finding, ...]:
    """Everything that the rules asked now find in the series' subject."""
    rows = (rule for rule in rules.of(series.subject.kind) if rule.asked == asked)
    found = (evaluate(rule, series, now) for rule in rows)
    return tuple(finding for finding in found if finding is not None)
