"""Freezing, signing and keeping agreements."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta
from hashlib import sha256
from pathlib import Path
from uuid import UUID, uuid4

import pytest
from sqlalchemy import text
from sqlalchemy.exc import DBAPIError
from sqlalchemy.orm import Session

from clinician_api.agreements import sealing, service, templates
from clinician_api.agreements.press import Here
from clinician_api.agreements.rules import Frozen, Signing
from clinician_api.agreements.schemas import NewTemplate
from clinician_api.agreements.seals import FolderSeals
from clinician_api.agreements.service import Archive
from clinician_api.audit.rules import By
from clinician_api.errors import ConflictError, InvalidError, NotFoundError
from clinician_api.kms import FolderKms
from clinician_api.vault import DiskVault
from tests.clinician_api.agreements.agreeing import STARTER, signatures, terms, words_of
from tests.clinician_api.making import NOW

RESIDENT, INSTITUTION = uuid4(), uuid4()
ZH = (STARTER / "zh.txt").read_text()


@pytest.fixture
def archive(tmp_path: Path) -> Archive:
    return Archive(
        DiskVault(tmp_path / "vault", FolderKms(tmp_path / "keys")), FolderSeals(tmp_path / "seals")
    )


@pytest.fixture(autouse=True)
def _texts(db: Session) -> None:
    templates.begin(db, By(), now=NOW)


def freeze(db: Session) -> Frozen:
    return service.freeze(db, By(), terms(), resident=RESIDENT, now=NOW)


def signing(frozen: Frozen) -> Signing:
    return Signing(frozen.id, frozen.sha256, signatures(NOW), INSTITUTION)


def test_what_was_sealed_comes_back_byte_for_byte_and_verifies(db: Session, archive: Archive) -> None:
    frozen = freeze(db)
    digest = service.seal(db, By(), archive, signing(frozen), now=NOW)
    document = service.document(db, archive, frozen.id)
    assert sha256(document).hexdigest() == digest == service.out(db, frozen.id).document_sha256
    verdict = sealing.check(document, archive.seals.roots())
    assert (verdict.institution, verdict.sealed_at, verdict.troubles) == (terms().institution, NOW, ())
    assert frozen.sha256 in words_of(document)


def test_a_new_text_leaves_every_earlier_agreement_as_it_was(db: Session, archive: Archive) -> None:
    signed, waiting = freeze(db), freeze(db)
    service.seal(db, By(), archive, signing(signed), now=NOW)
    before = service.document(db, archive, signed.id), service.draft(db, waiting.id, press=Here())
    new = NewTemplate(language="zh", body=ZH.replace("平等", "公平"), since=NOW.date(), base=1)
    templates.write(db, By(), new, now=NOW)
    assert (service.document(db, archive, signed.id), service.draft(db, waiting.id, press=Here())) == before
    assert service.is_intact(db, signed.id)
    assert service.is_intact(db, waiting.id)
    assert freeze(db).sha256 != waiting.sha256


def test_who_saw_another_text_signs_nothing(db: Session, archive: Archive) -> None:
    frozen = freeze(db)
    with pytest.raises(ConflictError, match=r"agreement\.changed"):
        service.seal(db, By(), archive, replace(signing(frozen), seen="0" * 64), now=NOW)
    assert service.out(db, frozen.id).sealed_at is None


def test_one_signature_is_not_enough(db: Session, archive: Archive) -> None:
    frozen = freeze(db)
    for role in ("resident", "doctor"):
        alone = {other: signed for other, signed in signatures(NOW).items() if other != role}
        with pytest.raises(InvalidError, match=r"agreement\.unsigned"):
            service.seal(db, By(), archive, replace(signing(frozen), signatures=alone), now=NOW)


def test_an_agreement_is_sealed_once_and_frozen_once(db: Session, archive: Archive) -> None:
    frozen = freeze(db)
    service.seal(db, By(), archive, signing(frozen), now=NOW)
    with pytest.raises(ConflictError, match=r"agreement\.sealed"):
        service.seal(db, By(), archive, signing(frozen), now=NOW)
    contract = service.out(db, frozen.id).contract
    with pytest.raises(ConflictError, match=r"agreement\.frozen"):
        service.freeze(db, By(), terms(contract=contract), resident=RESIDENT, now=NOW)


def test_a_document_that_was_changed_in_its_folder_is_not_given_out(
    db: Session, archive: Archive, tmp_path: Path
) -> None:
    frozen = freeze(db)
    service.seal(db, By(), archive, signing(frozen), now=NOW)
    archive.vault.put(frozen.id, b"another document")
    with pytest.raises(NotFoundError, match=r"agreement\.lost"):
        service.document(db, archive, frozen.id)
    for file in (tmp_path / "vault").rglob("*.locked"):
        file.unlink()
    with pytest.raises(NotFoundError, match=r"agreement\.lost"):
        service.document(db, archive, frozen.id)


@pytest.mark.parametrize("table", ["agreement", "agreement_seal", "agreement_template"])
def test_no_row_is_changed_or_removed(db: Session, table: str) -> None:
    with pytest.raises(DBAPIError, match="only added to"):
        db.execute(text(f"delete from care.{table}"))  # noqa: S608 (no input)


def test_an_unknown_agreement_is_not_found(db: Session, archive: Archive) -> None:
    with pytest.raises(NotFoundError, match=r"agreement\.unknown"):
        service.draft(db, UUID(int=1), press=Here())
    with pytest.raises(NotFoundError, match=r"agreement\.unsigned"):
        service.document(db, archive, freeze(db).id)


def test_a_new_text_is_used_from_its_day(db: Session) -> None:
    tomorrow = NOW.date() + timedelta(days=1)
    templates.write(db, By(), NewTemplate(language="zh", body=ZH + "\n附则", since=tomorrow, base=1), now=NOW)
    assert [templates.in_force(db, day)["zh"].version for day in (NOW.date(), tomorrow)] == [1, 2]


def test_who_writes_over_a_newer_version_is_told_and_nothing_is_lost(db: Session) -> None:
    for base in (1, 2):
        new = NewTemplate(language="zh", body=ZH, since=NOW.date(), base=base)
        templates.write(db, By(), new, now=NOW)
    with pytest.raises(ConflictError, match=r"agreement\.template_changed"):
        templates.write(db, By(), NewTemplate(language="zh", body=ZH, since=NOW.date(), base=1), now=NOW)
    assert len(templates.versions(db)) == 4


@pytest.mark.parametrize(
    ("body", "since", "code"),
    [
        (ZH.replace("$resident", "$$"), NOW.date(), "agreement.text.missing_placeholder"),
        (ZH, date(2026, 1, 1), "agreement.template_in_the_past"),
    ],
)
def test_a_text_that_cannot_be_used_is_refused(db: Session, body: str, since: date, code: str) -> None:
    with pytest.raises(InvalidError, match=code):
        templates.write(db, By(), NewTemplate(language="zh", body=body, since=since, base=1), now=NOW)


def test_beginning_twice_adds_nothing(db: Session) -> None:
    templates.begin(db, By(), now=NOW)
    assert [each.version for each in templates.versions(db)] == [1, 1]
