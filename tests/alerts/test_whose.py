"""Doubt about whose a pressure is: far from this person in both numbers, and only where they are known."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from alerts.reading import Reading
from alerts.whose import is_doubtful, robust_z

NOON = datetime(2026, 3, 1, 12, tzinfo=UTC)


def pressure(number: int, systolic: int, pulse: int | None) -> Reading:
    return Reading(
        id=str(number),
        resident="r",
        kind="blood_pressure",
        taken_at=NOON + timedelta(days=number),
        stored_at=NOON + timedelta(days=number),
        unit="mmHg",
        systolic=Decimal(systolic),
        diastolic=Decimal(80),
        pulse=None if pulse is None else Decimal(pulse),
    )


CALM = [pressure(number, 124 + number % 5, 66 + number % 5) for number in range(20)]
"""126 and 68 in the middle, deviations of 1: the floors of 5 mmHg and 4 bpm count."""


@pytest.mark.parametrize(
    ("systolic", "pulse", "doubtful"),
    [
        (156, 92, True),  # 30 / 7.413 = 4.05 and 24 / 5.93 = 4.05
        (155, 92, False),  # 29 / 7.413 = 3.91
        (156, 91, False),  # 23 / 5.93 = 3.88
        (96, 44, True),  # as far below
        (210, 68, False),  # a crisis of their own: the pulse is theirs
        (126, 130, False),
    ],
)
def test_both_numbers_must_lie_further_than_four_deviations(
    systolic: int, pulse: int, doubtful: object
) -> None:
    assert is_doubtful(pressure(30, systolic, pulse), CALM) is doubtful


def test_nineteen_earlier_readings_are_too_few_for_a_doubt() -> None:
    assert is_doubtful(pressure(30, 220, 140), CALM)
    assert not is_doubtful(pressure(30, 220, 140), CALM[1:])


def test_without_a_pulse_there_is_no_doubt() -> None:
    assert not is_doubtful(pressure(30, 220, None), CALM)
    silent = [pressure(number, 126, None) for number in range(20)]
    assert not is_doubtful(pressure(30, 220, 140), silent)


def test_only_the_last_thirty_count() -> None:
    former = [pressure(number, 220, 140) for number in range(40)]
    assert is_doubtful(pressure(99, 220, 140), [*former, *CALM, *CALM[:10]])


@given(st.lists(st.integers(40, 260), min_size=1, max_size=60), st.integers(40, 260))
def test_what_a_person_always_has_is_never_far(known: list[int], value: int) -> None:
    assert robust_z(value, [value] * len(known), 5) == 0
    assert robust_z(value, known, 5) >= 0
