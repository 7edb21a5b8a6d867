"""Golden histories: from the short rows of the TOML files to the CSV that `alerts replay` reads."""

from __future__ import annotations

import tomllib
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

from alerts.history_file import COLUMNS

FOLDER = Path(__file__).parent / "histories"
DAY_ONE = datetime.fromisoformat("2026-03-01T00:00:00+08:00")
CONTEXTS = {"fasting", "pre_meal", "post_meal", "bedtime", "random"}
UNITS = {"kPa", "mg/dL", "mmol/L"}
DIFFERS_FROM = {
    "resident": "a",
    "provisional": False,
    "late": False,
    "confirmed_at": None,
    "confirmed_by": None,
    "closed_at": None,
}
TIMES = {"opened": "opened_at", "confirmed": "confirmed_at", "closed": "closed_at"}


@dataclass(frozen=True, slots=True)
class History:
    name: str
    rule: int
    sentence: str
    csv: bytes
    episodes: list[dict[str, Any]]


def histories() -> list[History]:
    files = [tomllib.loads(path.read_text(encoding="utf-8")) for path in sorted(FOLDER.glob("*.toml"))]
    return [_history(each) for file in files for each in file["history"]]


def to_csv(rows: list[str]) -> bytes:
    """Rows that stand for several days are put in the order stored; others stay as they stand."""
    expanded = [each for row in rows for each in _days(row)]
    fields = [_fields(each) for each in expanded]
    if any("-" in row.split()[0] for row in rows):
        fields.sort(key=lambda row: row["stored_at"])
    lines = [",".join(row.get(column, "") for column in COLUMNS) for row in fields]
    return "\n".join([",".join(COLUMNS), *lines, ""]).encode()


def _history(table: dict[str, Any]) -> History:
    episodes = [_expected(each) for each in table["episodes"]]
    return History(table["name"], table["rule"], table["sentence"], to_csv(table["rows"]), episodes)


def _expected(short: dict[str, Any]) -> dict[str, Any]:
    words = {"by": "confirmed_by"}
    named = {words.get(key, key): value for key, value in short.items() if key not in TIMES}
    moments = {TIMES[key]: _moment(*value.split()) for key, value in short.items() if key in TIMES}
    return DIFFERS_FROM | named | moments


def _days(row: str) -> Iterator[str]:
    days, rest = row.split(maxsplit=1)
    first, _, last = days.partition("-")
    yield from (f"{day} {rest}" for day in range(int(first), int(last or first) + 1))


def _fields(row: str) -> dict[str, str]:
    day, time, value, *words = row.split()
    options = dict(word.split("=") for word in words if "=" in word)
    taken = _moment(day, time)
    fields = {
        "resident": options.get("resident", "a"),
        "taken_at": taken.isoformat(),
        "stored_at": (taken + timedelta(seconds=int(options.get("after", "5")))).isoformat(),
        "quality": options.get("quality", "ok"),
        **_value(value),
    }
    for word in words:
        fields |= _word(word)
    return fields | {key: value for key, value in options.items() if key == "quality"}


def _value(value: str) -> dict[str, str]:
    if "/" in value:
        systolic, diastolic = (number.replace("-", "") for number in value.split("/"))
        return {"kind": "blood_pressure", "systolic": systolic, "diastolic": diastolic, "unit": "mmHg"}
    beyond = {"HI": "out_of_range_high", "LO": "out_of_range_low"}
    if value in beyond:
        return {"kind": "glucose", "quality": beyond[value]}
    return {"kind": "glucose", "glucose": value}


def _word(word: str) -> dict[str, str]:
    if word in UNITS:
        return {"unit": word}
    if word in CONTEXTS:
        return {"context": word}
    if word == "no_unit":
        return {"unit": ""}
    if word.startswith("p") and word[1:].isdigit():
        return {"pulse": word[1:]}
    assert "=" in word, f"{word} is no word of a row"
    return {}


def _moment(day: str, time: str) -> datetime:
    hours, minutes, seconds = (*map(int, time.split(":")), 0)[:3]
    return DAY_ONE + timedelta(days=int(day) - 1, hours=hours, minutes=minutes, seconds=seconds)
