"""Numbers of identity documents: whether one can be right, and what it says of its holder. Pure.

Resident identity numbers by GB 11643-1999. The division code (digits 1–6) is never judged: divisions come
and go, and people keep the number they were born with.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date
from typing import Final, Literal

from stdnum.cn import ric

from clinician_api.identity.rules import Sex, age

Fault = Literal["shape", "date", "future", "age", "check_digit"]
DocumentKind = Literal[
    "resident_id", "permanent_residence", "hk_macao", "taiwan", "passport", "birth_certificate", "other"
]

FAULTS: Final[dict[Fault, str]] = {
    "shape": "not 17 digits and a digit or X, nor 15 digits of the former kind",
    "date": "digits 7 to 14 are no date of the calendar",
    "future": "born after today",
    "age": "older than 130 years",
    "check_digit": "the last sign does not fit the others",
}
OLDEST: Final = 130
"""Years; domain 06, 实名制."""

# ASCII alone: Python's `\d` and `int` take digits of every script.
_PRESENT: Final = re.compile(r"[0-9]{17}[0-9X]")
_FORMER: Final = re.compile(r"[0-9]{15}")

# Other documents by the length and signs that they print; no more is published that could be checked.
# Hong Kong and Macao: H or M and 8 digits; Taiwan: 8 digits. Residence permits of 2018 follow GB 11643.
_OTHERS: Final[dict[DocumentKind, re.Pattern[str]]] = {
    "permanent_residence": re.compile(r"[A-Z]{3}[0-9]{12}|9[0-9]{16}[0-9X]"),
    "hk_macao": re.compile(r"[HM][0-9]{8}([0-9]{2})?|8[123]0000[0-9]{11}[0-9X]"),
    "taiwan": re.compile(r"[0-9]{8}([0-9]{2})?|830000[0-9]{11}[0-9X]"),
    "passport": re.compile(r"[A-Z0-9]{5,17}"),
    "birth_certificate": re.compile(r"[A-Z][0-9]{9}"),
    "other": re.compile(r"[A-Z0-9-]{3,30}"),
}


class NumberError(ValueError):
    """`fault` says what is wrong; the number itself is never repeated."""

    def __init__(self, fault: Fault) -> None:
        super().__init__(FAULTS[fault])
        self.fault = fault


@dataclass(frozen=True, slots=True)
class Number:
    """As it is stored: capital X. `is_former`: of 15 digits, without a check digit, a record only."""

    text: str
    born: date
    sex: Sex
    is_former: bool


def read(said: str, today: date) -> Number:
    """Raises NumberError. Of several faults the first from the left is named, the check digit last."""
    text = said.upper() if said.isascii() else said
    if _PRESENT.fullmatch(text):
        return _of(text, text[6:14], text[16], today, is_former=False)
    if _FORMER.fullmatch(text):
        return _of(text, "19" + text[6:12], text[14], today, is_former=True)
    raise NumberError("shape")


def _of(text: str, born: str, odd_is_male: str, today: date, *, is_former: bool) -> Number:
    day = _day(born, today)
    if not is_former and ric.calc_check_digit(text) != text[-1]:
        raise NumberError("check_digit")
    return Number(text, day, "male" if int(odd_is_male) % 2 else "female", is_former)


def _day(digits: str, today: date) -> date:
    try:
        day = date(int(digits[:4]), int(digits[4:6]), int(digits[6:]))
    except ValueError:
        raise NumberError("date") from None
    if day > today:
        raise NumberError("future")
    if age(day, today) > OLDEST:
        raise NumberError("age")
    return day


def former(text: str) -> str | None:
    """What a number of 18 was as one of 15 digits: those of the last century lack 19 and the check digit."""
    return text[:6] + text[8:17] if _PRESENT.fullmatch(text) and text[6:8] == "19" else None


def may_be_whole(said: str) -> bool:
    """Whether somebody typed the whole number of a card and not the tail of a telephone number."""
    return said.isascii() and bool(_PRESENT.fullmatch(said.upper()) or _FORMER.fullmatch(said))


def document(kind: DocumentKind, said: str, today: date) -> str:
    """The number of any document as it is stored. Raises NumberError."""
    if kind == "resident_id":
        return read(said, today).text
    text = said.upper() if said.isascii() else said
    if not _OTHERS[kind].fullmatch(text):
        raise NumberError("shape")
    if len(text) == 18 and kind not in {"other", "passport"}:
        return read(text, today).text
    return text


def masked(text: str) -> str:
    """110105********002X: enough to recognise, too little to use. Of shorter ones a sign at either end."""
    ahead, behind = (6, 4) if len(text) >= 15 else (1, 2)
    return text[:ahead] + "*" * (len(text) - ahead - behind) + text[len(text) - behind :]
