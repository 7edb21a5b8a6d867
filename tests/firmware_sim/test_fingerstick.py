"""Real records: what counts, what is skipped and why."""

from __future__ import annotations

from datetime import datetime
from decimal import Decimal

import pytest

from firmware_sim import fingerstick
from firmware_sim.encode import Special
from firmware_sim.measured import Sugar


def test_a_person_s_record_holds_every_glucose_row() -> None:
    record = fingerstick.person("data-01")
    assert len(record.sticks) == 369
    assert record.skipped == ()
    assert record.sticks[0] == (datetime(1991, 4, 21, 9, 9), Sugar(amount=Decimal(100), meal=1))


def test_a_malformed_real_row_is_skipped_and_said() -> None:
    record = fingerstick.person("data-40")
    assert len(record.sticks) == 31
    assert [(skipped.row, skipped.reason) for skipped in record.skipped] == [
        ("11-06-1989\t11:00\t57\t0''", "no number")
    ]


def test_a_value_out_of_the_meter_s_range_is_a_record_of_its_own_kind() -> None:
    amounts = [sugar.amount for _, sugar in fingerstick.person("data-02").sticks]
    assert amounts.count(Special.POSITIVE_INFINITY) == 6
    assert amounts.count(Special.NEGATIVE_INFINITY) == 1


def test_insulin_and_meals_are_passed_over_in_silence() -> None:
    assert fingerstick.parse("04-21-1991\t9:09\t33\t009\n04-21-1991\t9:09\t66\t0") == fingerstick.parse("")


@pytest.mark.parametrize(
    ("row", "reason"),
    [
        ("04-21-1991\t9:09\t58", "not four fields"),
        ("06-31-1991\t07:50\t58\t149", "no such date and time"),
        ("04-21-1991\t56:35\t58\t149", "no such date and time"),
        ("04-21-1991\t9:09\t5a\t149", "no code"),
        ("04-21-1991\t9:09\t58\t１４９", "no number"),
        ("04-21-1991\t9:09\t58\t1e9", "no number"),
    ],
)
def test_a_malformed_row_is_counted_with_its_reason(row: str, reason: str) -> None:
    assert [skipped.reason for skipped in fingerstick.parse(row).skipped] == [reason]


def test_a_record_can_be_moved_by_whole_days_to_end_just_before_a_moment() -> None:
    now = datetime(2026, 5, 1, 8, 0)
    moved = fingerstick.person("data-40").ending_at(now)
    original = fingerstick.person("data-40")
    assert 0 <= (now - moved.sticks[-1][0]).total_seconds() < 86400
    assert moved.sticks[0][0].time() == original.sticks[0][0].time()
