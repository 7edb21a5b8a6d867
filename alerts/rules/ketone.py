"""Ketones have a scale of their own (rule 9): below 1.5 mmol/L there is advice and no finding."""

from __future__ import annotations

from decimal import Decimal
from typing import Final

from alerts.clearing import ConcentrationWithin
from alerts.rules.rule import Hit, Level, Page, Reason, Rule
from alerts.series import Series

_SAFE: Final = ConcentrationWithin("ketone", Decimal(0), Decimal("1.4"))


def _at_least(rule: Rule[Decimal], series: Series) -> Hit | None:
    value = series.subject.ketone
    if value is None or value < rule.threshold:
        return None
    return Hit((series.subject.id,), f"{value} mmol/L")


def _row(code: str, level: Level, threshold: str, page: Page, reason: Reason) -> Rule[Decimal]:
    return Rule(
        code=code,
        version="1",
        kind="ketone",
        cause="ketone",
        level=level,
        source="the project's clinical rules, rule 9; ADA Standards of Care: risk of ketoacidosis",
        reason=reason,
        threshold=Decimal(threshold),
        judge=_at_least,
        clearing=_SAFE,
        page=page,
    )


RULES: Final = (
    _row("ketone_critical", Level.CRITICAL, "3.0", "at_once", Reason("血酮≥3.0", "Ketones are 3.0 or more")),
    _row("ketone_high", Level.HIGH, "1.5", "never", Reason("血酮≥1.5", "Ketones are 1.5 or more")),
)
