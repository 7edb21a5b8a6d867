"""Entries in their transactions, the sealer behind the horizon, and an attacker who owns the tables."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta
from uuid import uuid4

import psycopg
import pytest
from sqlalchemy import func, select, text
from sqlalchemy.exc import DBAPIError

from clinician_api.audit import service
from clinician_api.audit.models import AuditAnchor, AuditEntry, AuditSeal
from clinician_api.audit.rules import By, Entry, Fault
from clinician_api.db import Sessions, connect, sessions
from tests.clinician_api.making import NOW

TABLES = ["audit_entry", "audit_seal", "audit_anchor"]
SPOIL = [
    "update care.audit_entry set purpose = 'none' where seq = 2",
    "delete from care.audit_entry where seq = 2",
    "truncate care.audit_entry",
    "update care.audit_seal set at = now()",
    "delete from care.audit_seal",
    "delete from care.audit_anchor",
]


@pytest.fixture
def care(either_database_url: str) -> Iterator[Sessions]:
    """On both PostgreSQLs: the horizon is theirs."""
    engine = connect(either_database_url)
    yield sessions(engine)
    engine.dispose()


@pytest.fixture
def attacker(either_database_url: str, care: Sessions) -> Iterator[psycopg.Connection]:
    """Owns the tables, and has switched off what forbids changes. Six entries are sealed in two links."""
    for _ in range(2):
        write(care, 3)
        seal(care)
    with psycopg.connect(either_database_url, autocommit=True) as connection:
        for table in TABLES:
            connection.execute(f"alter table care.{table} disable trigger all")
        yield connection


def write(care: Sessions, count: int = 1) -> None:
    with care.begin() as db:
        for _ in range(count):
            service.record(db, Entry("resident.read", By(uuid4(), uuid4()), resident=uuid4()), now=NOW)


def seal(care: Sessions, *, days: int = 0) -> int:
    with care.begin() as db:
        sealed = service.seal(db, now=NOW + timedelta(days=days))
    return len(sealed.seal.seqs) if sealed else 0


def faults(care: Sessions) -> tuple[Fault, ...]:
    with care() as db:
        return service.verify(db).faults


def count(care: Sessions) -> int | None:
    with care() as db:
        return db.scalar(select(func.count()).select_from(AuditEntry))


def test_an_entry_goes_with_its_transaction(care: Sessions) -> None:
    with care() as db:
        service.record(db, Entry("resident.read", By()), now=NOW)
        db.flush()
    assert count(care) == 0


def test_a_refusal_stays_although_the_request_is_rolled_back(care: Sessions) -> None:
    with care() as db:
        service.record(db, Entry("resident.read", By()), now=NOW)
        db.flush()
        service.record_refusal(care, Entry("resident.unknown", By(), outcome="refused"), now=NOW)
    assert count(care) == 1


def test_each_entry_is_sealed_once(care: Sessions) -> None:
    write(care, 3)
    assert [seal(care), seal(care)] == [3, 0]


def test_what_is_as_it_was_has_no_fault(care: Sessions) -> None:
    write(care, 2)
    seal(care)
    write(care)
    with care() as db:
        report = service.verify(db)
    assert (report.faults, report.links, report.sealed, report.unsealed) == ((), 1, 2, 1)


def test_an_entry_that_is_committed_late_is_sealed_before_its_successors(care: Sessions) -> None:
    with care() as slow:
        service.record(slow, Entry("slow", By()), now=NOW)
        slow.flush()
        write(care)
        assert seal(care) == 0  # nothing may overtake what is still under way
        slow.commit()
    assert seal(care) == 2
    assert faults(care) == ()


def test_while_one_seals_no_other_does(care: Sessions) -> None:
    write(care, 2)
    with care() as first:
        assert service.seal(first, now=NOW) is not None
        assert seal(care) == 0
        first.commit()
    assert faults(care) == ()


def test_a_clock_that_goes_back_over_midnight_stops_no_sealer_and_moves_no_anchor(care: Sessions) -> None:
    """As one machine's clock that is set back does, and two machines whose clocks differ each midnight."""
    for days in (0, 1, 0, 1, 2):
        write(care)
        assert seal(care, days=days) == 1
    with care() as db:
        times = list(db.scalars(select(AuditSeal.at).order_by(AuditSeal.n)))
        anchors = list(db.scalars(select(AuditAnchor.n).order_by(AuditAnchor.day)))
    assert (times, anchors) == (sorted(times), [1, 4])
    assert faults(care) == ()


@pytest.mark.parametrize("statement", SPOIL)
def test_nothing_written_can_be_changed_by_mistake(care: Sessions, statement: str) -> None:
    write(care, 3)
    with care() as db, pytest.raises(DBAPIError, match="is only added to"):
        db.execute(text(statement))


def test_a_changed_entry_is_named(care: Sessions, attacker: psycopg.Connection) -> None:
    attacker.execute("update care.audit_entry set account = gen_random_uuid() where seq = 5")
    assert faults(care) == (Fault("changed", 5),)


def test_a_removed_entry_is_named(care: Sessions, attacker: psycopg.Connection) -> None:
    attacker.execute("delete from care.audit_entry where seq = 2")
    assert faults(care) == (Fault("removed", 2),)


def test_an_entry_slipped_in_among_sealed_ones_is_named(care: Sessions, attacker: psycopg.Connection) -> None:
    attacker.execute(
        "insert into care.audit_entry (tx, at, action, outcome, facts)"
        " select tx, at, action, outcome, facts from care.audit_entry where seq = 1"
    )
    assert faults(care) == (Fault("inserted", 7),)


def test_an_entry_slipped_in_before_all_sealed_ones_is_named(
    care: Sessions, attacker: psycopg.Connection
) -> None:
    attacker.execute(
        "insert into care.audit_entry (tx, at, action, outcome, facts)"
        " select '1'::xid8, at, action, outcome, facts from care.audit_entry where seq = 1"
    )
    assert faults(care) == (Fault("inserted", 7),)


def test_a_link_that_is_gone_is_named(care: Sessions, attacker: psycopg.Connection) -> None:
    attacker.execute("delete from care.audit_seal where n = 1")
    assert faults(care) == (Fault("seal_removed", 1),)


def test_a_link_that_was_shortened_is_named(care: Sessions, attacker: psycopg.Connection) -> None:
    attacker.execute("delete from care.audit_entry where seq = 6")
    attacker.execute(
        "update care.audit_seal set seqs = seqs[1:2], leaves = substring(leaves for 64), last_seq = 5"
        " where n = 2"
    )
    assert faults(care) == (Fault("seal_changed", 2),)


def test_a_chain_cut_at_its_end_differs_from_the_days_anchor(
    care: Sessions, attacker: psycopg.Connection
) -> None:
    write(care)
    seal(care, days=1)  # a new day: link 2 becomes the anchor of the one before
    attacker.execute("delete from care.audit_seal where n >= 2")
    attacker.execute("delete from care.audit_entry where seq > 3")
    assert faults(care) == (Fault("anchor_differs", 2),)


def test_a_chain_made_anew_with_its_anchors_differs_from_the_one_kept_elsewhere(
    care: Sessions, attacker: psycopg.Connection
) -> None:
    with care() as db:
        kept = service.last_seal(db)
    attacker.execute("delete from care.audit_seal")
    attacker.execute("update care.audit_entry set purpose = 'none'")
    seal(care)
    assert kept is not None
    with care() as db:
        assert service.verify(db).faults == ()
        assert service.verify(db, anchors={kept.n: kept.hash}).faults == (Fault("anchor_differs", kept.n),)
