"""What an agreement says, and the digest that stands for it. Pure."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from datetime import date, datetime
from decimal import Decimal
from hashlib import sha256
from typing import Final, Literal
from uuid import UUID
from zoneinfo import ZoneInfo

from clinician_api.agreements.text import PLACEHOLDERS, Text

_DAYS: Final = ZoneInfo("Asia/Shanghai")

Language = Literal["zh", "en"]
LANGUAGES: Final[tuple[Language, ...]] = ("zh", "en")

Basis = Literal["self", "guardian", "authorised"]
"""Why somebody may sign: for themselves, as a guardian, or by a written authorisation (Civil Code)."""

Role = Literal["resident", "doctor"]
ROLES: Final[tuple[Role, ...]] = ("resident", "doctor")
Method = Literal["on_page", "code", "drawn", "paper"]
"""Pressed on a page of one who was logged in, with a one-time code, drawn by hand, or on paper."""


@dataclass(frozen=True, slots=True)
class Item:
    """A line of a package, in the words that the catalogue's page has: `times` is how often in a year."""

    package: str
    name: str
    times: str
    payer: str


@dataclass(frozen=True, slots=True)
class Terms:
    """All that the agreement's text is filled with. Numbers of documents and phones come masked; `items` has
    Chinese, which binds, and may have a translation."""

    contract: UUID
    number: str
    institution: str
    institution_phone: str
    team: str
    team_phone: str
    doctor: str
    members: tuple[str, ...]
    resident: str
    id_number: str
    phone: str
    address: str
    signer: str
    relation: str
    basis: Basis
    begins: date
    ends: date
    items: Mapping[Language, tuple[Item, ...]]
    payable: Decimal
    waived: Decimal

    @property
    def own(self) -> Decimal:
        """What the resident pays, in yuan."""
        return self.payable - self.waived


@dataclass(frozen=True, slots=True)
class Signature:
    """One of the two. `evidence` is the id of what proves it: a login, a drawn picture, a scan."""

    role: Role
    name: str
    method: Method
    at: datetime
    evidence: UUID


@dataclass(frozen=True, slots=True)
class Signing:
    """Both signatures under one agreement. `seen` is the digest that the signers had before them."""

    agreement: UUID
    seen: str
    signatures: Mapping[Role, Signature]
    institution: UUID


@dataclass(frozen=True, slots=True)
class Frozen:
    """An agreement as it will be signed: nothing of it changes any more, whatever becomes of its template."""

    id: UUID
    sha256: str


def day(at: datetime) -> date:
    """The day in China, whose days an agreement counts."""
    return at.astimezone(_DAYS).date()


def values(terms: Terms) -> Mapping[str, str]:
    """What each placeholder of a text stands for."""
    plain = {
        name: str(getattr(terms, name)) for name in PLACEHOLDERS - {"members", "payable", "waived", "own"}
    }
    money = {name: f"{getattr(terms, name):.2f}" for name in ("payable", "waived", "own")}
    return plain | money | {"members": "、".join(terms.members)}


def digest(terms: Terms, texts: Mapping[Language, Text], versions: Mapping[Language, int]) -> str:
    """Of every word and every fact, in an order of its own: 64 hexadecimal digits."""
    said = {
        "terms": asdict(terms),
        "texts": {language: text.body for language, text in texts.items()},
        "versions": dict(versions),
    }
    return sha256(json.dumps(said, sort_keys=True, default=str, ensure_ascii=False).encode()).hexdigest()
