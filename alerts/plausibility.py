"""Which numbers a body can hardly have (rule 13). It asks for a repeat and never hides a value."""

from __future__ import annotations

from alerts.reading import Reading
from alerts.settings import Settings


def is_plausible(reading: Reading, settings: Settings) -> bool:
    """Of the pressures that could be decoded; the pulse is judged apart."""
    systolic, diastolic = reading.systolic_mmhg, reading.diastolic_mmhg
    if systolic is not None and not settings.systolic.holds(systolic):
        return False
    if diastolic is not None and not settings.diastolic.holds(diastolic):
        return False
    if systolic is None or diastolic is None:
        return True
    return systolic - diastolic >= settings.least_pulse_pressure


def is_sound(reading: Reading, settings: Settings) -> bool:
    """Whether both pressures stand without doubt: they may enter a mean and end a provisional alert.

    Kept with the reading, since each later one asks again.
    """
    kept: tuple[Settings, bool] | None = reading.__dict__.get("_sound")
    if kept is None or kept[0] is not settings:
        is_one = reading.pressure is not None and not reading.is_doubtful and is_plausible(reading, settings)
        kept = reading.__dict__["_sound"] = settings, is_one
    return kept[1]
