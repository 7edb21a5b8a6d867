"""Readings as lines, read back by a parser that knows nothing of how they were written."""

from __future__ import annotations

import re
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from uuid import UUID

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ingest.influx.line import Row, line, nanoseconds

RESIDENT, READING = UUID(int=1), UUID(int=2_042)
NOON = datetime(2026, 3, 5, 12, tzinfo=UTC)
ROW = Row(
    tx=7,
    seq=9,
    resident=RESIDENT,
    reading_id=READING,
    revision=0,
    taken_at=NOON,
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
)


def test_a_blood_pressure_is_one_line() -> None:
    assert line(ROW) == (
        "blood_pressure,resident=00000000-0000-0000-0000-000000000001,unit=mmHg"
        ' systolic=128,diastolic=82,pulse=64.5,quality="ok",'
        'reading_id="00000000-0000-0000-0000-0000000007fa",revision=0i 1772712000000000042'
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


def test_two_readings_of_one_minute_are_two_points() -> None:
    other = ROW._replace(reading_id=UUID(int=2_043))
    assert nanoseconds(ROW) != nanoseconds(other)


def test_a_later_revision_is_the_same_point() -> None:
    later = ROW._replace(revision=1, quality="device_error", meal="fasting")
    head, _, at = line(ROW).split(" ")
    assert (head, at) == (line(later).split(" ")[0], line(later).split(" ")[-1])


def parsed(text: str) -> tuple[str, dict[str, str], dict[str, str], int]:
    """Measurement, tags, fields and time, letter by letter as the protocol's description has it."""
    parts, now, quoted, escaped = [""], 0, False, False
    for letter in text:
        if escaped or (letter == "\\" and not escaped):
            parts[now] += letter
            escaped = not escaped
            continue
        quoted ^= letter == '"' and now == 1  # in a tag it is a letter like any other
        if letter == " " and not quoted and now < 2:
            parts.append("")
            now += 1
            continue
        parts[now] += letter
    head, fields, at = parts
    measurement, *tags = split(head, quotes=False)
    return measurement, pairs(tags), pairs(split(fields)), int(at)


def split(text: str, *, quotes: bool = True) -> list[str]:
    parts, quoted, escaped = [""], False, False
    for letter in text:
        if escaped:
            parts[-1] += letter
            escaped = False
        elif letter == "\\":
            parts[-1] += letter
            escaped = True
        elif letter == "," and not quoted:
            parts.append("")
        else:
            quoted ^= letter == '"' and quotes
            parts[-1] += letter
    return parts


def pairs(parts: list[str]) -> dict[str, str]:
    return dict(part.split("=", 1) for part in parts)


def unquoted(word: str) -> str:
    assert word[0] == word[-1] == '"'
    return re.sub(r"\\(.)", r"\1", word[1:-1])


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
