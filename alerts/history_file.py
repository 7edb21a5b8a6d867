"""A history of readings as CSV, for replay. It guesses nothing."""

from __future__ import annotations

import csv
import re
from collections.abc import Iterator, Mapping
from datetime import datetime
from decimal import Decimal
from io import StringIO
from typing import Final, Literal, TypeVar, get_args

from alerts.reading import Context, Quality, Reading
from alerts.units import ConcentrationUnit, PressureUnit, Unit

COLUMNS: Final = (
    "resident",
    "taken_at",
    "stored_at",
    "kind",
    "systolic",
    "diastolic",
    "pulse",
    "glucose",
    "unit",
    "context",
    "quality",
)

FileKind = Literal["blood_pressure", "glucose"]
Row = Mapping[str, str]
W = TypeVar("W", bound=str)

_NUMBER: Final = re.compile(r"[0-9]{1,6}(\.[0-9]{1,6})?")
_MOMENT: Final = re.compile(
    r"[0-9]{4}-[0-9]{2}-[0-9]{2}[T ][0-9]{2}:[0-9]{2}(:[0-9]{2}(\.[0-9]{1,6})?)?"
    r"(?P<offset>Z|[+-][0-9]{2}:?[0-9]{2})?"
)
_YEARS: Final = range(2000, 2200)
_UNITS: Final[dict[str, tuple[str, ...]]] = {
    "blood_pressure": get_args(PressureUnit),
    "glucose": get_args(ConcentrationUnit),
}

_VALUES: Final = {
    "blood_pressure": (("systolic", "diastolic"), ("glucose",)),
    "glucose": (("glucose",), ("systolic", "diastolic", "pulse")),
}
"""For each kind the columns of its own values and those of the other kind."""
_QUALITIES: Final = {
    "blood_pressure": {"ok", "device_error", "implausible"},
    "glucose": set(get_args(Quality)),
}


class HistoryError(ValueError):
    """Names the row (the header is row 1) and the column of the first thing that is wrong."""

    def __init__(self, row: int, column: str | None, reason: str) -> None:
        self.row, self.column = row, column
        super().__init__(f"row {row}{f', column {column}' if column else ''}: {reason}")


class _FieldError(ValueError):
    """A field that is wrong, before its row is known."""

    def __init__(self, column: str, reason: str) -> None:
        self.column, self.reason = column, reason
        super().__init__(reason)


def parse(content: bytes) -> tuple[Reading, ...]:
    """All readings in the order of their rows. Raises HistoryError."""
    rows = _rows(_text(content))
    columns = _header(rows)
    return tuple(_reading(number, columns, fields) for number, fields in rows)


def _text(content: bytes) -> str:
    try:
        return content.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise HistoryError(content.count(b"\n", 0, error.start) + 1, None, "is not UTF-8") from None


def _rows(text: str) -> Iterator[tuple[int, list[str]]]:
    """Rows with something in them, each with its number."""
    reader = csv.reader(StringIO(text, newline=""), strict=True)
    number = 0
    try:
        for number, fields in enumerate(reader, start=1):
            if fields:
                yield number, fields
    except csv.Error as error:
        raise HistoryError(number + 1, None, f"is not CSV: {error}") from None


def _header(rows: Iterator[tuple[int, list[str]]]) -> list[str]:
    number, columns = next(rows, (1, []))
    if not columns:
        raise HistoryError(number, None, f"the file is empty; the columns are {','.join(COLUMNS)}")
    for column in COLUMNS:
        if columns.count(column) != 1:
            raise HistoryError(
                number, column, "is missing" if column not in columns else "stands there twice"
            )
    for column in columns:
        if column not in COLUMNS:
            raise HistoryError(number, column or "(no name)", "is not known")
    return columns


def _reading(number: int, columns: list[str], fields: list[str]) -> Reading:
    if len(fields) != len(columns):
        column = columns[len(fields)] if len(fields) < len(columns) else None
        raise HistoryError(number, column, f"{len(fields)} fields, where {len(columns)} are needed")
    try:
        return _understood(str(number), dict(zip(columns, fields, strict=True)))
    except _FieldError as error:
        raise HistoryError(number, error.column, error.reason) from None


def _understood(id_: str, row: Row) -> Reading:
    if not row["resident"].strip():
        raise _FieldError("resident", "is empty")
    kind = _word(row, "kind", get_args(FileKind))
    if kind is None:
        raise _FieldError("kind", "is empty")
    quality: Quality = _word(row, "quality", get_args(Quality)) or "ok"
    reading = Reading(
        id=id_,
        resident=row["resident"],
        kind="ketone" if quality == "ketone" else kind,
        taken_at=_moment(row, "taken_at"),
        stored_at=_moment(row, "stored_at"),
        unit=_unit(row, kind),
        systolic=_number(row, "systolic"),
        diastolic=_number(row, "diastolic"),
        pulse=_number(row, "pulse"),
        concentration=_number(row, "glucose"),
        context=_word(row, "context", get_args(Context)),
        quality=quality,
    )
    _check_values(row, kind, quality)
    return reading


def _check_values(row: Row, kind: FileKind, quality: Quality) -> None:
    """A reading that is in order has its values, and no reading has those of another kind."""
    own, foreign = _VALUES[kind]
    for column in foreign:
        if row[column]:
            raise _FieldError(column, f"has no place in a {kind} row")
    if quality not in _QUALITIES[kind]:
        raise _FieldError("quality", f"{quality} does not belong to {kind}")
    for column in own:
        if quality in {"ok", "ketone"} and not row[column]:
            raise _FieldError(column, f"is empty, with quality {quality}")


def _word(row: Row, column: str, known: tuple[W, ...]) -> W | None:
    """One of the known words; None where the field is empty."""
    text = row[column]
    found = next((word for word in known if word == text), None)
    if text and found is None:
        raise _FieldError(column, f"{text[:40]!r} is none of {' '.join(known)}")
    return found


def _unit(row: Row, kind: FileKind) -> Unit | None:
    unit: Unit | None = _word(row, "unit", (*get_args(PressureUnit), *get_args(ConcentrationUnit)))
    if unit is not None and unit not in _UNITS[kind]:
        raise _FieldError("unit", f"{unit} is no unit of {kind}")
    return unit


def _number(row: Row, column: str) -> Decimal | None:
    """Plain decimal digits: Python would also take NaN, 1_2 and digits of other scripts."""
    text = row[column]
    if not text:
        return None
    if not _NUMBER.fullmatch(text):
        raise _FieldError(column, f"{text[:40]!r} is not a plain decimal number")
    return Decimal(text)


def _moment(row: Row, column: str) -> datetime:
    """With the offset it was written in."""
    text = row[column]
    shape = _MOMENT.fullmatch(text)
    if shape is None:
        raise _FieldError(column, f"{text[:40]!r} is not an ISO 8601 time")
    if shape["offset"] is None:
        raise _FieldError(column, f"{text} has no offset from UTC")
    try:
        moment = datetime.fromisoformat(text)
    except ValueError as error:
        raise _FieldError(column, f"{text}: {error}") from None
    if moment.year not in _YEARS:
        raise _FieldError(column, f"{text} is not from {_YEARS.start} to {_YEARS.stop - 1}")
    return moment
