"""Freezes what is agreed, seals what was signed, and gives it back unchanged. Commits nothing."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from hashlib import sha256
from typing import Final
from uuid import UUID, uuid4

from pydantic import TypeAdapter
from sqlalchemy import select
from sqlalchemy.orm import Session

from clinician_api.agreements import rules, sealing, templates
from clinician_api.agreements.models import Agreement, AgreementSeal, AgreementTemplate
from clinician_api.agreements.press import Here, Press, Sheet
from clinician_api.agreements.rules import Frozen, Language, Role, Signature, Signing, Terms
from clinician_api.agreements.schemas import AgreementOut
from clinician_api.agreements.seals import Seals
from clinician_api.agreements.text import Block, Text, fill
from clinician_api.audit import service as audit
from clinician_api.audit.rules import By, Entry
from clinician_api.errors import About, ConflictError, InvalidError, NotFoundError
from clinician_api.vault import NotInVaultError, Vault

_TERMS: Final = TypeAdapter(Terms)
_SIGNATURES: Final = TypeAdapter(dict[Role, Signature])


@dataclass(frozen=True, slots=True)
class Archive:
    """Where sealed documents lie, whose keys seal them, and where they are set; made once, in main."""

    vault: Vault
    seals: Seals
    press: Press = field(default_factory=Here)


def freeze(db: Session, by: By, terms: Terms, *, resident: UUID, now: datetime) -> Frozen:
    """What will be signed, in the version of the text that is in force today. Raises ConflictError where the
    contract has an agreement already, or nobody wrote a text yet."""
    if db.scalar(select(Agreement.id).where(Agreement.contract == terms.contract)) is not None:
        raise ConflictError("agreement.frozen", about=About("contract", terms.contract))
    in_force = templates.in_force(db, rules.day(now))
    versions = {language: each.version for language, each in in_force.items()}
    texts = {language: templates.text_of(each) for language, each in in_force.items()}
    row = Agreement(
        id=uuid4(),
        contract=terms.contract,
        resident=resident,
        terms=_TERMS.dump_python(terms, mode="json"),
        templates={language: str(each.id) for language, each in in_force.items()},
        sha256=rules.digest(terms, texts, versions),
        frozen_at=now,
    )
    db.add(row)
    db.flush()
    _write_down(db, "agreement.frozen", by, row, now)
    return Frozen(row.id, row.sha256)


def seal(db: Session, by: By, archive: Archive, signing: Signing, *, now: datetime) -> str:
    """Print it with both signatures, seal it with the institution's key and put it away: the PDF's SHA-256.

    Raises ConflictError where the signers had another text before them than the frozen one. The file is in
    the vault before the row says so: one that no row knows is harmless.
    """
    row, signatures = _row(db, signing.agreement), signing.signatures
    about = About("agreement", row.id)
    if signing.seen != row.sha256:
        raise ConflictError("agreement.changed", about=about)
    if db.get(AgreementSeal, row.id) is not None:
        raise ConflictError("agreement.sealed", about=about)
    if missing := set(rules.ROLES) - signatures.keys():
        raise InvalidError("agreement.unsigned", min(missing))
    terms = _terms(row)
    key = archive.seals.of(signing.institution, terms.institution, now=now)
    document = sealing.seal(
        archive.press.print(_sheet(db, row, signatures, at=now)), key, reason=terms.number, at=now
    )
    archive.vault.put(row.id, document)
    digest = sha256(document).hexdigest()
    made = AgreementSeal(
        agreement=row.id,
        institution=signing.institution,
        signatures=_SIGNATURES.dump_python(dict(signatures), mode="json"),
        document_sha256=digest,
        sealed_at=now,
    )
    db.add(made)
    db.flush()
    _write_down(db, "agreement.sealed", by, row, now)
    return digest


def document(db: Session, archive: Archive, agreement: UUID) -> bytes:
    """The sealed PDF, byte for byte. Raises NotFoundError before it is signed or where the vault lost it."""
    made = db.get(AgreementSeal, agreement)
    if made is None:
        raise NotFoundError("agreement.unsigned", about=About("agreement", agreement))
    try:
        content = archive.vault.get(agreement)
    except NotInVaultError as error:
        raise NotFoundError("agreement.lost", str(error), about=About("agreement", agreement)) from error
    if sha256(content).hexdigest() != made.document_sha256:
        raise NotFoundError("agreement.lost", "another document", about=About("agreement", agreement))
    return content


def draft(db: Session, agreement: UUID, *, press: Press) -> bytes:
    """As a PDF to read or print before it is signed; it has no seal and says so to whoever checks it."""
    row = _row(db, agreement)
    return press.print(_sheet(db, row, {}, at=row.frozen_at))


def blocks(db: Session, agreement: UUID, language: Language) -> tuple[Terms, tuple[Block, ...]]:
    """The words for a page, filled; in Chinese where there is no such translation."""
    row = _row(db, agreement)
    terms, texts = _terms(row), _texts(db, row)
    return terms, fill(texts.get(language, texts["zh"]), rules.values(terms))


def of_contract(db: Session, contract: UUID) -> AgreementOut | None:
    row = db.scalar(select(Agreement).where(Agreement.contract == contract))
    return None if row is None else out(db, row.id)


def out(db: Session, agreement: UUID) -> AgreementOut:
    row, made = _row(db, agreement), db.get(AgreementSeal, agreement)
    return AgreementOut(
        id=row.id,
        contract=row.contract,
        resident=row.resident,
        sha256=row.sha256,
        frozen_at=row.frozen_at,
        document_sha256=made.document_sha256 if made else None,
        sealed_at=made.sealed_at if made else None,
    )


def are_any_sealed(db: Session) -> bool:
    """Whether a vault holds documents of ours."""
    return db.scalar(select(AgreementSeal.agreement).limit(1)) is not None


def is_intact(db: Session, agreement: UUID) -> bool:
    """Whether what was frozen still amounts to its digest: facts, texts and their versions."""
    row = _row(db, agreement)
    versions = {language: each.version for language, each in _templates(db, row).items()}
    return rules.digest(_terms(row), _texts(db, row), versions) == row.sha256


def _sheet(db: Session, row: Agreement, signatures: Mapping[Role, Signature], *, at: datetime) -> Sheet:
    terms = _terms(row)
    filled = {language: fill(text, rules.values(terms)) for language, text in _texts(db, row).items()}
    ordered = tuple(signatures[role] for role in rules.ROLES if role in signatures)
    return Sheet(terms, filled, ordered, row.sha256, at)


def _row(db: Session, agreement: UUID) -> Agreement:
    row = db.get(Agreement, agreement)
    if row is None:
        raise NotFoundError("agreement.unknown", about=About("agreement", agreement))
    return row


def _terms(row: Agreement) -> Terms:
    return _TERMS.validate_python(row.terms)


def _templates(db: Session, row: Agreement) -> dict[Language, AgreementTemplate]:
    return templates.by_id(db, [UUID(each) for each in row.templates.values()])


def _texts(db: Session, row: Agreement) -> dict[Language, Text]:
    return {language: templates.text_of(each) for language, each in _templates(db, row).items()}


def _write_down(db: Session, action: str, by: By, row: Agreement, now: datetime) -> None:
    audit.record(db, Entry(action, by, resident=row.resident, target=About("agreement", row.id)), now=now)
