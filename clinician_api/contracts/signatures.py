"""The text that both sign, and their signatures under it. Whoever signs says which text they read."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from hashlib import sha256
from typing import Literal
from uuid import UUID

import msgspec
from sqlalchemy import select
from sqlalchemy.orm import Session

from clinician_api.access.rules import Actor
from clinician_api.contracts import dates, signing
from clinician_api.contracts.models import Contract, ContractSignature
from clinician_api.contracts.signing import Signatory, Signer
from clinician_api.errors import About, ConflictError
from clinician_api.identity import rules as identity_rules
from clinician_api.identity import service as identity


@dataclass(frozen=True, slots=True)
class Signed:
    """`sha256` is of the text before the signer's eyes."""

    party: Literal["resident", "doctor"]
    signer: Signer
    sha256: str


def freeze(row: Contract) -> None:
    """From here on every word that is signed stands."""
    terms = (str(row.id), str(row.resident), str(row.team), row.begins, row.ends, row.packages, row.fee)
    row.terms_sha256 = sha256(msgspec.json.encode(terms)).hexdigest()


def check(db: Session, resident: UUID, signer: Signer, *, now: datetime) -> None:
    """Whether they may sign for this resident today."""
    today = dates.day_of(now)
    born = identity.residents(db, [resident])[resident].born
    signing.check(Signatory(identity_rules.age(born, today)), signer, today)


def put(db: Session, actor: Actor, row: Contract, signed: Signed, *, now: datetime) -> bool:
    """Whether both have signed now."""
    if signed.sha256 != row.terms_sha256:
        raise ConflictError("contract.text_changed", about=About("contract", row.id))
    before = parties_of(db, row.id)
    if signed.party in before:
        raise ConflictError("contract.signed_already", about=About("contract", row.id))
    db.add(_row(row.id, actor, signed, now))
    row.version += 1
    return bool(before)


def parties_of(db: Session, contract: UUID) -> set[str]:
    """Who has signed it."""
    return set(db.scalars(select(ContractSignature.party).where(ContractSignature.contract == contract)))


def _row(contract: UUID, actor: Actor, signed: Signed, now: datetime) -> ContractSignature:
    signer = signed.signer
    return ContractSignature(
        contract=contract,
        party=signed.party,
        account=signer.account or actor.account,
        basis=signer.basis,
        relation=signer.relation,
        evidence=signer.evidence,
        valid_until=signer.valid_until,
        is_child_informed=signer.is_child_informed,
        sha256=signed.sha256,
        at=now,
    )
