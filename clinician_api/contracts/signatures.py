"""Signatures under an agreement: by what right, under which text; sealed when both are there."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Literal
from uuid import UUID, uuid4

from sqlalchemy import Select, select
from sqlalchemy.orm import Session

from clinician_api.access import service as access
from clinician_api.access.rules import Actor
from clinician_api.agreements import service as agreements
from clinician_api.agreements.rules import Method, Role, Signature, Signing
from clinician_api.agreements.service import Archive
from clinician_api.audit.rules import By
from clinician_api.contracts import book, dates, signing, wording
from clinician_api.contracts.models import Contract, ContractConfirmation, ContractSignature
from clinician_api.contracts.signing import How, Proof, Signatory, Signer
from clinician_api.errors import About, ConflictError
from clinician_api.identity import proxies
from clinician_api.identity import rules as identity_rules
from clinician_api.identity import service as identity
from clinician_api.kms import Kms


@dataclass(frozen=True, slots=True)
class Signed:
    """`sha256` is of the text before the signer's eyes."""

    party: Literal["resident", "doctor"]
    signer: Signer
    sha256: str


@dataclass(frozen=True, slots=True)
class Waiting:
    """A signature of the resident that staff put down and nobody has confirmed."""

    signature: UUID
    account: UUID
    proof: Proof
    evidence: str


def freeze(db: Session, row: Contract, by: By, *, kms: Kms | None = None, now: datetime) -> None:
    """From here on every word that is signed stands."""
    frozen = agreements.freeze(
        db, by, wording.terms(db, row, kms=kms, now=now), resident=row.resident, now=now
    )
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


def put(db: Session, actor: Actor, row: Contract, signed: Signed, *, now: datetime) -> None:
    _check_text(row, signed.sha256)
    known = select(ContractSignature.id).where(
        ContractSignature.contract == row.id, ContractSignature.party == signed.party
    )
    if db.scalar(known) is not None:
        raise ConflictError("contract.signed_already", about=About("contract", row.id))
    db.add(_row(row.id, actor, signed, now))
    db.flush()
    row.version += 1
    book.note(db, row, f"contract.signature_of_{signed.party}", access.by(actor), now=now)


def confirm(db: Session, actor: Actor, row: Contract, sha256: str, *, how: How, now: datetime) -> None:
    """The actor saw the same paper, or took down the resident's code. Raises NotAllowedError for whoever put
    the signature down, unless the resident confirms it."""
    _check_text(row, sha256)
    found = waiting(db, row.id)
    if found is None:
        raise ConflictError("signer.nothing_to_confirm", about=About("contract", row.id))
    if how == "colleague":
        signing.check_second(found.account, actor.account)
    db.add(ContractConfirmation(signature=found.signature, account=actor.account, how=how, at=now))
    db.flush()
    row.version += 1
    book.note(db, row, "contract.signature_confirmed", access.by(actor), now=now)


def waiting(db: Session, contract: UUID) -> Waiting | None:
    """For a second pair of eyes."""
    alone = _unconfirmed(select(ContractSignature)).where(ContractSignature.contract == contract)
    row = db.scalar(alone)
    if row is None or row.account is None:
        return None
    return Waiting(row.id, row.account, row.proof, row.evidence)


def seal(db: Session, row: Contract, by: By, archive: Archive | None, *, sha256: str, now: datetime) -> bool:
    """Whether both have signed, with nothing left to confirm; then the agreement is sealed."""
    if parties_of(db, row.id) != set(_ROLES):
        return False
    if archive is not None and row.agreement is not None:
        both = db.scalars(select(ContractSignature).where(ContractSignature.contract == row.id))
        made = {each.party: _signature(db, row, each) for each in both}
        sealing = Signing(row.agreement, sha256, made, row.institution)
        agreements.seal(db, by, archive, sealing, now=now)
        row.sealed = row.agreement
    return True


def parties_of(db: Session, contract: UUID) -> set[str]:
    """Who has signed it, so that it counts."""
    put_down = select(ContractSignature.id, ContractSignature.party)
    rows = db.execute(put_down.where(ContractSignature.contract == contract)).all()
    alone = waiting(db, contract)
    return {row.party for row in rows if alone is None or row.id != alone.signature}


_ROLES: tuple[Role, ...] = ("resident", "doctor")
_METHODS: Mapping[Proof, Method] = {
    "page": "on_page",
    "code": "code",
    "paper": "paper",
    "guardianship": "paper",
    "authorisation": "paper",
}


def _check_text(row: Contract, sha256: str) -> None:
    if sha256 != row.terms_sha256:
        raise ConflictError("contract.text_changed", about=About("contract", row.id))


def _unconfirmed(signed: Select[ContractSignature]) -> Select[ContractSignature]:
    confirmed = select(ContractConfirmation.signature)
    return signed.where(
        ContractSignature.proof.in_(signing.NEEDS_SECOND), ContractSignature.id.not_in(confirmed)
    )


def _signature(db: Session, row: Contract, signed: ContractSignature) -> Signature:
    """As the document prints it: whose hand or page it was."""
    return Signature(signed.party, _name(db, row, signed), _METHODS[signed.proof], signed.at, signed.id)


def _name(db: Session, row: Contract, signed: ContractSignature) -> str:
    """What staff wrote down is not theirs: it is the resident's, or whose name they wrote."""
    if signed.proof != "page":
        return signed.name or identity.residents(db, [row.resident])[row.resident].name
    if signed.account is None:
        return identity.residents(db, [row.resident])[row.resident].name
    return identity.people(db, [signed.account])[signed.account].name


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
        proof=signer.proof,
        name=signer.name,
    )
