"""How long each kind of record is kept, and who may be forgotten. Pure (F69).

The least is the law's; we keep longer where one record is evidence for another (domain 6, retention matrix).
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Final, Literal

from clinician_api.errors import InvalidError

Kind = Literal["agreement", "identity", "record", "consent", "access_audit", "login", "raw_packet"]
From = Literal["contract_end", "last_visit", "processing_end", "written"]
Way = Literal["shredded", "retired", "deleted", "kept"]
"""`shredded`: by `hearthline retention shred`. `retired`: readings, by month, by `hearthline ingest retire`.
`deleted`: row by row, also by `shred`. `kept`: nothing of ours ever destroys it."""


_LEAST_WORDS: Final = 5


@dataclass(frozen=True, slots=True)
class Keep:
    """In years: `least` is what a rule asks for, `kept` what we do."""

    kind: Kind
    least: int
    kept: int
    since: From
    way: Way
    source: str


MATRIX: Final = (
    Keep(
        "agreement",
        3,
        15,
        "contract_end",
        "shredded",
        "contract and signature evidence, as long as the record",
    ),
    Keep("identity", 15, 15, "contract_end", "shredded", "as long as the record that it names"),
    Keep(
        "record",
        15,
        15,
        "last_visit",
        "retired",
        "medical records 2013, outpatients; observations used in care",
    ),
    Keep("consent", 3, 15, "processing_end", "shredded", "PIPL art. 56; kept with the agreement"),
    Keep("access_audit", 3, 3, "written", "kept", "GB/T 22239: six months; a chain has no end cut off"),
    Keep("login", 1, 3, "written", "deleted", "security logs of at least six months"),
    Keep("raw_packet", 0, 15, "written", "retired", "90 days asked; raw words stand in their reading"),
)
BY_KIND: Final = {row.kind: row for row in MATRIX}


@dataclass(frozen=True, slots=True)
class Standing:
    """Of one resident: when their last contract ended, and whether somebody has stopped the clock."""

    last_end: date
    is_held: bool = False


def due_on(standing: Standing) -> date:
    """The first day on which they may be forgotten; 29 February counts as 1 March."""
    years = max(BY_KIND["agreement"].kept, BY_KIND["identity"].kept, BY_KIND["consent"].kept)
    year = standing.last_end.year + years
    try:
        return standing.last_end.replace(year=year)
    except ValueError:
        return date(year, 3, 1)


def may_be_forgotten(standing: Standing, today: date) -> bool:
    """Not on the day itself, so that no zone decides it."""
    return not standing.is_held and today > due_on(standing)


def check_reason(words: str) -> str:
    """A hold says which case it is for."""
    if len(words.strip()) < _LEAST_WORDS:
        raise InvalidError("hold.reason_missing", "reason")
    return words.strip()
