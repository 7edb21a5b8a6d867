"""Signatures under an agreement: by what right, under which text; sealed when both are there."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Literal
from uuid import UUID, uuid4

from sqlalchemy import select
from sqlalchemy.orm import Session

from clinician_api.access import service as access
from clinician_api.access.rules import Actor
from clinician_api.agreements import service as agreements
from clinician_api.agreements.rules import Method, Role, Signature, Signing
from clinician_api.agreements.service import Archive
from clinician_api.audit.rules import By
from clinician_api.contracts import dates, signing, wording
from clinician_api.contracts.models import Contract, ContractSignature
from clinician_api.contracts.signing import Signatory, Signer
from clinician_api.errors import About, ConflictError
from clinician_api.identity import proxies
from clinician_api.identity import rules as identity_rules
from clinician_api.identity import service as identity


@dataclass(frozen=True, slots=True)
class Signed:
    """`sha256` is of the text before the signer's eyes; without an archive no document is sealed."""

    party: Literal["resident", "doctor"]
    signer: Signer
    sha256: str
    archive: Archive | None = None


def freeze(db: Session, row: Contract, by: By, *, now: datetime) -> None:
    """From here on every word that is signed stands."""
    frozen = agreements.freeze(db, by, wording.terms(db, row, now=now), resident=row.resident, now=now)
    row.agreement, row.terms_sha256 = frozen.id, frozen.sha256


def signer_of(db: Session, actor: Actor, resident: UUID, said: Signer, *, now: datetime) -> Signer:
    """By what right the actor signs on the resident's pages: known here, whatever a form claims."""
    proxy = proxies.basis_to_sign(db, actor, resident, now=now)
    if proxy is None:
        return Signer("self", account=actor.account)
    return Signer(
        basis=proxy.basis,
        account=actor.account,
        relation=proxy.relation,
        evidence=proxy.evidence,
        valid_until=dates.day_of(proxy.until) if proxy.until else None,
        is_child_informed=said.is_child_informed,
    )


def check(db: Session, resident: UUID, signer: Signer, *, now: datetime) -> None:
    """Whether they may sign for this resident today."""
    today = dates.day_of(now)
    born = identity.residents(db, [resident])[resident].born
    age = identity_rules.age(born, today)
    has_guardian = proxies.ability_of(db, resident, today).signs == "guardian"
    signing.check(Signatory(age, has_capacity=age < signing.ADULT or not has_guardian), signer, today)


def put(db: Session, actor: Actor, row: Contract, signed: Signed, *, now: datetime) -> bool:
    """Whether both have signed now; then the agreement is sealed."""
    if signed.sha256 != row.terms_sha256:
        raise ConflictError("contract.text_changed", about=About("contract", row.id))
    if signed.party in parties_of(db, row.id):
        raise ConflictError("contract.signed_already", about=About("contract", row.id))
    db.add(_row(row.id, actor, signed, now))
    db.flush()
    row.version += 1
    both = list(db.scalars(select(ContractSignature).where(ContractSignature.contract == row.id)))
    if len(both) < len(_ROLES):
        return False
    if signed.archive is not None and row.agreement is not None:
        made = {each.party: _signature(db, row, each) for each in both}
        sealing = Signing(row.agreement, signed.sha256, made, row.institution)
        agreements.seal(db, access.by(actor), signed.archive, sealing, now=now)
        row.sealed = row.agreement
    return True


def parties_of(db: Session, contract: UUID) -> set[str]:
    """Who has signed it."""
    return set(db.scalars(select(ContractSignature.party).where(ContractSignature.contract == contract)))


_ROLES: tuple[Role, ...] = ("resident", "doctor")


def _signature(db: Session, row: Contract, signed: ContractSignature) -> Signature:
    """As the document prints it. What staff wrote down at the counter was signed on paper."""
    person = identity.people(db, [signed.account])[signed.account] if signed.account else None
    is_staffs = signed.party == "resident" and person is not None and person.institution is not None
    is_paper = is_staffs and signed.basis == "self"
    method: Method = "paper" if is_paper else "on_page"
    resident = identity.residents(db, [row.resident])[row.resident].name
    name = resident if is_paper or person is None else person.name
    return Signature(signed.party, name, method, signed.at, signed.id)


def _row(contract: UUID, actor: Actor, signed: Signed, now: datetime) -> ContractSignature:
    signer = signed.signer
    return ContractSignature(
        id=uuid4(),
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
