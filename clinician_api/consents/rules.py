"""Purposes, who may agree for whom, and whether a consent still holds. Pure.

PIPL is the Personal Information Protection Law of 2021: sensitive data need a separate consent (art. 29), it
is withdrawn as easily as given (15), nobody is refused the basic service for refusing the rest (16), and
below 14 years a guardian agrees (31).
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from typing import Final, Literal, get_args
from uuid import UUID
from zoneinfo import ZoneInfo

from clinician_api.access.rules import GrantKind

Purpose = Literal["care", "monitoring", "sharing", "family", "recording"]
PURPOSES: Final[tuple[Purpose, ...]] = get_args(Purpose)

Basis = Literal["self", "guardian", "proxy"]
"""本人, 监护, 委托."""

EvidenceKind = Literal["page", "signature", "paper", "voice"]
EndedWhy = Literal["withdrawn", "renewed"]

ZONE: Final = ZoneInfo("Asia/Shanghai")
"""Whose days ages and texts go by."""

OWN_AGE: Final = 14
"""Years from which a person agrees for themself; a guardian still may."""

BARS: Final[dict[Purpose, tuple[GrantKind, ...]]] = {"care": ("team",), "family": ("proxy",)}
"""Whose sight ends with the withdrawal. The duty desk keeps its thirty days after a contract: it sees
critical readings, and no withdrawal hides one (PIPL art. 13, protection of life)."""


@dataclass(frozen=True, slots=True)
class Evidence:
    """What shows that somebody agreed, and by what right: `reference` is a document, signature or login."""

    kind: EvidenceKind
    reference: UUID | None = None
    basis: Basis = "self"


@dataclass(frozen=True, slots=True)
class Consent:
    """As stored. `account` agreed; `behalf` is for whom, where it was not for themself."""

    id: UUID
    purpose: Purpose
    version: int
    basis: Basis
    account: UUID | None
    behalf: UUID | None
    since: datetime
    until: datetime | None
    why: EndedWhy | None


def may_agree(born: date, basis: Basis, today: date) -> bool:
    """Whether that basis is one, at that age."""
    return basis == "guardian" or _age(born, today) >= OWN_AGE


def holds(consent: Consent, now: datetime, *, least: int) -> bool:
    """`least` is the oldest version that still says enough."""
    in_force = consent.since <= now and (consent.until is None or now < consent.until)
    return in_force and consent.version >= least


def _age(born: date, today: date) -> int:
    return today.year - born.year - ((today.month, today.day) < (born.month, born.day))
