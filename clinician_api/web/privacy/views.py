"""What the pages about one's own data show. Pure."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime
from itertools import groupby
from uuid import UUID
from zoneinfo import ZoneInfo

from clinician_api.consents.rules import Consent, Purpose
from clinician_api.consents.wording import Text, Wording
from clinician_api.oversight.looks import ZONE, Seen
from clinician_api.web.privacy.words import words_for

_ZONE = ZoneInfo(ZONE)


@dataclass(frozen=True, slots=True)
class Line:
    """Somebody, what they did that day as a msgid, and how often. An empty name is the system's."""

    name: str
    institution: str
    said: str
    times: int
    last: datetime
    is_helper: bool
    is_emergency: bool
    is_refused: bool


@dataclass(frozen=True, slots=True)
class Day:
    day: date
    lines: tuple[Line, ...]


@dataclass(frozen=True, slots=True)
class Looks:
    days: tuple[Day, ...]
    people: int
    emergencies: int
    span: int


@dataclass(frozen=True, slots=True)
class Asked:
    """A purpose with its text. `consent` is the id of what holds; `withdrawn` when it was last taken back."""

    purpose: Purpose
    version: int
    text: Wording
    consent: UUID | None
    since: datetime | None
    withdrawn: datetime | None


def looks(seen: Iterable[Seen], *, span: int) -> Looks:
    """Of others: what a person looks at of their own stands nowhere."""
    others = [each for each in seen if not each.is_own]
    days = groupby(others, key=lambda each: each.last.astimezone(_ZONE).date())
    return Looks(
        days=tuple(Day(day, tuple(_line(each) for each in found)) for day, found in days),
        people=len({each.account for each in others if each.account is not None}),
        emergencies=len({each.account for each in others if each.is_emergency}),
        span=span,
    )


def _line(seen: Seen) -> Line:
    return Line(
        name=seen.name,
        institution=seen.institution,
        said=words_for(seen.kind, seen.action, seen.purpose),
        times=seen.times,
        last=seen.last,
        is_helper=seen.is_helper,
        is_emergency=seen.is_emergency,
        is_refused=seen.kind == "refused",
    )


def asked(text: Text, language: str, given: Consent | None, withdrawn: datetime | None) -> Asked:
    return Asked(
        purpose=text.purpose,
        version=text.version,
        text=text.zh if language == "zh" else text.en,
        consent=given.id if given else None,
        since=given.since if given else None,
        withdrawn=None if given else withdrawn,
    )
