"""Who is forgotten, when, what is left of them, and what stops it."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, datetime, timedelta
from pathlib import Path
from uuid import UUID
from zoneinfo import ZoneInfo

import psycopg
import pytest
from sqlalchemy import func, select, text, update
from sqlalchemy.exc import DBAPIError

from clinician_api.agreements.models import Agreement, AgreementSeal
from clinician_api.audit.rules import By
from clinician_api.contracts.models import Contract, ContractSignature
from clinician_api.db import Sessions
from clinician_api.errors import ConflictError, InvalidError
from clinician_api.identity import logins, papers
from clinician_api.identity.logins import Visitor
from clinician_api.identity.models import Login, Resident, SearchTerm
from clinician_api.identity.rules import Terms
from clinician_api.kms import FolderKms
from clinician_api.retention import rules, service
from clinician_api.retention.models import Tombstone
from clinician_api.retention.rules import Standing
from clinician_api.vault import DiskVault, NotInVaultError
from tests.clinician_api.identity.test_numbers import number_of
from tests.clinician_api.making import ENDS, NOW, Clinic, clinic

SHANGHAI = ZoneInfo("Asia/Shanghai")
DUE = ENDS.replace(year=ENDS.year + 15)


def at(day: date, hour: int = 12) -> datetime:
    return datetime(day.year, day.month, day.day, hour, tzinfo=SHANGHAI)


LATE = at(DUE + timedelta(days=1))


@pytest.mark.parametrize(
    ("last_end", "due"),
    [(date(2026, 8, 31), date(2041, 8, 31)), (date(2024, 2, 29), date(2039, 3, 1))],
)
def test_fifteen_years_after_the_last_contract(last_end: date, due: date) -> None:
    assert rules.due_on(Standing(last_end)) == due
    days = (due, due + timedelta(days=1))
    assert [rules.may_be_forgotten(Standing(last_end), day) for day in days] == [False, True]
    assert rules.may_be_forgotten(Standing(last_end, is_held=True), due + timedelta(days=999)) is False


def test_nothing_is_kept_for_less_than_the_law_asks() -> None:
    assert [row.kind for row in rules.MATRIX if row.kept < row.least] == []


@pytest.fixture
def vault(tmp_path: Path) -> DiskVault:
    return DiskVault(tmp_path / "vault", FolderKms(tmp_path / "keys"))


@pytest.fixture
def people(care: Sessions, vault: DiskVault) -> Clinic:
    """The resident has papers, a sealed agreement, and a signature with a name."""
    with care.begin() as db:
        there = clinic(db)
        papers.state(db, vault.kms, By(), there.resident, "resident_id", number_of("19540506"), now=NOW)
        db.add(agreement(there))
        db.flush()
        db.add(seal(there))
        db.add(signature(there))
    vault.put(there.contract, b"signed by Wang")
    return there


def agreement(there: Clinic) -> Agreement:
    return Agreement(
        id=there.contract,
        contract=there.contract,
        resident=there.resident,
        terms={"name": "王秀英"},
        templates={},
        sha256="a" * 64,
        frozen_at=NOW,
    )


def seal(there: Clinic) -> AgreementSeal:
    return AgreementSeal(
        agreement=there.contract,
        institution=there.institution,
        signatures={"resident": "王秀英"},
        document_sha256="0" * 64,
        sealed_at=NOW,
    )


def signature(there: Clinic) -> ContractSignature:
    return ContractSignature(
        contract=there.contract,
        party="resident",
        account=there.doctor,
        basis="authorised",
        relation="child",
        evidence="委托书 12",
        valid_until=None,
        is_child_informed=False,
        sha256="a" * 64,
        at=NOW,
        proof="authorisation",
        name="王小明",
    )


def everything(care: Sessions) -> Iterator[str]:
    """Each row of each table, as text."""
    with care() as db:
        tables = db.scalars(text("select tablename from pg_tables where schemaname = 'care'")).all()
        for table in tables:
            yield from db.scalars(text(f"select t::text from care.{table} t"))  # noqa: S608 (names of tables)


@pytest.mark.usefixtures("people")
def test_on_the_day_itself_nobody_is_forgotten(care: Sessions, vault: DiskVault) -> None:
    assert service.shred(care, vault, now=at(DUE, 23)) == []


def test_nothing_says_any_more_who_it_was_and_a_stone_says_that_somebody_was(
    care: Sessions, vault: DiskVault, people: Clinic
) -> None:
    assert set(service.shred(care, vault, now=LATE)) == {people.resident, people.stranger}
    with pytest.raises(NotInVaultError):
        vault.get(people.contract)
    rows = [row for row in everything(care) if str(people.resident) in row or str(people.contract) in row]
    words = ("王小明", "委托书", "王秀英", "13812345678")
    assert [row for row in rows if any(word in row for word in words)] == []
    with care() as db:
        stone = db.get_one(Tombstone, people.resident)
        assert (stone.agreements, stone.digests, stone.due_on) == (1, "a" * 64, DUE)
        assert db.scalars(select(SearchTerm).where(SearchTerm.resident == people.resident)).all() == []
        assert db.get_one(Resident, people.resident).name == "—"
    assert service.shred(care, vault, now=LATE) == []


def test_a_hold_stops_it_and_lifting_the_hold_lets_it_go_on(
    care: Sessions, vault: DiskVault, people: Clinic
) -> None:
    with care.begin() as db:
        held = service.hold(db, By(), people.resident, "诉讼 2040-17", now=NOW)
    assert service.shred(care, vault, now=LATE) == [people.stranger]
    with care() as db:
        assert [each.is_held for each in service.due(db, now=LATE)] == [True]
    with care.begin() as db:
        service.lift(db, By(), held, now=LATE)
    assert service.shred(care, vault, now=LATE) == [people.resident]
    with care.begin() as db, pytest.raises(ConflictError, match="too_late"):
        service.hold(db, By(), people.resident, "诉讼 2040-17", now=LATE)


def test_a_hold_without_a_reason_is_none(care: Sessions, people: Clinic) -> None:
    with care.begin() as db, pytest.raises(InvalidError):
        service.hold(db, By(), people.resident, "  ", now=NOW)


def test_killed_after_the_file_it_goes_on(care: Sessions, vault: DiskVault, people: Clinic) -> None:
    class _Dying:
        def put(self, name: UUID, content: bytes) -> None: ...

        def get(self, name: UUID) -> bytes:
            return vault.get(name)

        def destroy(self, name: UUID) -> None:
            vault.destroy(name)
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        service.shred(care, _Dying(), now=LATE)
    assert people.resident in service.shred(care, vault, now=LATE)


@pytest.mark.usefixtures("people")
def test_without_a_vault_no_document_is_left_behind(care: Sessions) -> None:
    with pytest.raises(ConflictError, match="vault"):
        service.shred(care, None, now=LATE)


CHANGES = (
    'update care.agreement set terms = \'{"name": "x"}\'',
    "update care.agreement set sha256 = repeat('b', 64)",
    "update care.agreement_seal set document_sha256 = repeat('b', 64)",
    "update care.contract_signature set name = 'x'",
    "update care.contract_signature set at = now()",
    "delete from care.agreement_seal",
)


@pytest.mark.usefixtures("people")
def test_what_is_only_added_to_can_lose_its_words_alone(database_url: str) -> None:
    passed = []
    with psycopg.connect(database_url) as connection:
        for words in ("off", "on"):
            for change in CHANGES:
                try:
                    with connection.transaction():
                        connection.execute(f"set local care.shredding = '{words}'")
                        connection.execute(change)
                        passed.append(change)
                except psycopg.errors.RaiseException:
                    continue
    assert passed == []


@pytest.mark.usefixtures("people")
def test_words_are_not_emptied_unless_it_is_meant(care: Sessions) -> None:
    with care() as db, pytest.raises(DBAPIError, match="only added to"):
        db.execute(update(Agreement).values(terms={}))


def test_logins_are_forgotten_three_years_after_they_ended(care: Sessions, people: Clinic) -> None:
    terms = Terms(idle=timedelta(minutes=20), lasts=timedelta(hours=12))
    ends = NOW + timedelta(hours=12)
    with care.begin() as db:
        logins.log_in(db, people.doctor, Visitor("10.0.0.7", "test"), terms=terms, now=NOW)
    for years, left in ((3, 1), (4, 0)):
        service.forget_logins(care, now=ends + timedelta(days=365 * years))
        with care() as db:
            assert db.scalar(select(func.count()).select_from(Login)) == left


def test_a_later_end_puts_it_off(care: Sessions, people: Clinic) -> None:
    with care.begin() as db:
        mine = update(Contract).where(Contract.resident == people.resident)
        db.execute(mine.values(ended_at=NOW + timedelta(days=999)))
    with care() as db:
        assert [each.resident for each in service.due(db, now=LATE)] == [people.stranger]
