"""Which privilege needs which training, and how long that holds. Pure (F102)."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Final, Literal

from clinician_api.errors import InvalidError, NotAllowedError

Course = Literal["privacy", "agreements", "catalogue"]
Privilege = Literal["emergency_look", "sign_agreement", "publish_catalogue"]
State = Literal["holds", "over", "missing"]


@dataclass(frozen=True, slots=True)
class Need:
    course: Course
    months: int


NEEDS: Final[Mapping[Privilege, Need]] = {
    "emergency_look": Need("privacy", 12),
    "sign_agreement": Need("agreements", 24),
    "publish_catalogue": Need("catalogue", 24),
}
"""What a house asks for from the day on that it has set; before that day nobody is refused."""

MONTHS: Final[Mapping[Course, int]] = {need.course: need.months for need in NEEDS.values()}


def last_day(course: Course, done_on: date) -> date:
    """So many months on; of a day that its month lacks, the month's last."""
    months = done_on.month - 1 + MONTHS[course]
    year, month = done_on.year + months // 12, months % 12 + 1
    for day in (done_on.day, 30, 29, 28):
        try:
            return date(year, month, day)
        except ValueError:
            continue
    raise AssertionError(done_on)


def state(course: Course, done_on: date | None, today: date) -> State:
    if done_on is None:
        return "missing"
    return "holds" if today <= last_day(course, done_on) else "over"


def check(privilege: Privilege, done_on: date | None, asked_from: date | None, today: date) -> None:
    """Raises NotAllowedError with `training.missing` or `training.over`."""
    if asked_from is None or today < asked_from:
        return
    found = state(NEEDS[privilege].course, done_on, today)
    if found != "holds":
        raise NotAllowedError(f"training.{found}")


def check_record(done_on: date, evidence: str, today: date) -> None:
    """Nobody is trained tomorrow, nor by nobody."""
    if not date(2000, 1, 1) <= done_on <= today:
        raise InvalidError("training.day", "done_on")
    if not evidence.strip():
        raise InvalidError("training.evidence_missing", "evidence")
