"""Which event shows which service to be given. Pure.

One event counts for one item: a visit about blood pressure is no visit about diabetes, and nobody pays twice.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Final, Literal
from uuid import UUID

from clinician_api.follow_ups.rules import How
from clinician_api.packages.keeping import Line
from clinician_api.packages.rules import Evidence, Population

MeasuredKind = Literal["blood_pressure", "glucose"]

CONTACTS: Final[Mapping[How, Evidence]] = {
    "phone": "phone_call",
    "video": "video_call",
    "visit": "visit",
    "message": "advice",
}
"""A call that nobody answered gives nothing, and so is not here."""

_ABOUT: Final[Mapping[str, Population]] = {
    "bp_high": "hypertension",
    "bp_low": "hypertension",
    "rhythm": "hypertension",
    "glucose_high": "diabetes",
    "glucose_low": "diabetes",
    "ketone": "diabetes",
}
MEASURED: Final[Mapping[Population, MeasuredKind]] = {
    "hypertension": "blood_pressure",
    "diabetes": "glucose",
}
"""What somebody of that group measures at home."""

CHECKED: Final[Mapping[MeasuredKind, Population]] = {kind: group for group, kind in MEASURED.items()}
"""Whose service it is that a meter of that kind was compared."""

RECOUNTED: Final = timedelta(days=35)
"""So late a reading may come and its week is counted still."""


@dataclass(frozen=True, slots=True)
class Act:
    """Something that was done within a contract, known by the row that says so."""

    kind: Evidence
    event: UUID
    contract: UUID
    groups: frozenset[Population]
    at: datetime


def about(cause: str) -> frozenset[Population]:
    """Whose service a contact about such an episode is; nobody's where a meter was the matter."""
    found = _ABOUT.get(cause)
    return frozenset() if found is None else frozenset({found})


def which(lines: Sequence[Line], kind: Evidence, groups: frozenset[Population], on: date) -> Line | None:
    """The item that an event of `kind` counts for: one for these groups before one for everybody, one with
    times left before a full one, and one whose promise is not yet kept before others."""
    fit = [line for line in lines if _fits(line, kind, groups, on)]
    return min(fit, key=lambda line: _after(line, groups), default=None)


def _fits(line: Line, kind: Evidence, groups: frozenset[Population], on: date) -> bool:
    is_theirs = "everyone" in line.population or not groups.isdisjoint(line.population)
    return kind in line.evidence and is_theirs and line.span.first <= on <= line.span.last


def _after(line: Line, groups: frozenset[Population]) -> tuple[bool, bool, bool]:
    is_full = line.left is not None and line.left <= 0
    return is_full, groups.isdisjoint(line.population), line.used >= line.promised


def measured_by(line: Line) -> frozenset[MeasuredKind]:
    """The kinds of reading that make a week of this item: any at all where it is for everybody."""
    found = frozenset(MEASURED[each] for each in line.population if each in MEASURED)
    return found or frozenset(MEASURED.values())
