"""Names of files in the archive of the write-ahead log."""

from __future__ import annotations

import pytest

from ingest.backups.wal import Segment, reaches, segment, serves
from tests.ingest.backups.making import backup


def test_a_segments_number_runs_on_over_the_parts_of_its_name() -> None:
    assert segment("00000002000000010000000A") == Segment(0x10A, 2)
    assert segment("0000000100000000000000FF.partial") == Segment(0xFF, 1)


@pytest.mark.parametrize("name", ["00000002.history", "backup_label", "00000001000000000000000G", ""])
def test_other_files_are_no_segments(name: str) -> None:
    assert segment(name) is None


@pytest.mark.parametrize(
    ("name", "is_needed"),
    [
        ("000000010000000000000002", False),
        ("000000010000000000000003", True),
        ("000000020000000000000003.partial", True),
        ("00000002.history", True),
        ("running.log", False),
    ],
)
def test_a_recovery_needs_its_first_file_and_what_follows_and_histories(
    name: str, *, is_needed: bool
) -> None:
    assert serves(name, backup(1)) == is_needed


def test_a_backup_of_a_later_timeline_needs_nothing_of_an_earlier_one() -> None:
    later = backup(1, first_wal="000000020000000000000003", timeline=2)
    assert not serves("000000010000000000000009", later)


def test_the_log_reaches_as_far_as_no_file_is_missing() -> None:
    names = [f"00000001000000000000000{digit}" for digit in "23467"]
    assert reaches(names, backup(1)) == "000000010000000000000004"
    assert reaches(names[2:], backup(1)) is None
