"""The chain over entries, by itself."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime
from uuid import UUID

from clinician_api.audit.rules import Fault, Row, Seal, check_rows, check_seal, digest_of, next_seal

AT = datetime(2026, 3, 2, 1, tzinfo=UTC)


def row(seq: int, what: str = "as it was") -> Row:
    return Row(position=(700, seq), digest=digest_of([seq, what]))


ROWS = [row(1), row(2), row(3)]
FIRST = next_seal(None, ROWS, AT)
SECOND = next_seal(FIRST, [row(4)], AT)


def faults(seal: Seal, rows: list[Row]) -> list[Fault]:
    return list(check_rows(seal, rows))


def test_what_was_sealed_is_found_as_it_was() -> None:
    assert list(check_seal(None, FIRST)) == []
    assert list(check_seal(FIRST, SECOND)) == []
    assert faults(FIRST, ROWS) == []


def test_a_changed_row_is_named() -> None:
    assert faults(FIRST, [row(1), row(2, "forged"), row(3)]) == [Fault("changed", 2)]


def test_a_removed_row_is_named() -> None:
    assert faults(FIRST, [row(1), row(3)]) == [Fault("removed", 2)]


def test_an_inserted_row_is_named() -> None:
    assert faults(FIRST, [*ROWS, row(9)]) == [Fault("inserted", 9)]


def test_a_link_whose_leaf_was_adapted_to_a_forged_row_is_named() -> None:
    forged = next_seal(None, [row(1), row(2, "forged"), row(3)], AT)
    assert list(check_seal(None, replace(forged, hash=FIRST.hash))) == [Fault("seal_changed", 1)]


def test_a_link_moved_in_time_is_named() -> None:
    later = replace(FIRST, at=datetime(2026, 3, 3, tzinfo=UTC))
    assert list(check_seal(None, later)) == [Fault("seal_changed", 1)]


def test_a_link_that_was_made_anew_breaks_the_one_after_it() -> None:
    forged = next_seal(None, [row(1), row(2, "forged"), row(3)], AT)
    assert list(check_seal(forged, SECOND)) == [Fault("seal_changed", 2)]


def test_a_link_that_is_gone_is_named() -> None:
    third = next_seal(SECOND, [row(5)], AT)
    assert list(check_seal(FIRST, third)) == [Fault("seal_removed", 2)]


def test_a_digest_tells_nothing_from_an_empty_word() -> None:
    assert digest_of([None]) != digest_of([""])


def test_a_digest_knows_ids_and_moments_however_they_are_written() -> None:
    east = datetime.fromisoformat("2026-03-02T09:00:00+08:00")
    assert digest_of([UUID(int=1), AT]) == digest_of([str(UUID(int=1)), east])
