"""Readings as points and lines, read back by a parser that knows nothing of how they were written."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from decimal import Decimal
from uuid import UUID

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ingest.influx import point as points
from ingest.influx.point import Row, name_of, nanoseconds, point
from tests.ingest.influx.protocol import parsed, unquoted

RESIDENT, READING = UUID(int=1), UUID(int=2_042)
NOON = datetime(2026, 3, 5, 12, tzinfo=UTC)
ROW = Row(
    tx=7,
    seq=9,
    resident=RESIDENT,
    reading_id=READING,
    revision=0,
    taken_at=NOON,
    stored_at=NOON + timedelta(seconds=1),
    kind="blood_pressure",
    unit="mmHg",
    systolic=Decimal(128),
    diastolic=Decimal(82),
    mean=None,
    pulse=Decimal("64.5"),
    concentration=None,
    beyond=None,
    meal=None,
    quality="ok",
    flags=(),
    counted=True,
    speaks=True,
    withdrawn=False,
)


def line(row: Row) -> str:
    return points.line(point(row))


def test_a_blood_pressure_is_one_line() -> None:
    assert line(ROW) == (
        "blood_pressure,resident=00000000-0000-0000-0000-000000000001,unit=mmHg"
        ' systolic=128,diastolic=82,pulse=64.5,quality="ok",'
        'reading_id="00000000-0000-0000-0000-0000000007fa",revision=0i,taken_at=1772712000000000i,'
        "stored_at=1772712001000000i,counted=true,speaks=true 1772712000000002042"
    )


def test_hi_has_words_and_no_number() -> None:
    hi = ROW._replace(kind="glucose", unit=None, systolic=None, diastolic=None, pulse=None, beyond="HI")
    assert ' beyond="HI",quality="ok",' in line(hi)
    assert "concentration" not in line(hi)


@pytest.mark.parametrize("word", ["NaN", "Infinity", "-Infinity"])
def test_what_is_no_number_is_never_written_as_one(word: str) -> None:
    with pytest.raises(ValueError, match="no number"):
        line(ROW._replace(systolic=Decimal(word)))


def test_a_number_has_no_exponent() -> None:
    assert "systolic=12000," in line(ROW._replace(systolic=Decimal("1.2E+4")))


def test_its_second_and_a_part_of_its_id_make_its_time() -> None:
    at = nanoseconds(ROW._replace(taken_at=NOON + timedelta(milliseconds=250)))
    assert at == 1772712000000002042


def test_what_was_refused_is_named_without_a_value() -> None:
    assert name_of(point(ROW).key) == (
        "blood_pressure,resident=00000000-0000-0000-0000-000000000001,unit=mmHg 1772712000000002042"
    )


def test_flags_are_one_word_after_the_other() -> None:
    assert 'flags="cuff_loose movement",' in line(ROW._replace(flags=("cuff_loose", "movement")))


def test_two_readings_of_one_minute_are_two_points() -> None:
    other = ROW._replace(reading_id=UUID(int=2_043))
    assert nanoseconds(ROW) != nanoseconds(other)


def test_a_later_revision_is_the_same_point() -> None:
    later = ROW._replace(revision=1, quality="device_error", meal="fasting")
    head, _, at = line(ROW).split(" ")
    assert (head, at) == (line(later).split(" ")[0], line(later).split(" ")[-1])


words = st.text(st.characters(exclude_categories=["Cs", "Cc"]), min_size=1, max_size=20)
numbers = st.decimals(0, 9999, places=4)


@given(word=words, number=numbers, after=st.timedeltas(timedelta(0), timedelta(days=9_000)))
def test_any_word_and_number_come_back(word: str, number: Decimal, after: timedelta) -> None:
    row = ROW._replace(meal=word, systolic=number, taken_at=datetime(2000, 1, 1, tzinfo=UTC) + after)
    measurement, tags, fields, at = parsed(line(row))
    assert (measurement, tags["resident"]) == ("blood_pressure", str(RESIDENT))
    assert Decimal(fields["systolic"]) == number
    assert unquoted(fields["meal"]) == word
    assert datetime.fromtimestamp(at // 10**9, UTC) == row.taken_at.replace(microsecond=0)


@given(unit=words)
def test_any_unit_stays_one_tag(unit: str) -> None:
    _, tags, fields, _ = parsed(line(ROW._replace(unit=unit)))
    assert tags.keys() == {"resident", "unit"}
    assert fields["systolic"] == "128"
