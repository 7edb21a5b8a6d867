"""What a run left out is said aloud."""

from __future__ import annotations

from tests.left_out import left_out


def test_missing_servers_are_counted_by_name() -> None:
    reasons = ["Skipped: Mosquitto is not installed", "Skipped: Mosquitto is not installed"]
    assert left_out(reasons) == ["Mosquitto (2)"]


def test_other_skips_are_not_servers() -> None:
    assert left_out(["Skipped: a person's record is not here"]) == []
