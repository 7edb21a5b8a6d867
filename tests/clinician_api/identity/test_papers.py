"""Documents are locked under a person's key, found by hash, shown masked, and severed for good."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, timedelta
from pathlib import Path
from uuid import UUID

import pytest
from cryptography.exceptions import InvalidTag
from sqlalchemy import select, text
from sqlalchemy.orm import Session

from clinician_api.access import service as access
from clinician_api.audit.rules import By
from clinician_api.db import connect, sessions
from clinician_api.errors import ConflictError, InvalidError
from clinician_api.identity import locking, papers, proxies, search, service
from clinician_api.identity.minding import Wanted
from clinician_api.identity.models import Account, IdentityDocument, Resident
from clinician_api.kms import FolderKms, WrongKeyError
from tests.clinician_api.identity.test_numbers import number_of
from tests.clinician_api.making import NOW, actor, clinic, make_account, make_resident

NUMBER = number_of("19540506", "002")


@pytest.fixture
def db(module_database_url: str) -> Iterator[Session]:
    """Never committed, so that all tests of the module share a database."""
    engine = connect(module_database_url, pool=1)
    with sessions(engine)() as session:
        yield session
    engine.dispose()


@pytest.fixture
def kms(tmp_path: Path) -> FolderKms:
    return FolderKms(tmp_path)


def stated(db: Session, kms: FolderKms, resident: UUID, number: str = NUMBER) -> UUID:
    return papers.state(db, kms, By(), resident, "resident_id", number, now=NOW)


def test_a_number_is_shown_masked_and_found_whole(db: Session, kms: FolderKms) -> None:
    resident = make_resident(db)
    stated(db, kms, resident, NUMBER.lower())
    assert [each.masked for each in papers.of(db, kms, resident)] == [f"{NUMBER[:6]}********{NUMBER[-4:]}"]
    assert papers.whose(db, kms, "resident_id", NUMBER) == resident
    assert papers.whose(db, kms, "passport", NUMBER) is None
    assert papers.is_known(db, resident)


def test_no_table_holds_the_number(db: Session, kms: FolderKms) -> None:
    resident = make_resident(db)
    stated(db, kms, resident)
    for table in ("identity_document", "person_key", "audit_entry", "search_term", "resident"):
        rows = db.execute(text(f"select t::text from care.{table} t")).scalars()  # noqa: S608 (ours)
        assert not any(NUMBER in row or NUMBER.encode().hex() in row for row in rows)


def test_two_people_never_share_a_number(db: Session, kms: FolderKms) -> None:
    resident, other = make_resident(db), make_resident(db, "王秀兰")
    stated(db, kms, resident)
    with pytest.raises(ConflictError, match=r"document\.of_another"):
        stated(db, kms, other)
    with pytest.raises(ConflictError, match=r"document\.known"):
        stated(db, kms, resident)


def test_a_new_card_supersedes_the_old_one_which_is_kept(db: Session, kms: FolderKms) -> None:
    resident = make_resident(db)
    stated(db, kms, resident)
    stated(db, kms, resident, number_of("19540506", "004"))
    rows = db.scalars(select(IdentityDocument).where(IdentityDocument.resident == resident))
    assert sorted(row.superseded_at is None for row in rows) == [False, True]
    assert papers.whose(db, kms, "resident_id", NUMBER) is None


@pytest.mark.parametrize(
    ("number", "code"),
    [
        (NUMBER[:-1] + ("1" if NUMBER[-1] != "1" else "2"), "document.check_digit"),
        (number_of("19540507"), "document.born_differs"),
        (number_of("18800101"), "document.age"),
        ("' or 1=1 --", "document.shape"),
    ],
)
def test_a_wrong_number_is_refused_and_never_repeated(
    db: Session, kms: FolderKms, number: str, code: str
) -> None:
    resident = make_resident(db)
    with pytest.raises(InvalidError) as told:
        stated(db, kms, resident, number)
    assert (told.value.code, told.value.field) == (code, "number")
    assert number not in str(told.value)


def test_a_newer_master_key_wraps_every_key_again_and_opens_what_was_locked(
    db: Session, kms: FolderKms
) -> None:
    residents = [make_resident(db) for _ in range(3)]
    for place, resident in enumerate(residents):
        stated(db, kms, resident, number_of("19540506", f"10{place}"))
    assert locking.wrap_again(db, kms, None) == (0, None)
    kms.rotate()
    assert locking.wrap_again(db, kms, None) == (3, None)
    assert locking.wrap_search_key_again(db, kms) == 1
    assert locking.wrap_again(db, kms, None) == (0, None)
    (kms.folder / "1.master").unlink()
    assert papers.whose(db, kms, "resident_id", number_of("19540506", "101")) == residents[1]
    assert all(papers.of(db, kms, resident)[0].masked for resident in residents)


def test_without_the_master_key_nothing_opens(db: Session, kms: FolderKms, tmp_path: Path) -> None:
    resident = make_resident(db)
    stated(db, kms, resident)
    with pytest.raises(WrongKeyError):
        papers.of(db, FolderKms(tmp_path / "elsewhere"), resident)


def test_an_empty_folder_is_not_taken_for_the_one_that_locked_what_is_stored(
    db: Session, kms: FolderKms, tmp_path: Path
) -> None:
    """As where the disk of the keys was not mounted: a new key would lock what nobody opens afterwards."""
    empty = FolderKms(tmp_path / "not mounted")
    assert locking.fits(db, empty)
    stated(db, kms, make_resident(db))
    assert (locking.fits(db, kms), locking.fits(db, empty)) == (True, False)
    kms.rotate()
    assert locking.fits(db, kms)


def test_a_row_passed_off_as_anothers_does_not_open(db: Session, kms: FolderKms) -> None:
    resident, other = make_resident(db), make_resident(db)
    locked = locking.lock(db, kms, resident, NUMBER, now=NOW)
    locking.lock(db, kms, other, NUMBER, now=NOW)
    with pytest.raises(InvalidTag):
        locking.unlock(db, kms, other, locked)


def test_who_is_severed_is_found_no_more_and_no_number_opens(db: Session, kms: FolderKms) -> None:
    there = clinic(db)
    number = number_of("19540506", "008")
    stated(db, kms, there.resident, number)
    own, helper = db.get_one(Account, there.own_account), make_account(db, "王丽", now=NOW)
    own.phone, own.email = "13812345678", "wang@example.com"
    wanted = Wanted("authorised", "child", frozenset({"read"}), NOW, NOW + timedelta(days=9), "3-17")
    proxies.authorise(db, By(), there.resident, helper, wanted, now=NOW)
    papers.sever(db, By(), there.resident, why="asked", now=NOW)
    row = db.get_one(Resident, there.resident)
    assert (row.name, row.phone, row.address, row.born) == ("—", None, "", date(1954, 1, 1))
    db.refresh(own)
    assert {own.phone, own.email} == {None}
    assert access.scopes(db, helper, there.resident, now=NOW) == frozenset()
    assert [each.masked for each in papers.of(db, kms, there.resident)] == [None]
    assert papers.whose(db, kms, "resident_id", number) is None
    assert search.find(db, actor(db, there.doctor), "王秀英", now=NOW) == []
    assert service.actor_of(db, there.own_account, login=there.team, now=NOW) is None
    with pytest.raises(ConflictError, match=r"person\.severed"):
        stated(db, kms, there.resident, number_of("19540101", "008"))
