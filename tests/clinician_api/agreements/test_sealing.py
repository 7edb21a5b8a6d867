"""The seal: what it vouches for, and every change that it finds."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path
from random import Random
from uuid import UUID

import pytest
from fpdf import FPDF
from pyhanko.sign.general import SigningError

from clinician_api.agreements.sealing import check, seal
from clinician_api.agreements.seals import FolderSeals
from tests.clinician_api.agreements.agreeing import AT

INSTITUTION = UUID(int=7)
NAME = "曹杨社区卫生服务中心"


@pytest.fixture(scope="module")
def seals(tmp_path_factory: pytest.TempPathFactory) -> FolderSeals:
    return FolderSeals(tmp_path_factory.mktemp("seals"))


@pytest.fixture(scope="module")
def plain() -> bytes:
    paper = FPDF()
    paper.add_page()
    paper.set_font("helvetica", size=12)
    paper.cell(text="agreed")
    return bytes(paper.output())


@pytest.fixture(scope="module")
def sealed(seals: FolderSeals, plain: bytes) -> bytes:
    return seal(plain, seals.of(INSTITUTION, NAME, now=AT), reason="HL-1", at=AT)


def test_a_sealed_document_says_whose_it_is_and_when(sealed: bytes, seals: FolderSeals) -> None:
    verdict = check(sealed, seals.roots())
    assert (verdict.institution, verdict.sealed_at, verdict.troubles) == (NAME, AT, ())


def test_any_changed_byte_is_found(sealed: bytes, plain: bytes, seals: FolderSeals) -> None:
    chance = Random(7)
    for place in (chance.randrange(len(plain)) for _ in range(60)):
        changed = bytearray(sealed)
        changed[place] ^= 1 << chance.randrange(8)
        assert check(bytes(changed), seals.roots()).troubles, place


@pytest.mark.parametrize("more", [b"\n", b"% a comment\n", b"\n1 0 obj\n<<>>\nendobj\n"])
def test_anything_added_is_found(sealed: bytes, seals: FolderSeals, more: bytes) -> None:
    assert check(sealed + more, seals.roots()).troubles


def test_a_sealed_document_is_not_sealed_again(sealed: bytes, tmp_path: Path) -> None:
    other = FolderSeals(tmp_path).of(INSTITUTION, "another", now=AT)
    with pytest.raises(SigningError):
        seal(sealed, other, reason="HL-2", at=AT)


def test_a_seal_of_nobody_we_know_is_none(plain: bytes, seals: FolderSeals, tmp_path: Path) -> None:
    forged = seal(plain, FolderSeals(tmp_path).of(INSTITUTION, NAME, now=AT), reason="HL-1", at=AT)
    assert check(forged, seals.roots()).troubles == ("unknown_seal",)
    assert check(forged, ()).troubles == ("unknown_seal",)


def test_a_draft_is_unsealed(plain: bytes, seals: FolderSeals) -> None:
    assert check(plain, seals.roots()).troubles == ("unsealed",)


@pytest.mark.parametrize(
    "stuff", [b"", b"%PDF-1.7", b"\x00" * 1000, b"%PDF-1.7\n" + b"<<" * 5000, b"PK\x03\x04"]
)
def test_what_is_no_document_is_said_to_be_none(seals: FolderSeals, stuff: bytes) -> None:
    assert check(stuff, seals.roots()).troubles == ("not_pdf",)


def test_a_document_cut_anywhere_is_not_valid(sealed: bytes, seals: FolderSeals) -> None:
    for length in range(0, len(sealed), len(sealed) // 40):
        assert check(sealed[:length], seals.roots()).troubles, length


def test_a_seal_holds_after_its_certificate_has_run_out(plain: bytes, seals: FolderSeals) -> None:
    """It was good when it was used; that is asked, and not whether it is good today."""
    long_ago = AT - timedelta(days=15 * 365)
    old = FolderSeals(seals.folder / "old")
    sealed = seal(plain, old.of(INSTITUTION, NAME, now=long_ago), reason="HL-0", at=long_ago)
    assert check(sealed, old.roots()).troubles == ()


def test_an_institution_keeps_its_key(seals: FolderSeals) -> None:
    first, again = (seals.of(INSTITUTION, NAME, now=AT) for _ in range(2))
    assert first.certificate == again.certificate
    assert seals.of(UUID(int=8), NAME, now=AT).certificate != first.certificate


def test_a_seal_that_runs_out_is_renewed_and_what_it_sealed_stays_trusted(
    plain: bytes, tmp_path: Path
) -> None:
    ours = FolderSeals(tmp_path)
    first, later = ours.of(INSTITUTION, "曹杨", now=AT), AT + timedelta(days=5 * 365 - 7)
    early = seal(plain, first, reason="HL-1", at=AT)
    second = ours.of(INSTITUTION, "曹杨", now=later)
    late = seal(plain, second, reason="HL-2", at=later + timedelta(days=30))
    assert second.certificate != first.certificate
    assert ours.of(INSTITUTION, "曹杨", now=later).certificate == second.certificate
    assert [check(each, ours.roots()).troubles for each in (early, late)] == [(), ()]
