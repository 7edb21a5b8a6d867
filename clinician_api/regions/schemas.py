"""A region's file: TOML, read whole or refused with the place that is wrong. What it leaves out stays."""

from __future__ import annotations

import tomllib
from datetime import date
from decimal import Decimal
from typing import Annotated, Any, Literal

from pydantic import BaseModel, ConfigDict, Field, StringConstraints, ValidationError

from alerts.rules.pressure import SEVEN_DAYS
from clinician_api.errors import InvalidError
from clinician_api.packages.rules import Population
from clinician_api.text import Line

Code = Annotated[str, StringConstraints(pattern=r"^[0-9A-Za-z_-]{1,20}$")]
Percent = Annotated[int, Field(ge=0, le=100)]
Years = Annotated[int, Field(ge=1, le=5)]
Money = Annotated[Decimal, Field(ge=0, le=10_000, max_digits=7, decimal_places=2)]
Systolic = Annotated[int, Field(ge=100, le=179)]
Diastolic = Annotated[int, Field(ge=50, le=109)]
"""Below the limits at which everybody is alarmed (domain 3.5a)."""

_WATCHED = SEVEN_DAYS.threshold
HomeSystolic = Annotated[int, Field(ge=100, le=_WATCHED.systolic)]
HomeDiastolic = Annotated[int, Field(ge=50, le=_WATCHED.diastolic)]
"""As strict as the mean from which a team is told, or stricter."""


class _Strict(BaseModel):
    model_config = ConfigDict(extra="forbid", strict=True)


class TermsIn(_Strict):
    shortest_years: Years = 1
    longest_years: Years = 3
    change_after_months: Annotated[int, Field(ge=0, le=12)] = 6
    changes_a_year: Annotated[int, Field(ge=0, le=12)] = 1
    elderly_from: Annotated[int, Field(ge=60, le=65)] = 65


class CapacityIn(_Strict):
    per_doctor: Annotated[int, Field(ge=1, le=2000)] = 2000
    warn_percent: Annotated[int, Field(ge=50, le=100)] = 90


class FeesIn(_Strict):
    # TOML has no decimal: an amount is written in quotes, so that no float comes between.
    personal: Annotated[Money, Field(strict=False)] = Decimal(0)
    waived_for: list[Population] = Field(default_factory=list)


class ReserveIn(_Strict):
    contracted: Percent = 0
    referred: Percent = 0


class TargetsIn(_Strict):
    home_systolic: HomeSystolic = 135
    home_diastolic: HomeDiastolic = 85
    indicator_systolic: Systolic = 140
    indicator_diastolic: Diastolic = 90
    indicator_systolic_elderly: Systolic = 150


class ClocksIn(_Strict):
    """Reminders before the end are some of those whose words are written."""

    answer_reminder_hours: Annotated[int, Field(ge=1, le=168)] = 24
    answer_working_days: Annotated[int, Field(ge=1, le=10)] = 3
    answer_days: Annotated[int, Field(ge=2, le=30)] = 7
    sign_reminder_days: Annotated[int, Field(ge=1, le=30)] = 3
    sign_days: Annotated[int, Field(ge=2, le=60)] = 14
    pay_days: Annotated[int, Field(ge=4, le=90)] = 30
    renewal_days: Annotated[int, Field(ge=7, le=90)] = 30
    renewal_reminders: Annotated[list[Literal[30, 15, 7, 1]], Field(min_length=1, max_length=4)] = [
        30,
        15,
        7,
        1,
    ]
    complaint_working_days: Annotated[int, Field(ge=1, le=10)] = 2


class RegionIn(_Strict):
    """Which region: by code. With a name it is made if there is none, within its parent."""

    code: Code
    name: Line | None = None
    parent: Code | None = None


class RegionFile(_Strict):
    region: RegionIn
    effective_from: date
    terms: TermsIn = Field(default_factory=TermsIn)
    capacity: CapacityIn = Field(default_factory=CapacityIn)
    fees: FeesIn = Field(default_factory=FeesIn)
    reserve: ReserveIn = Field(default_factory=ReserveIn)
    targets: TargetsIn = Field(default_factory=TargetsIn)
    clocks: ClocksIn = Field(default_factory=ClocksIn)

    def said(self) -> dict[str, Any]:
        """Only what stands in the file: plain enough for the table."""
        parts = self.model_dump(mode="json", exclude_unset=True)
        return {name: parts[name] for name in _PARTS if name in parts}


_PARTS = ("terms", "capacity", "fees", "reserve", "targets", "clocks")


def read(text: str) -> RegionFile:
    """Raises InvalidError with the place that is wrong."""
    try:
        return RegionFile.model_validate(tomllib.loads(text))
    except tomllib.TOMLDecodeError as error:
        raise InvalidError("region.unreadable", str(error)) from error
    except ValidationError as error:
        first = error.errors()[0]
        place = ".".join(str(part) for part in first["loc"])
        raise InvalidError("region.invalid", f"{place}: {first['msg']}") from error
