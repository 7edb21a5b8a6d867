"""Who may sign for a resident, and for how long that holds. Pure (domain 1.3; Civil Code, PIPL art. 31)."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Final, Literal
from uuid import UUID

from clinician_api.errors import InvalidError, NotAllowedError

Basis = Literal["self", "guardian", "authorised"]
"""本人 · 监护 · 委托."""

_CHILD: Final = 8
ADULT: Final = 18


@dataclass(frozen=True, slots=True)
class Signer:
    """Whoever signs on the resident's side, by what right. `evidence` names the file that shows it.

    `valid_until` is the last day of a guardian's or a representative's right; None: until somebody ends it.
    """

    basis: Basis
    account: UUID | None = None
    relation: str = ""
    evidence: str = ""
    valid_until: date | None = None
    is_child_informed: bool = False


@dataclass(frozen=True, slots=True)
class Signatory:
    """The resident, as far as it decides who signs."""

    age: int
    has_capacity: bool = True


ONESELF: Final = Signer("self")


def check(resident: Signatory, signer: Signer, today: date) -> None:
    """Raises NotAllowedError for who may not sign, InvalidError for what is missing to show that they may."""
    match signer.basis:
        case "self":
            if resident.age < ADULT or not resident.has_capacity:
                raise NotAllowedError("signer.needs_guardian")
            return
        case "guardian":
            if resident.age >= ADULT and resident.has_capacity:
                raise NotAllowedError("signer.no_guardian")
            if _CHILD <= resident.age < ADULT and not signer.is_child_informed:
                raise InvalidError("signer.child_not_informed", "is_child_informed")
        case "authorised":
            if resident.age < ADULT or not resident.has_capacity:
                raise NotAllowedError("signer.needs_guardian")
    _check_evidence(signer, today)


def _check_evidence(signer: Signer, today: date) -> None:
    if not signer.relation.strip():
        raise InvalidError("signer.relation_missing", "relation")
    if not signer.evidence.strip():
        raise InvalidError("signer.evidence_missing", "evidence")
    if signer.valid_until is not None and signer.valid_until < today:
        raise NotAllowedError("signer.expired")
    if signer.basis == "authorised" and signer.valid_until is None:
        raise InvalidError("signer.until_missing", "valid_until")
