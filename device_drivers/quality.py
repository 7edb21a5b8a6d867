"""What a measurement may be used for, from its own frame alone. Looks at no clock and no other reading.

Rejects only what cannot be a value: an extreme that can be decoded stays `ok` here, and a doubtful time or
pulse rejects neither a pressure nor a glucose value.
"""

from __future__ import annotations

from decimal import ROUND_HALF_UP, Decimal
from typing import Final

from device_drivers.measurement import BloodPressure, CuffPressure, Glucose, Number, Quality, Special

MMHG_PER_KPA: Final = Decimal("7.50062")

MG_DL_PER_MMOL_L: Final = Decimal("18.0156")
"""The molar mass of glucose is 180.156 g/mol."""

_UNUSABLE: Final = frozenset(
    {
        "sensor_malfunction",
        "sample_insufficient",
        "strip_insertion_error",
        "strip_type_wrong",
        "temperature_too_high",
        "temperature_too_low",
        "read_interrupted",
        "general_fault",
    }
)
"""Status bits with which a meter takes its own result back. A low battery or a wrong clock does not."""


def judge(measurement: BloodPressure | CuffPressure | Glucose) -> Quality:
    match measurement:
        case BloodPressure():
            return _of_pressures(measurement)
        case CuffPressure(as_sent=sent):
            return Quality.DEVICE_ERROR if isinstance(sent.systolic, Special) else Quality.OK
        case Glucose():
            return _of_glucose(measurement)


def mg_dl(glucose: Glucose) -> Decimal | None:
    """The concentration in mg/dL, exact; None for a special or absent value."""
    match glucose.unit, glucose.concentration:
        case "kg/L", Decimal() as value:
            return value * 100_000
        case "mol/L", Decimal() as value:
            return value * 1_000 * MG_DL_PER_MMOL_L
    return None


def mmol_l(glucose: Glucose) -> Decimal | None:
    """The concentration in mmol/L, half-up to 0.1 as it is shown and compared; None where there is none."""
    match glucose.unit, glucose.concentration:
        case "kg/L", Decimal() as value:
            return half_up(value * 100_000 / MG_DL_PER_MMOL_L, "0.1")
        case "mol/L", Decimal() as value:
            return half_up(value * 1_000, "0.1")
    return None


def half_up(value: Decimal, step: str) -> Decimal:
    return value.quantize(Decimal(step), rounding=ROUND_HALF_UP) + 0  # "-0.0" reads as a value below nought


def _of_pressures(measurement: BloodPressure) -> Quality:
    systolic = _mmhg(measurement.systolic, measurement.unit)
    diastolic = _mmhg(measurement.diastolic, measurement.unit)
    if systolic is None and diastolic is None:
        return Quality.DEVICE_ERROR
    if systolic is None or diastolic is None:
        return Quality.IMPLAUSIBLE
    return Quality.OK if _is_possible(systolic, diastolic) else Quality.IMPLAUSIBLE


def _mmhg(number: Number, unit: str) -> Decimal | None:
    if isinstance(number, Special):
        return None
    return half_up(number * MMHG_PER_KPA, "1") if unit == "kPa" else number


def _is_possible(systolic: Decimal, diastolic: Decimal) -> bool:
    """Limits in mmHg. A wrong unit flag is caught by them too: 16 "mmHg", or 120 "kPa"."""
    return 50 <= systolic <= 300 and 20 <= diastolic <= 200 and 10 <= systolic - diastolic <= 150


def _of_glucose(measurement: Glucose) -> Quality:
    if measurement.sample == "control_solution" or measurement.location == "control_solution":
        return Quality.CONTROL_SOLUTION
    if _UNUSABLE.intersection(measurement.status or ()):
        return Quality.DEVICE_ERROR
    if measurement.context is not None and measurement.context.is_ketone:
        return Quality.KETONE
    return _beyond_range(measurement) or _of_concentration(measurement)


def _beyond_range(measurement: Glucose) -> Quality | None:
    """HI and LO, said by the status or by an infinity; a meter that says both says nothing."""
    status = measurement.status or ()
    high = "result_too_high" in status or measurement.concentration is Special.PLUS_INFINITY
    low = "result_too_low" in status or measurement.concentration is Special.MINUS_INFINITY
    if high and low:
        return Quality.DEVICE_ERROR
    if high:
        return Quality.OUT_OF_RANGE_HIGH
    return Quality.OUT_OF_RANGE_LOW if low else None


def _of_concentration(measurement: Glucose) -> Quality:
    shown = mmol_l(measurement)
    if shown is None:
        return Quality.DEVICE_ERROR
    return Quality.OK if 0 < shown <= 100 else Quality.IMPLAUSIBLE
