"""Blood pressure, high and low (rules 3, 5, 6, 7 and 13). Opens no episode."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from typing import Final, NamedTuple

from alerts.clearing import MeanBelow, PressureAtMost, SystolicAtLeast
from alerts.means import HomeMean, days_mean, week_mean
from alerts.plausibility import is_plausible, is_sound
from alerts.reading import Pressure, Reading
from alerts.rules.rule import Hit, Level, Reason, Rule
from alerts.series import Series
from alerts.sittings import own_sitting, sittings_around

GUIDELINE: Final = "国家基本公共卫生服务规范（第三版）高血压患者健康管理: urgent referral"
HOME: Final = "中国高血压防治指南（2024年修订版）: home blood pressure"
_BELOW_CRITICAL: Final = PressureAtMost(Pressure(170, 105))
_BELOW_HIGH: Final = PressureAtMost(Pressure(150, 95))
_NO_LONGER_LOW: Final = SystolicAtLeast(100)
_MINUTES: Final = timedelta(minutes=15)


def shown(reading: Reading) -> str:
    """The pressures as the screen shows them."""
    return f"{_or_dash(reading.systolic_mmhg)}/{_or_dash(reading.diastolic_mmhg)} mmHg"


def _or_dash(value: int | None) -> str:
    return "—" if value is None else str(value)


def _reaches(reading: Reading, limit: Pressure) -> bool:
    systolic, diastolic = reading.systolic_mmhg or 0, reading.diastolic_mmhg or 0
    return Pressure(systolic, diastolic).reaches(limit)


def _is_low(reading: Reading, limit: int) -> bool:
    return reading.systolic_mmhg is not None and reading.systolic_mmhg < limit


def _one(subject: Reading) -> Hit:
    return Hit((subject.id,), shown(subject))


def _at_limit(rule: Rule[Pressure], series: Series) -> Hit | None:
    return _one(series.subject) if _reaches(series.subject, rule.threshold) else None


def _extreme(rule: Rule[Pressure], series: Series) -> Hit | None:
    """In doubt it is never confirmed by value alone (rule 13)."""
    subject = series.subject
    in_doubt = subject.is_doubtful or not is_plausible(subject, series.settings)
    return None if in_doubt or not _reaches(subject, rule.threshold) else _one(subject)


def _implausibly_high(rule: Rule[Pressure], series: Series) -> Hit | None:
    return _implausible(rule, series, is_low=False)


def _implausibly_low(rule: Rule[Pressure], series: Series) -> Hit | None:
    return _implausible(rule, series, is_low=True)


def _implausible(rule: Rule[Pressure], series: Series, *, is_low: bool) -> Hit | None:
    """A doubtful pressure alerts as low where either number is below the threshold, else as high."""
    subject, threshold = series.subject, rule.threshold
    if is_plausible(subject, series.settings):
        return None
    systolic, diastolic = subject.systolic_mmhg, subject.diastolic_mmhg
    below = (systolic is not None and systolic < threshold.systolic) or (
        diastolic is not None and diastolic < threshold.diastolic
    )
    return _one(subject) if below == is_low else None


def _repeated(rule: Rule[int], series: Series) -> Hit | None:
    """Another reading below the limit, one to fifteen minutes away."""
    return _with_another(rule, series, series.repeats(rule.window))


def _low(rule: Rule[int], series: Series) -> Hit | None:
    """Another reading below the limit within the window, however soon."""
    return _with_another(rule, series, series.around(rule.window, "blood_pressure"))


def _with_another(rule: Rule[int], series: Series, near: tuple[Reading, ...]) -> Hit | None:
    subject = series.subject
    others = [each.id for each in near if each.id != subject.id and _is_low(each, rule.threshold)]
    if not others or not _is_low(subject, rule.threshold):
        return None
    return Hit((*others, subject.id), shown(subject))


def _low_with_symptoms(rule: Rule[int], series: Series) -> Hit | None:
    subject = series.subject
    return _one(subject) if subject.symptoms and _is_low(subject, rule.threshold) else None


class Often(NamedTuple):
    """A limit reached in so many sittings."""

    limit: Pressure
    sittings: int


def _low_then_symptoms(rule: Rule[int], series: Series) -> Hit | None:
    """Symptoms told by themselves after a low reading, as the answer to the question of rule 5."""
    asked = series.subject.taken_at
    before = series.between(asked - rule.window, asked, "blood_pressure")
    low = tuple(each for each in before if _is_low(each, rule.threshold))
    return Hit((*(each.id for each in low), series.subject.id), shown(low[-1])) if low else None


def _in_sittings(rule: Rule[Often], series: Series) -> Hit | None:
    """Enough sittings at the limit within the window, the subject's among them.

    A sitting whose mean reaches the limit has a reading that does, and that one brings the finding.
    """
    if not _reaches(series.subject, rule.threshold.limit):
        return None
    near = sittings_around(series, rule.window)
    high = [
        each for each in near if each.pressure is not None and each.pressure.reaches(rule.threshold.limit)
    ]
    own = own_sitting(high, series.subject)
    for earliest, latest in zip(high, high[rule.threshold.sittings - 1 :], strict=False):
        run = [each for each in high if earliest.start <= each.start <= latest.start]
        if own in run and latest.start - earliest.start <= rule.window:
            inputs = tuple(each.id for sitting in run for each in sitting.readings)
            return Hit(inputs, shown(series.subject))
    return None


def _three_days(rule: Rule[Pressure], series: Series) -> Hit | None:
    return _of_mean(rule, series, days_mean(series, rule.window.days))


ELDERLY_FROM: Final = 80
ELDERLY: Final = Pressure(145, 85)
"""Until the doctor sets a target (rule 6)."""


def home_target(age: int | None, *, set_by_doctor: Pressure | None = None) -> Pressure:
    """The limit of the 7-day home mean for one resident."""
    if set_by_doctor is not None:
        return set_by_doctor
    return ELDERLY if age is not None and age >= ELDERLY_FROM else SEVEN_DAYS.threshold


def for_target(target: Pressure) -> Rule[Pressure]:
    """The 7-day rule with another limit; it clears as far below that as the usual one."""
    return replace(SEVEN_DAYS, threshold=target, clearing=_mean_below(target))


def _mean_below(target: Pressure) -> MeanBelow:
    """135/85 clears below 133/83 (rule 11)."""
    return MeanBelow(Pressure(target.systolic - 2, target.diastolic - 2))


def _seven_days(rule: Rule[Pressure], series: Series) -> Hit | None:
    return _of_mean(rule, series, week_mean(series))


def _of_mean(rule: Rule[Pressure], series: Series, found: HomeMean | None) -> Hit | None:
    """A reading that cannot enter a mean does not announce it either."""
    is_news = series.subject.place == "home" and is_sound(series.subject, series.settings)
    if found is None or not is_news or not found.pressure.reaches(rule.threshold):
        return None
    value = f"{found.pressure.systolic}/{found.pressure.diastolic} mmHg"
    return Hit(found.inputs, value, is_sparse=found.is_sparse)


EXTREME: Final = Rule(
    code="bp_extreme",
    version="1",
    kind="blood_pressure",
    cause="bp_high",
    level=Level.CRITICAL,
    source="the project's clinical rules, rule 5",
    reason=Reason("血压极高", "Blood pressure is extremely high"),
    threshold=Pressure(200, 120),
    judge=_extreme,
    clearing=_BELOW_CRITICAL,
    confirms="extreme",
    page="when_confirmed",
)

CRITICAL: Final = Rule(
    code="bp_critical",
    version="1",
    kind="blood_pressure",
    cause="bp_high",
    level=Level.CRITICAL,
    source=f"{GUIDELINE}; the project's clinical rules, rule 3",
    reason=Reason("收缩压≥180或舒张压≥110", "Systolic is 180 or more, or diastolic 110 or more"),
    threshold=Pressure(180, 110),
    judge=_at_limit,
    clearing=_BELOW_CRITICAL,
    awaits=True,
    page="when_confirmed",
)

IMPLAUSIBLY_HIGH: Final = Rule(
    code="bp_implausibly_high",
    version="1",
    kind="blood_pressure",
    cause="bp_high",
    level=Level.CRITICAL,
    source="the project's clinical rules, rule 13",
    reason=Reason("血压高得少见，请再量一次", "Hardly possible, on the high side; measure again"),
    threshold=Pressure(90, 30),
    judge=_implausibly_high,
    clearing=_BELOW_CRITICAL,
    awaits=True,
    page="when_confirmed",
)

IMPLAUSIBLY_LOW: Final = Rule(
    code="bp_implausibly_low",
    version="1",
    kind="blood_pressure",
    cause="bp_low",
    level=Level.CRITICAL,
    source="the project's clinical rules, rule 13",
    reason=Reason("血压低得少见，请再量一次", "Hardly possible, on the low side; measure again"),
    threshold=Pressure(90, 30),
    judge=_implausibly_low,
    clearing=_NO_LONGER_LOW,
    awaits=True,
    page="when_confirmed",
)

VERY_LOW: Final = Rule(
    code="bp_very_low",
    version="1",
    kind="blood_pressure",
    cause="bp_low",
    level=Level.CRITICAL,
    source="the project's clinical rules, rule 3",
    reason=Reason("收缩压两次低于80", "Systolic is below 80 twice"),
    threshold=80,
    judge=_repeated,
    clearing=_NO_LONGER_LOW,
    window=_MINUTES,
    confirms="repeat",
    page="when_confirmed",
)

LOW_WITH_SYMPTOMS: Final = Rule(
    code="bp_low_with_symptoms",
    version="1",
    kind="blood_pressure",
    cause="bp_low",
    level=Level.CRITICAL,
    source="the project's clinical rules, rule 3",
    reason=Reason("收缩压低于90并有不适", "Systolic is below 90, with symptoms"),
    threshold=90,
    judge=_low_with_symptoms,
    clearing=_NO_LONGER_LOW,
    confirms="symptom",
    page="when_confirmed",
)

LOW_THEN_SYMPTOMS: Final = replace(
    LOW_WITH_SYMPTOMS,
    code="bp_low_then_symptoms",
    kind="symptom",
    judge=_low_then_symptoms,
    window=_MINUTES,
)

LOW: Final = Rule(
    code="bp_low",
    version="1",
    kind="blood_pressure",
    cause="bp_low",
    level=Level.HIGH,
    source="the project's clinical rules, rule 6",
    reason=Reason("收缩压15分钟内两次低于90", "Systolic is below 90 twice within 15 minutes"),
    threshold=90,
    judge=_low,
    clearing=_NO_LONGER_LOW,
    window=_MINUTES,
)

IN_SITTINGS: Final = Rule(
    code="bp_high_in_sittings",
    version="1",
    kind="blood_pressure",
    cause="bp_high",
    level=Level.HIGH,
    source="the project's clinical rules, rule 6",
    reason=Reason("24小时内三次测量≥160/100", "160/100 or more in three sittings within 24 hours"),
    threshold=Often(Pressure(160, 100), sittings=3),
    judge=_in_sittings,
    clearing=_BELOW_HIGH,
    window=timedelta(hours=24),
)

THREE_DAYS: Final = Rule(
    code="bp_mean_3_days",
    version="1",
    kind="blood_pressure",
    cause="bp_high",
    level=Level.HIGH,
    source="the project's clinical rules, rule 6",
    reason=Reason("近3天家庭血压平均≥160/100", "The home mean of 3 days is 160/100 or more"),
    threshold=Pressure(160, 100),
    judge=_three_days,
    clearing=MeanBelow(Pressure(133, 83), days=3),
    window=timedelta(days=3),
    is_mean=True,
    asked="after_sitting",
)

SEVEN_DAYS: Final = Rule(
    code="bp_mean_7_days",
    version="1",
    kind="blood_pressure",
    cause="bp_high",
    level=Level.WATCH,
    source=f"{HOME}; the project's clinical rules, rules 6 and 7",
    reason=Reason("近7天家庭血压平均达到或超过目标", "The home mean of 7 days is at or above the target"),
    threshold=Pressure(135, 85),
    judge=_seven_days,
    clearing=_mean_below(Pressure(135, 85)),
    window=timedelta(days=7),
    is_mean=True,
    asked="after_sitting",
)

RULES: Final = (
    EXTREME,
    CRITICAL,
    IMPLAUSIBLY_HIGH,
    IMPLAUSIBLY_LOW,
    VERY_LOW,
    LOW_WITH_SYMPTOMS,
    LOW_THEN_SYMPTOMS,
    LOW,
    IN_SITTINGS,
    THREE_DAYS,
    SEVEN_DAYS,
)
