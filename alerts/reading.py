"""One reading as the rules see it: raw values beside those that are compared. Judges nothing."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from decimal import Decimal
from functools import cached_property
from typing import Final, Literal, NamedTuple
from zoneinfo import ZoneInfo

from alerts.units import Unit, mmhg, mmol_l

Kind = Literal["blood_pressure", "glucose", "ketone", "symptom"]
Context = Literal["fasting", "pre_meal", "post_meal", "bedtime", "random"]
Quality = Literal[
    "ok",
    "device_error",
    "out_of_range_high",
    "out_of_range_low",
    "control_solution",
    "ketone",
    "implausible",
]

ARTEFACTS: Final = frozenset({"body_movement", "cuff_loose", "improper_position"})
"""Status names of the Blood Pressure Service that put a pressure in doubt."""

IRREGULAR_PULSE: Final = "irregular_pulse"


class Pressure(NamedTuple):
    """Millimetres of mercury."""

    systolic: int
    diastolic: int

    def reaches(self, limit: Pressure) -> bool:
        """Whether either number is at or above its limit."""
        return self.systolic >= limit.systolic or self.diastolic >= limit.diastolic


class Local(NamedTuple):
    """A day and an hour as people say them."""

    day: date
    hour: int


# Without slots: what is compared is worked out once and kept.
@dataclass(frozen=True)
class Reading:
    """`concentration` is glucose or ketone. A resident's answer about symptoms alone has kind `symptom`."""

    id: str
    resident: str
    kind: Kind
    taken_at: datetime
    stored_at: datetime
    unit: Unit | None = None
    systolic: Decimal | None = None
    diastolic: Decimal | None = None
    pulse: Decimal | None = None
    concentration: Decimal | None = None
    context: Context | None = None
    quality: Quality = "ok"
    flags: frozenset[str] = frozenset()
    symptoms: frozenset[str] = frozenset()
    place: Literal["home", "office"] = "home"

    @cached_property
    def content(self) -> tuple[object, ...]:
        """All that makes it this reading: neither its id nor when it was stored."""
        fields = (self.unit, self.systolic, self.diastolic, self.pulse, self.concentration)
        status = (self.context, self.quality, self.flags, self.symptoms, self.place)
        return (self.resident, self.kind, self.taken_at, *fields, *status)

    @cached_property
    def order(self) -> tuple[datetime, str]:
        """By when it was measured; equal times in an order that does not hang on arrival.

        Converts nothing: what cannot be converted is found by the rules, as that reading's failure alone.
        """
        values = (self.systolic, self.diastolic, self.pulse, self.concentration, self.context, self.quality)
        marks = (sorted(self.flags), sorted(self.symptoms))
        return (self.taken_at, f"{self.kind} {values} {self.unit} {marks}")

    @cached_property
    def is_value(self) -> bool:
        """False for control solution and device errors: those are history only (rule 9)."""
        return self.quality not in {"device_error", "control_solution"}

    @cached_property
    def systolic_mmhg(self) -> int | None:
        return self._mmhg(self.systolic)

    @cached_property
    def diastolic_mmhg(self) -> int | None:
        return self._mmhg(self.diastolic)

    @cached_property
    def pressure(self) -> Pressure | None:
        """Both numbers, or None."""
        if self.systolic_mmhg is None or self.diastolic_mmhg is None:
            return None
        return Pressure(self.systolic_mmhg, self.diastolic_mmhg)

    @cached_property
    def bpm(self) -> int | None:
        """The pulse needs no unit: it has only one."""
        if self.kind != "blood_pressure" or not self.is_value or self.pulse is None:
            return None
        return mmhg(self.pulse, "mmHg")

    @cached_property
    def beyond(self) -> Literal["HI", "LO"] | None:
        """What a glucometer shows instead of a number outside its range."""
        if self.kind != "glucose":
            return None
        match self.quality:
            case "out_of_range_high":
                return "HI"
            case "out_of_range_low":
                return "LO"
        return None

    @cached_property
    def glucose(self) -> Decimal | None:
        """mmol/L; None for HI and LO, without a unit, and for anything that is no glucose."""
        is_glucose = self.kind == "glucose" and self.is_value and self.quality != "ketone"
        return self._mmol_l() if is_glucose and self.beyond is None else None

    @cached_property
    def ketone(self) -> Decimal | None:
        """mmol/L; mg/dL has another factor for ketones and is not judged."""
        is_ketone = self.kind == "ketone" and self.is_value and self.unit == "mmol/L"
        return self._mmol_l() if is_ketone else None

    @cached_property
    def is_doubtful(self) -> bool:
        """The meter or the decoder put the pressure in doubt."""
        return self.quality == "implausible" or not ARTEFACTS.isdisjoint(self.flags)

    def local(self, region: ZoneInfo) -> Local:
        """When it was measured, by the clocks of a region; kept, since each later reading asks again."""
        kept: tuple[ZoneInfo, Local] | None = self.__dict__.get("_local")
        if kept is None or kept[0] is not region:
            moment = self.taken_at.astimezone(region)
            kept = self.__dict__["_local"] = region, Local(moment.date(), moment.hour)
        return kept[1]

    def is_late(self, after: timedelta) -> bool:
        return self.stored_at - self.taken_at > after

    def _mmhg(self, value: Decimal | None) -> int | None:
        if self.kind != "blood_pressure" or not self.is_value or value is None:
            return None
        match self.unit:
            case "mmHg" | "kPa" as unit:
                return mmhg(value, unit)
        return None

    def _mmol_l(self) -> Decimal | None:
        match self.unit:
            case "mmol/L" | "mg/dL" as unit if self.concentration is not None:
                return mmol_l(self.concentration, unit)
        return None
