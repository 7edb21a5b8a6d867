"""Red-flag symptoms: critical at any value and without one (rules 3 and 5)."""

from __future__ import annotations

from decimal import Decimal
from typing import Final, NamedTuple

from alerts.clearing import ByAPerson
from alerts.reading import Kind, Reading
from alerts.rules.rule import Cause, Hit, Level, Reason, Rule
from alerts.series import Series

RED_FLAG: Final = "red_flag"
"""The code of these rows."""

UNNAMED: Final = "one_of_these"
"""A button says yes to all of the question at once."""


class RedFlags(NamedTuple):
    """The answers that are red flags; beside these values they belong to another cause than bp_high."""

    names: frozenset[str] = frozenset({"chest_pain", "breathlessness", "speech_or_limb", UNNAMED})
    systolic_below: int = 90
    glucose_at_most: Decimal = Decimal("3.9")
    glucose_at_least: Decimal = Decimal("16.7")


def _red_flag(rule: Rule[RedFlags], series: Series) -> Hit | None:
    subject = series.subject
    seen = subject.symptoms & rule.threshold.names
    return Hit((subject.id,), ", ".join(sorted(seen)), _cause(subject, rule.threshold)) if seen else None


def _cause(subject: Reading, flags: RedFlags) -> Cause:
    """Where the value itself crosses, its cause; otherwise the circulation is what red flags point to."""
    systolic, glucose, beyond = subject.systolic_mmhg, subject.glucose, subject.beyond
    if systolic is not None and systolic < flags.systolic_below:
        return "bp_low"
    if beyond == "LO" or (glucose is not None and glucose <= flags.glucose_at_most):
        return "glucose_low"
    if beyond == "HI" or (glucose is not None and glucose >= flags.glucose_at_least):
        return "glucose_high"
    return "bp_high"


def _row(kind: Kind) -> Rule[RedFlags]:
    return Rule(
        code=RED_FLAG,
        version="1",
        kind=kind,
        cause="bp_high",
        level=Level.CRITICAL,
        source="the project's clinical rules, rules 3 and 5",
        reason=Reason(
            "有胸痛、气短或说话、手脚不灵", "Chest pain, breathlessness, or trouble with speech or limbs"
        ),
        threshold=RedFlags(),
        judge=_red_flag,
        clearing=ByAPerson(),
        confirms="symptom",
        page="when_confirmed",
    )


RULES: Final = (_row("symptom"), _row("blood_pressure"), _row("glucose"), _row("ketone"))
