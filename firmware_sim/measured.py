"""What a person's meter shows after a measurement, and the same as JSON texts. Not its encoding on air."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, fields
from datetime import datetime
from decimal import Decimal
from typing import Literal

from firmware_sim.encode import Number, Special

_SPECIALS = {
    "nan": Special.NAN,
    "nres": Special.NRES,
    "+inf": Special.POSITIVE_INFINITY,
    "-inf": Special.NEGATIVE_INFINITY,
    "reserved": Special.RESERVED,
}
_NAMES = {special: name for name, special in _SPECIALS.items()}


@dataclass(frozen=True, slots=True, kw_only=True)
class Pressure:
    """A blood pressure on the display; `status` holds the bits of Measurement Status."""

    systolic: Number
    diastolic: Number
    mean: Number = Special.NAN
    pulse: Number | None = None
    unit: Literal["mmHg", "kPa"] = "mmHg"
    user: int | None = None
    status: int | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Sugar:
    """A glucose value on the display; no `amount` when the strip failed. `meal` is a code of 2A34."""

    amount: Number | None
    unit: Literal["mg/dL", "mmol/L"] = "mg/dL"
    meal: int | None = None
    sample_type: int = 1
    location: int = 1
    status: int | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Taken:
    """One record as the meter keeps it for ever: the witness of what has to arrive."""

    number: int
    """Counts from 0 in this meter and never wraps, unlike `sequence`."""
    sequence: int | None
    time: datetime | None
    """The meter's own clock, naive; None if it has none."""
    values: Pressure | Sugar
    frame: bytes
    context: bytes | None = None

    def as_json(self) -> dict[str, object]:
        return {
            "number": self.number,
            "sequence": self.sequence,
            "time": None if self.time is None else self.time.isoformat(timespec="seconds"),
            "values": to_texts(self.values),
            "frame": self.frame.hex(),
            "context": None if self.context is None else self.context.hex(),
        }


def to_texts(values: Pressure | Sugar) -> dict[str, str]:
    """Fields that have a value, as texts: `{"systolic": "142", "mean": "nan", …}`."""
    present = ((field.name, getattr(values, field.name)) for field in fields(values))
    return {name: _text(value) for name, value in present if value is not None}


def pressure(texts: Mapping[str, str]) -> Pressure:
    """Inverse of `to_texts`."""
    return Pressure(
        systolic=_number(texts["systolic"]),
        diastolic=_number(texts["diastolic"]),
        mean=_number(texts.get("mean", "nan")),
        pulse=None if "pulse" not in texts else _number(texts["pulse"]),
        unit="kPa" if texts.get("unit") == "kPa" else "mmHg",
        user=_integer(texts.get("user")),
        status=_integer(texts.get("status")),
    )


def sugar(texts: Mapping[str, str]) -> Sugar:
    """Inverse of `to_texts`."""
    return Sugar(
        amount=None if "amount" not in texts else _number(texts["amount"]),
        unit="mmol/L" if texts.get("unit") == "mmol/L" else "mg/dL",
        meal=_integer(texts.get("meal")),
        sample_type=int(texts.get("sample_type", "1")),
        location=int(texts.get("location", "1")),
        status=_integer(texts.get("status")),
    )


def _number(text: str) -> Number:
    return _SPECIALS[text] if text in _SPECIALS else Decimal(text)


def _integer(text: str | None) -> int | None:
    return None if text is None else int(text)


def _text(value: object) -> str:
    return _NAMES[value] if isinstance(value, Special) else str(value)
