"""Fingerstick glucose by its context (rules 3, 5 and 8). A missing context knows only the critical limits."""

from __future__ import annotations

from datetime import timedelta
from decimal import Decimal
from typing import Final

from alerts.clearing import ConcentrationWithin
from alerts.reading import Context, Reading
from alerts.rules.rule import Hit, Level, Reason, Rule
from alerts.series import Series
from alerts.units import mean, tenth

GUIDELINE: Final = "国家基本公共卫生服务规范（第三版）2型糖尿病患者健康管理: urgent referral"
_SAFE: Final = ConcentrationWithin("glucose", Decimal("4.4"), Decimal("15.0"))


def _shown(subject: Reading) -> str:
    return subject.beyond or f"{subject.glucose} mmol/L"


def _one(subject: Reading) -> Hit:
    return Hit((subject.id,), _shown(subject))


def _at_most(rule: Rule[Decimal], series: Series) -> Hit | None:
    value = series.subject.glucose
    is_low = series.subject.beyond == "LO" or (value is not None and value <= rule.threshold)
    return _one(series.subject) if is_low else None


def _below(rule: Rule[Decimal], series: Series) -> Hit | None:
    value = series.subject.glucose
    is_low = series.subject.beyond == "LO" or (value is not None and value < rule.threshold)
    return _one(series.subject) if is_low else None


def _at_least(rule: Rule[Decimal], series: Series) -> Hit | None:
    value = series.subject.glucose
    is_high = series.subject.beyond == "HI" or (value is not None and value >= rule.threshold)
    return _one(series.subject) if is_high else None


def _after_a_meal(rule: Rule[Decimal], series: Series) -> Hit | None:
    return _at_least(rule, series) if series.subject.context == "post_meal" else None


def _of_context(readings: tuple[Reading, ...], context: Context) -> list[tuple[str, Decimal]]:
    return [
        (each.id, each.glucose) for each in readings if each.context == context and each.glucose is not None
    ]


def _fasting_twice(rule: Rule[Decimal], series: Series) -> Hit | None:
    near = _of_context(series.around(rule.window, "glucose"), "fasting")
    high = tuple(id_ for id_, value in near if value >= rule.threshold)
    return Hit(high, _shown(series.subject)) if series.subject.id in high and len(high) > 1 else None


_THREE: Final = 3


def _fasting_mean(rule: Rule[Decimal], series: Series) -> Hit | None:
    """The last three fasting values, rounded as the screen shows their mean."""
    newest = series.newest.taken_at
    last = _of_context(series.between(newest - rule.window, newest, "glucose"), "fasting")[-_THREE:]
    inputs = tuple(id_ for id_, _ in last)
    if len(last) < _THREE or series.subject.id not in inputs:
        return None
    found = tenth(mean([value for _, value in last]))
    return Hit(inputs, f"{found} mmol/L") if found >= rule.threshold else None


SEVERELY_LOW: Final = Rule(
    code="glucose_severely_low",
    version="1",
    kind="glucose",
    cause="glucose_low",
    level=Level.CRITICAL,
    source="the project's clinical rules, rule 5; ADA Standards of Care, section 6: level 2 hypoglycaemia",
    reason=Reason("血糖低于3.0或显示LO", "Glucose is below 3.0, or the meter shows LO"),
    threshold=Decimal("3.0"),
    judge=_below,
    clearing=_SAFE,
    confirms="extreme",
    page="at_once",
)

LOW: Final = Rule(
    code="glucose_low",
    version="1",
    kind="glucose",
    cause="glucose_low",
    level=Level.CRITICAL,
    source=f"{GUIDELINE}; the project's clinical rules, rules 3 and 8",
    reason=Reason("血糖≤3.9", "Glucose is 3.9 or less"),
    threshold=Decimal("3.9"),
    judge=_at_most,
    clearing=_SAFE,
    page="after_recheck",
)

EXTREMELY_HIGH: Final = Rule(
    code="glucose_extremely_high",
    version="1",
    kind="glucose",
    cause="glucose_high",
    level=Level.CRITICAL,
    source="the project's clinical rules, rule 5",
    reason=Reason("血糖≥33.3或显示HI", "Glucose is 33.3 or more, or the meter shows HI"),
    threshold=Decimal("33.3"),
    judge=_at_least,
    clearing=_SAFE,
    confirms="extreme",
    page="at_once",
)

HIGH: Final = Rule(
    code="glucose_high",
    version="1",
    kind="glucose",
    cause="glucose_high",
    level=Level.CRITICAL,
    source=f"{GUIDELINE}; the project's clinical rules, rule 3",
    reason=Reason("血糖≥16.7", "Glucose is 16.7 or more"),
    threshold=Decimal("16.7"),
    judge=_at_least,
    clearing=_SAFE,
    page="at_once",
)

POST_MEAL_HIGH: Final = Rule(
    code="glucose_post_meal_high",
    version="1",
    kind="glucose",
    cause="glucose_high",
    level=Level.HIGH,
    source="the project's clinical rules, rule 8",
    reason=Reason("餐后血糖≥13.9", "Glucose after a meal is 13.9 or more"),
    threshold=Decimal("13.9"),
    judge=_after_a_meal,
    clearing=_SAFE,
)

FASTING_TWICE: Final = Rule(
    code="glucose_fasting_twice",
    version="1",
    kind="glucose",
    cause="glucose_high",
    level=Level.HIGH,
    source="the project's clinical rules, rule 8",
    reason=Reason("7天内两次空腹血糖≥10.0", "Fasting glucose is 10.0 or more twice in 7 days"),
    threshold=Decimal("10.0"),
    judge=_fasting_twice,
    clearing=_SAFE,
    window=timedelta(days=7),
)

POST_MEAL: Final = Rule(
    code="glucose_post_meal",
    version="1",
    kind="glucose",
    cause="glucose_high",
    level=Level.WATCH,
    source="中国糖尿病防治指南（2024版）; the project's clinical rules, rule 8",
    reason=Reason("餐后血糖≥10.0", "Glucose after a meal is 10.0 or more"),
    threshold=Decimal("10.0"),
    judge=_after_a_meal,
    clearing=_SAFE,
)

FASTING_MEAN: Final = Rule(
    code="glucose_fasting_mean",
    version="1",
    kind="glucose",
    cause="glucose_high",
    level=Level.WATCH,
    source="中国糖尿病防治指南（2024版）; the project's clinical rules, rule 8",
    reason=Reason("近3次空腹血糖平均≥7.0", "The mean of 3 fasting values is 7.0 or more"),
    threshold=Decimal("7.0"),
    judge=_fasting_mean,
    clearing=_SAFE,
    window=timedelta(days=28),
    is_mean=True,
)

RULES: Final = (
    SEVERELY_LOW,
    LOW,
    EXTREMELY_HIGH,
    HIGH,
    POST_MEAL_HIGH,
    FASTING_TWICE,
    POST_MEAL,
    FASTING_MEAN,
)
