"""After a rotation nothing needs the old master key: no envelope of any table, and no file of the vault."""

from __future__ import annotations

from importlib import import_module
from pathlib import Path
from pkgutil import walk_packages
from uuid import uuid4

import pyotp
import pytest
from sqlalchemy import LargeBinary

import clinician_api
from clinician_api import rotation
from clinician_api.agreements.models import Agreement, AgreementSeal
from clinician_api.audit.rules import By
from clinician_api.db import Base, Sessions
from clinician_api.errors import ConflictError
from clinician_api.identity import papers, second
from clinician_api.kms import FolderKms
from clinician_api.vault import DiskVault
from tests.clinician_api.identity.test_numbers import number_of
from tests.clinician_api.making import NOW, clinic

for _module in walk_packages(clinician_api.__path__, "clinician_api."):
    if _module.name.endswith(".models"):
        import_module(_module.name)

# What is no envelope of a master key: digests, salts, a chain's hashes; what lies under a person's key.
_DIGESTS = {"digest", "salt", "hash", "leaves", "phone", "text_sha256"}
_UNDER_A_PERSONS_KEY = {"identity_document.locked"}


def test_every_column_of_bytes_is_a_digest_or_is_wrapped_again() -> None:
    columns = {
        f"{table.name}.{column.name}"
        for table in Base.metadata.tables.values()
        for column in table.columns
        if isinstance(column.type, LargeBinary) and column.name not in _DIGESTS
    }
    assert columns - _UNDER_A_PERSONS_KEY == set(rotation.WRAPPED)


def test_nothing_needs_the_old_master_key_afterwards(care: Sessions, tmp_path: Path) -> None:
    kms, vault = FolderKms(tmp_path / "keys"), DiskVault(tmp_path / "vault", FolderKms(tmp_path / "keys"))
    name = uuid4()
    with care.begin() as db:
        there = clinic(db)
        number = number_of("19540506")
        papers.state(db, kms, By(), there.resident, "resident_id", number, now=NOW)
        otp = pyotp.TOTP(second.begin(db, kms, there.doctor, login=name, now=NOW).secret)
        second.confirm(db, kms, By(), there.doctor, otp.at(NOW), login=name, now=NOW)
    vault.put(name, b"signed")
    kms.rotate()
    assert rotation.wrap_again(care, kms, tmp_path / "vault") == len(rotation.WRAPPED) + 1
    (tmp_path / "keys" / "1.master").unlink()
    with care.begin() as db:
        assert [each.masked for each in papers.of(db, kms, there.resident)] != []
        assert papers.whose(db, kms, "resident_id", number) == there.resident
        second.check(db, kms, there.doctor, otp.at(NOW.timestamp() + 60), now=NOW.replace(minute=1))
    assert vault.get(name) == b"signed"
    assert rotation.wrap_again(care, kms, tmp_path / "vault") == 0


def test_signed_documents_are_not_forgotten_where_no_vault_was_named(care: Sessions, tmp_path: Path) -> None:
    with care.begin() as db:
        frozen = Agreement(
            id=uuid4(),
            contract=uuid4(),
            resident=uuid4(),
            terms={},
            templates={},
            sha256="0" * 64,
            frozen_at=NOW,
        )
        db.add(frozen)
        db.flush()
        sealed = AgreementSeal(
            agreement=frozen.id, institution=uuid4(), signatures={}, document_sha256="0" * 64, sealed_at=NOW
        )
        db.add(sealed)
    with pytest.raises(ConflictError, match="vault"):
        rotation.wrap_again(care, FolderKms(tmp_path), None)
