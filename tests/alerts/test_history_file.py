"""Foreign CSV is understood or refused by row and column; nothing is guessed."""

from __future__ import annotations

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from alerts.history_file import COLUMNS, HistoryError, parse

HEADER = ",".join(COLUMNS)
PRESSURE = {
    "resident": "a",
    "taken_at": "2026-03-01T08:00:00+08:00",
    "stored_at": "2026-03-01T08:00:05+08:00",
    "kind": "blood_pressure",
    "systolic": "120",
    "diastolic": "80",
    "unit": "mmHg",
    "quality": "ok",
}
GLUCOSE = PRESSURE | {
    "kind": "glucose",
    "systolic": "",
    "diastolic": "",
    "glucose": "5.5",
    "unit": "mmol/L",
}


def csv_of(*rows: dict[str, str]) -> bytes:
    lines = [",".join(row.get(column, "") for column in COLUMNS) for row in rows]
    return "\n".join([HEADER, *lines, ""]).encode()


def refusal(content: bytes) -> tuple[int, str | None]:
    with pytest.raises(HistoryError) as caught:
        parse(content)
    return caught.value.row, caught.value.column


def test_a_row_becomes_a_reading_with_its_own_offset() -> None:
    reading = parse(csv_of(PRESSURE))[0]
    assert (reading.systolic, reading.diastolic, reading.pulse) == (Decimal(120), Decimal(80), None)
    assert reading.taken_at.isoformat() == "2026-03-01T08:00:00+08:00"


def test_missing_unit_context_pulse_and_quality_are_legal() -> None:
    reading = parse(csv_of(GLUCOSE | {"unit": "", "quality": ""}))[0]
    assert (reading.unit, reading.context, reading.quality) == (None, None, "ok")


def test_blank_lines_are_no_rows_but_are_counted() -> None:
    content = csv_of(PRESSURE).replace(b"\na,", b"\n\na,") + b"\n"
    assert len(parse(content)) == 1
    assert refusal(content.replace(b",120,", b",x,")) == (3, "systolic")


@pytest.mark.parametrize(
    "number",
    ["NaN", "Infinity", "-5", "+5", "1_2", "1e2", ".5", "5.", " 5", "５", "٥", "0x10", "12,5", "1" * 7],
)
def test_only_plain_digits_are_a_number(number: str) -> None:
    quoted = f'"{number}"' if "," in number else number
    assert refusal(csv_of(PRESSURE, PRESSURE | {"pulse": quoted})) == (3, "pulse")


@pytest.mark.parametrize(
    "time",
    [
        "2026-03-01T08:00:00",
        "2026-03-01",
        "2026-02-30T08:00:00+08:00",
        "2026-03-01T24:30:00+08:00",
        "２026-03-01T08:00:00+08:00",
        "2026-W09-7T08:00:00+08:00",
        "1999-12-31T08:00:00+08:00",
        "9999-12-31T23:59:59+00:00",
        "2026-03-01T08:00:00+99:00",
        "yesterday",
        "",
    ],
)
@pytest.mark.parametrize("column", ["taken_at", "stored_at"])
def test_a_time_needs_a_real_moment_with_an_offset(column: str, time: str) -> None:
    assert refusal(csv_of(PRESSURE | {column: time})) == (2, column)


@pytest.mark.parametrize(
    ("column", "value"),
    [
        ("resident", ""),
        ("resident", "  "),
        ("kind", ""),
        ("kind", "ketone"),
        ("kind", "Glucose"),
        ("unit", "mmhg"),
        ("unit", "mmol/L"),
        ("context", "after_lunch"),
        ("quality", "good"),
        ("quality", "out_of_range_high"),
        ("systolic", ""),
        ("diastolic", ""),
        ("glucose", "5.5"),
    ],
)
def test_a_field_that_does_not_fit_a_pressure_is_named(column: str, value: str) -> None:
    assert refusal(csv_of(PRESSURE | {column: value})) == (2, column)


@pytest.mark.parametrize(
    ("column", "value"), [("unit", "kPa"), ("systolic", "120"), ("pulse", "60"), ("glucose", "")]
)
def test_a_field_that_does_not_fit_a_glucose_is_named(column: str, value: str) -> None:
    assert refusal(csv_of(GLUCOSE | {column: value})) == (2, column)


@pytest.mark.parametrize("quality", ["out_of_range_high", "out_of_range_low", "device_error", "implausible"])
def test_a_glucose_may_lack_its_number_where_the_quality_says_why(quality: str) -> None:
    assert parse(csv_of(GLUCOSE | {"glucose": "", "quality": quality}))[0].concentration is None


@pytest.mark.parametrize("column", COLUMNS)
def test_a_missing_column_is_named(column: str) -> None:
    header = ",".join(each for each in COLUMNS if each != column)
    assert refusal(header.encode()) == (1, column)


def test_a_column_twice_or_unknown_is_named() -> None:
    assert refusal(f"{HEADER},unit\n".encode()) == (1, "unit")
    assert refusal(f"{HEADER},weight\n".encode()) == (1, "weight")


def test_a_row_with_too_few_fields_names_the_first_that_is_missing() -> None:
    assert refusal(f"{HEADER}\na,b\n".encode()) == (2, "stored_at")


def test_a_row_with_too_many_fields_is_refused() -> None:
    assert refusal(csv_of(PRESSURE).replace(b",ok", b",ok,ok")) == (2, None)


@pytest.mark.parametrize("content", [b"", b"\n", b"\xef\xbb\xbf"])
def test_an_empty_file_is_refused(content: bytes) -> None:
    assert refusal(content)[0] == 1


def test_bytes_that_are_not_utf_8_are_refused_with_their_row() -> None:
    assert refusal(csv_of(PRESSURE | {"resident": "x"}).replace(b"x,", b"\xff,"))[0] == 2


def test_an_open_quote_is_refused() -> None:
    assert refusal(csv_of(PRESSURE | {"resident": '"a'}))[0] == 2


def rows_or_refusal(content: bytes) -> int:
    """How many readings there are, or the row that was refused."""
    try:
        return len(parse(content))
    except HistoryError as error:
        return error.row


@given(st.binary(max_size=300))
def test_any_bytes_parse_or_are_refused(content: bytes) -> None:
    assert rows_or_refusal(content) >= 0


@given(st.lists(st.tuples(st.sampled_from(COLUMNS), st.text(max_size=12)), max_size=3))
def test_any_field_parses_or_is_refused(changes: list[tuple[str, str]]) -> None:
    assert rows_or_refusal(csv_of(PRESSURE | dict(changes))) >= 0
