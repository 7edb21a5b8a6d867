"""Who may sign for a resident, for how long that holds, and what shows it. Pure (domain 1.3; Civil Code; PIPL
article 31; Electronic Signature Law, article 13)."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Final, Literal
from uuid import UUID

from clinician_api.errors import InvalidError, NotAllowedError

Basis = Literal["self", "guardian", "authorised"]
"""本人 · 监护 · 委托."""

Proof = Literal["page", "code", "paper", "guardianship", "authorisation"]
"""By what a signature is shown: on the signer's own page, by a code to the resident's own telephone, or on
paper that staff saw: signed in person, with the paper of a guardian, with a written authorisation."""

How = Literal["colleague", "code"]
"""Who else stands by what staff put down: another colleague who saw the paper, or the resident by a code."""

AT_THE_COUNTER: Final[Mapping[Basis, Proof]] = {
    "self": "paper",
    "guardian": "guardianship",
    "authorised": "authorisation",
}
"""The kind of paper that shows each right."""

NEEDS_SECOND: Final[frozenset[Proof]] = frozenset(AT_THE_COUNTER.values())
"""One member of staff alone could have written them."""

_CHILD: Final = 8
ADULT: Final = 18


@dataclass(frozen=True, slots=True)
class Signer:
    """Whoever signs on the resident's side, by what right. `evidence` is the paper's number or shelf mark,
    and `name` whose hand is on it where that is not the resident's.

    `valid_until` is the last day of a guardian's or a representative's right; None: until somebody ends it.
    """

    basis: Basis
    account: UUID | None = None
    relation: str = ""
    evidence: str = ""
    valid_until: date | None = None
    is_child_informed: bool = False
    proof: Proof = "page"
    name: str = ""


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


def check_paper(signer: Signer) -> None:
    """What staff put down at the counter: a paper of the kind that shows this right, and where it lies."""
    if signer.proof != AT_THE_COUNTER[signer.basis]:
        raise InvalidError("signer.proof_unfit", "proof")
    if not signer.evidence.strip():
        raise InvalidError("signer.evidence_missing", "evidence")
    if signer.basis != "self" and not signer.name.strip():
        raise InvalidError("signer.name_missing", "name")


def check_second(wrote: UUID | None, confirms: UUID) -> None:
    """Four eyes: what one member of staff put down another one confirms."""
    if wrote == confirms:
        raise NotAllowedError("signer.second_person")


def _check_evidence(signer: Signer, today: date) -> None:
    if not signer.relation.strip():
        raise InvalidError("signer.relation_missing", "relation")
    if not signer.evidence.strip():
        raise InvalidError("signer.evidence_missing", "evidence")
    if signer.valid_until is not None and signer.valid_until < today:
        raise NotAllowedError("signer.expired")
    if signer.basis == "authorised" and signer.valid_until is None:
        raise InvalidError("signer.until_missing", "valid_until")
