"""When a resident may change their team, and why a contract ends. Pure (domain 1.7)."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta
from typing import Final, Literal, get_args

from clinician_api.contracts import dates
from clinician_api.errors import ConflictError, InvalidError, NotAllowedError

Why = Literal[
    "expired",
    "moved",
    "died",
    "lost_contact",
    "declined_service",
    "own_wish",
    "changed_team",
    "invoice_void",
    "team_closed",
    "other",
]
"""到期 · 迁出 · 死亡 · 失访 · 拒绝服务 · 主动解约 · 改签 · 发票作废 · 团队撤销 · 其他."""

GIVEN: Final[frozenset[Why]] = frozenset(get_args(Why)) - {"expired", "changed_team"}
"""What somebody may give as the reason; the other two follow from dates and from a new contract."""

Refusal = Literal["capacity_full", "out_of_area", "package_unsuitable", "other"]
Because = Literal["expiring", "moved", "team_closed", "doctor_left", "complaints", "own_wish"]
"""Why somebody changes their team in the midst of a term."""

_EXPLAINED: Final = 5
_SETTLED: Final = 183
"""Days after which a wish alone is enough: six months."""
_MOST_A_YEAR: Final = 1
_COMPLAINTS: Final = 2
_AHEAD: Final = timedelta(days=366)


@dataclass(frozen=True, slots=True)
class Standing:
    """What decides whether the team may be changed today. `changes` are those of the last year; after how
    many days a wish alone is enough, and how often a year, is the region's."""

    begins: date
    ends: date
    changes: int = 0
    unresolved_complaints: int = 0
    has_doctor: bool = True
    is_team_open: bool = True
    settled_after: int = _SETTLED
    most_changes: int = _MOST_A_YEAR
    renewal: timedelta = dates.PACE.renewal


def check_change(standing: Standing, because: Because, today: date) -> None:
    """Raises NotAllowedError with what would have to be different."""
    if because == "expiring":
        if today < standing.ends - standing.renewal:
            raise NotAllowedError("change.not_expiring")
        return
    if because == "complaints" and standing.unresolved_complaints < _COMPLAINTS:
        raise NotAllowedError("change.no_two_complaints")
    if because == "doctor_left" and standing.has_doctor:
        raise NotAllowedError("change.doctor_is_there")
    if because == "team_closed" and standing.is_team_open:
        raise NotAllowedError("change.team_is_there")
    if because == "own_wish":
        _check_wish(standing, today)


def _check_wish(standing: Standing, today: date) -> None:
    if today - standing.begins < timedelta(days=standing.settled_after):
        raise NotAllowedError("change.too_soon")
    if standing.changes >= standing.most_changes:
        raise NotAllowedError("change.once_a_year")


def check_begins(begins: date, today: date) -> None:
    """A place is held from the application on, and nobody holds one for years."""
    if begins > today + _AHEAD:
        raise InvalidError("contract.begins_too_late", "begins")


def check_follows(begins: date | None, ends: date) -> None:
    """A new team begins at the latest on the day after the old one's last: no day is without one."""
    if begins is not None and begins > ends + timedelta(days=1):
        raise InvalidError("change.leaves_a_gap", "begins")


def check_stop(stops: date, *, begins: date, ends: date, today: date) -> None:
    """`stops` is the last day that is served: none before today, none after the contract's own."""
    if stops < today or stops < begins or stops > ends:
        raise InvalidError("contract.stop_day", "stops")


def explained(words: str) -> str:
    """A refusal says why, in at least five characters that are none of them blank at the ends."""
    plain = words.strip()
    if len(plain) < _EXPLAINED:
        raise InvalidError("contract.unexplained", "words")
    return plain


def check_given(why: Why) -> None:
    if why not in GIVEN:
        raise ConflictError("contract.why_not_given")
