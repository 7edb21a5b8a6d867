"""Whether somebody who has no file may be entered as they say they are. Pure."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Final

from clinician_api.errors import InvalidError
from clinician_api.identity import numbers, rules
from clinician_api.identity.numbers import DocumentKind, NumberError
from clinician_api.identity.rules import Sex

NUMBERS: Final = 10**7
"""File numbers of a district: two digits and five."""

_SAY_WHO: Final[frozenset[DocumentKind]] = frozenset({"permanent_residence", "hk_macao", "taiwan"})
"""Of 18 signs they are built like an identity card's: birthday and sex stand in them (GB 11643)."""


@dataclass(frozen=True, slots=True)
class Seen:
    """What a document and its holder say: the number as it is stored, and who that is."""

    number: str
    sex: Sex
    born: date


def seen(kind: DocumentKind, said: str, *, sex: Sex | None, born: date | None, today: date) -> Seen:
    """`sex` and `born` as typed; of an identity card they are those of its number, and nothing else may have
    been typed. Raises InvalidError, the number's own faults first; it never repeats what was typed."""
    try:
        number = numbers.document(kind, said, today)
    except NumberError as error:
        raise InvalidError(f"document.{error.fault}", "number") from error
    if kind == "resident_id" or (kind in _SAY_WHO and len(number) == 18):
        return _of_number(numbers.read(number, today), sex, born)
    if born is None:
        raise InvalidError("resident.born_missing", "born")
    if sex is None:
        raise InvalidError("resident.sex_missing", "sex")
    if born > today:
        raise InvalidError("resident.born_ahead", "born")
    if rules.age(born, today) > numbers.OLDEST:
        raise InvalidError("resident.born_too_long_ago", "born")
    return Seen(number, sex, born)


def _of_number(read: numbers.Number, sex: Sex | None, born: date | None) -> Seen:
    """Cards of 15 digits have not been valid since 2013: whoever shows one has a present number too, and a
    file under either would be a second one."""
    if read.is_former:
        raise InvalidError("document.former", "number")
    if born not in {None, read.born}:
        raise InvalidError("document.born_differs", "born")
    if sex not in {None, read.sex}:
        raise InvalidError("document.sex_differs", "sex")
    return Seen(read.text, read.sex, read.born)


def district(codes: list[str]) -> str:
    """Six digits that file numbers of a house begin with: those of the nearest region that is called so."""
    heads = (code[:6] for code in codes)
    return next((head for head in heads if len(head) == 6 and head.isascii() and head.isdigit()), "000000")


def file_number(district: str, drawn: int) -> str:
    digits = f"{drawn:07}"
    return f"{district}-{digits[:2]}-{digits[2:]}"
