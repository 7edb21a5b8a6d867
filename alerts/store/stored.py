"""From a stored row to the reading that is judged. Pure; refuses what no rule knows and guesses nothing."""

from __future__ import annotations

from datetime import datetime
from decimal import Decimal
from typing import Final, Literal, NamedTuple, TypeVar, get_args
from uuid import UUID

from alerts.reading import Context, Kind, Quality, Reading
from alerts.units import ConcentrationUnit, PressureUnit, Unit

W = TypeVar("W", bound=str)


class Row(NamedTuple):
    """The columns of `ingest.readings` that judging needs, in this order. `heard_at` is when the reading came
    to be known as this resident's: when it was first stored, or attributed later. A withdrawn one is not this
    resident's any more; a corrected one holds a person's word."""

    resident: UUID
    reading_id: UUID
    revision: int
    tx: int
    seq: int
    taken_at: datetime
    heard_at: datetime
    kind: str
    unit: str | None
    systolic: Decimal | None
    diastolic: Decimal | None
    pulse: Decimal | None
    concentration: Decimal | None
    beyond: str | None
    sample: str | None
    location: str | None
    quality: str
    flags: list[str]
    meal: str | None
    suspect_duplicate: UUID | None
    is_withdrawn: bool
    is_corrected: bool


COLUMNS: Final = """
r.resident, r.reading_id, r.revision, r.tx::text::bigint, r.seq, r.taken_at, r.attributed_at, r.kind, r.unit,
r.systolic, r.diastolic, r.pulse, r.concentration, r.beyond, r.sample, r.location, r.quality, r.flags,
r.context->>'meal', r.suspect_duplicate, r.withdrawn, r.corrected <> '{}'
"""

_MEALS: Final[dict[str, Context]] = {
    "fasting": "fasting",
    "pre_meal": "pre_meal",
    "post_meal": "post_meal",
    "bedtime": "bedtime",
    "casual": "random",
}
"""Names of meal codes (2A34). Any other is no context: only the critical limits are known then (rule 8)."""


def to_reading(row: Row) -> Reading:
    """Raises ValueError on a word that no rule knows."""
    quality = _quality(row)
    return Reading(
        id=str(row.reading_id),
        resident=str(row.resident),
        kind=_kind(row, quality),
        taken_at=row.taken_at,
        stored_at=row.heard_at,
        unit=_unit(row),
        systolic=_finite(row.systolic),
        diastolic=_finite(row.diastolic),
        pulse=_finite(row.pulse),
        concentration=_finite(row.concentration),
        context=_MEALS.get(row.meal or ""),
        quality=quality,
        flags=frozenset(row.flags),
    )


def _kind(row: Row, quality: Quality) -> Kind:
    """A glucometer's ketone travels as a glucose that its quality denies (rule 9)."""
    known: Literal["blood_pressure", "glucose"] = _word(row.kind, ("blood_pressure", "glucose"))
    return "ketone" if quality == "ketone" else known


def _quality(row: Row) -> Quality:
    """HI and LO are what the meter showed even where nothing else says so; a control solution is nobody's."""
    quality: Quality = _word(row.quality, _QUALITIES)
    if "control_solution" in {row.sample, row.location}:
        return "control_solution"
    if quality in {"ok", "implausible"} and row.beyond is not None:
        return "out_of_range_high" if _word(row.beyond, ("HI", "LO")) == "HI" else "out_of_range_low"
    return quality


def _unit(row: Row) -> Unit | None:
    return None if row.unit is None else _word(row.unit, _UNITS)


_QUALITIES: Final[tuple[Quality, ...]] = get_args(Quality)
_UNITS: Final[tuple[Unit, ...]] = (*get_args(PressureUnit), *get_args(ConcentrationUnit))


def _word(text: str, known: tuple[W, ...]) -> W:
    for word in known:
        if word == text:
            return word
    raise ValueError("a word that no rule knows")


def _finite(value: Decimal | None) -> Decimal | None:
    if value is not None and not value.is_finite():
        raise ValueError("no number")
    return value
