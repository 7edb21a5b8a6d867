"""Readings that cannot be judged, or only with doubt (rules 2 and 13): work for a nurse."""

from __future__ import annotations

from typing import Final

from alerts.clearing import ByAPerson
from alerts.plausibility import is_plausible
from alerts.reading import Kind, Pressure, Reading
from alerts.rules.rule import Hit, Level, Reason, Rule
from alerts.series import Series
from alerts.units import Unit

_SCALES: Final[tuple[tuple[Kind, frozenset[Unit]], ...]] = (
    ("blood_pressure", frozenset({"mmHg", "kPa"})),
    ("glucose", frozenset({"mmol/L", "mg/dL"})),
    ("ketone", frozenset({"mmol/L"})),
)


def _unjudged(rule: Rule[frozenset[Unit]], series: Series) -> Hit | None:
    """A number without a unit, or in one that its kind has no scale for, is never guessed."""
    subject = series.subject
    values = (subject.systolic, subject.diastolic, subject.concentration)
    if not subject.is_value or subject.beyond is not None or not any(value is not None for value in values):
        return None
    return None if subject.unit in rule.threshold else Hit((subject.id,), _raw(subject))


def _raw(subject: Reading) -> str:
    values = (subject.systolic, subject.diastolic, subject.concentration)
    return "/".join(str(value) for value in values if value is not None) + (
        f" {subject.unit}" if subject.unit else ""
    )


def _artefact(rule: Rule[Pressure], series: Series) -> Hit | None:
    """Never only data where the number itself alerts (rule 13)."""
    subject = series.subject
    systolic, diastolic = subject.systolic_mmhg, subject.diastolic_mmhg
    is_alert = not is_plausible(subject, series.settings)
    is_alert |= Pressure(systolic or 0, diastolic or 0).reaches(rule.threshold)
    if is_alert or not subject.is_doubtful:
        return None
    return Hit((subject.id,), ", ".join(sorted(subject.flags)) or subject.quality)


NO_UNIT: Final = tuple(
    Rule(
        code="no_unit",
        version="1",
        kind=kind,
        cause="data",
        level=Level.DATA,
        source="the project's clinical rules, rule 2",
        reason=Reason("没有单位，不作判断", "No unit that can be judged; nothing was guessed"),
        threshold=units,
        judge=_unjudged,
        clearing=ByAPerson(),
    )
    for kind, units in _SCALES
)

ARTEFACT: Final = Rule(
    code="bp_artefact",
    version="1",
    kind="blood_pressure",
    cause="data",
    level=Level.DATA,
    source="the project's clinical rules, rule 13",
    reason=Reason(
        "测量时有移动、袖带松或姿势不当", "Movement, a loose cuff or a wrong position while measuring"
    ),
    threshold=Pressure(180, 110),
    judge=_artefact,
    clearing=ByAPerson(),
)
