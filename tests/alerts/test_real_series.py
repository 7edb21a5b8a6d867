"""Fingerstick glucose of real people (see firmware_sim/records/SOURCE) through the rules: no critical value
is outside an episode, and how often anybody is called."""

from __future__ import annotations

import os
from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime, timedelta
from decimal import ROUND_HALF_UP, Decimal
from importlib import resources
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest

from alerts.load import Load, load
from alerts.reading import Context, Reading
from alerts.replay import replay
from firmware_sim.encode import Special
from firmware_sim.fingerstick import PERSONS, parse
from firmware_sim.measured import Sugar

REGION = ZoneInfo("Asia/Shanghai")
MONTH = timedelta(days=365.25 / 12)
CONTEXTS: dict[int | None, Context] = {1: "pre_meal", 2: "post_meal"}


def text_of(person: str) -> str:
    return resources.files("firmware_sim").joinpath("records", person).read_text(encoding="ascii")


def readings_of(text: str) -> list[Reading]:
    """As a meter would have sent them, each a few seconds after it was measured."""
    sticks = dict.fromkeys(parse(text).sticks)
    return [_reading(str(number), at, sugar) for number, (at, sugar) in enumerate(sticks)]


def _reading(id_: str, local: datetime, sugar: Sugar) -> Reading:
    taken = local.replace(tzinfo=REGION)
    reading = Reading(
        id_, "a", "glucose", taken, taken + timedelta(seconds=5), "mg/dL", context=CONTEXTS.get(sugar.meal)
    )
    match sugar.amount:
        case Special.POSITIVE_INFINITY:
            return replace(reading, quality="out_of_range_high")
        case Special.NEGATIVE_INFINITY:
            return replace(reading, quality="out_of_range_low")
        case Decimal() as amount:
            return replace(reading, concentration=amount)
    raise AssertionError(sugar)


def critical_lines(text: str) -> int:
    """An independent count, from the file's own text: values ≤ 3.9 or ≥ 16.7 mmol/L, HI and LO."""
    found = set()
    for line in text.splitlines():
        date, time, code, value = (*line.split("\t"), "", "", "")[:4]
        if code not in {"48", "57", "58", "59", "60", "61", "62", "63", "64"}:
            continue
        if value.isdigit() and is_real(date, time):
            mmol = (Decimal(value) / Decimal("18.0156")).quantize(Decimal("0.1"), ROUND_HALF_UP)
            if Decimal("3.9") < mmol < Decimal("16.7"):
                continue
        elif value not in {"0Hi", "0Lo"}:
            continue
        found.add((date, time, MEAL_CODES.get(code), value))
    return len(found)


MEAL_CODES = {"58": 1, "60": 1, "62": 1, "64": 1, "59": 2, "61": 2, "63": 2}


def is_real(date: str, time: str) -> bool:
    try:
        datetime.strptime(f"{date} {time}", "%m-%d-%Y %H:%M")  # noqa: DTZ007  the file's clock is naive
    except ValueError:
        return False
    return True


def in_episodes(readings: Sequence[Reading]) -> set[str]:
    belong = frozenset[str]().union(*(episode.readings for episode in replay(readings)))
    return {each.id for each in readings if each.id in belong and is_critical(each)}


def is_critical(reading: Reading) -> bool:
    return reading.glucose is None or not Decimal("3.9") < reading.glucose < Decimal("16.7")


@pytest.mark.parametrize("person", PERSONS)
def test_every_critical_value_is_in_an_episode(person: str) -> None:
    text = text_of(person)
    assert len(in_episodes(readings_of(text))) == critical_lines(text) > 0


@pytest.mark.parametrize("person", PERSONS)
def test_episodes_call_less_often_than_values(person: str) -> None:
    told = load(readings_of(text_of(person)))
    assert 0 < told.pages <= told.critical
    assert told.episodes <= told.news


@pytest.mark.truth
def test_all_files_of_the_data_set() -> None:
    """HEARTHLINE_FINGERSTICK names the folder; prints the figures of docs/explanation/alert-load.md."""
    folder = os.environ.get("HEARTHLINE_FINGERSTICK")
    if folder is None:
        pytest.skip("HEARTHLINE_FINGERSTICK names no folder")
    texts = [path.read_text(encoding="latin-1") for path in sorted(Path(folder).glob("data-[0-9][0-9]"))]
    everybody = [readings_of(text) for text in texts]
    assert [len(in_episodes(each)) for each in everybody] == [critical_lines(text) for text in texts]
    print(figures([load(each) for each in everybody if each]))  # noqa: T201  what the test is for


def figures(loads: Sequence[Load]) -> str:
    months = sum((each.span for each in loads), timedelta(0)) / MONTH
    rows = {
        "persons": len(loads),
        "readings": sum(each.readings for each in loads),
        "person-months": round(months, 1),
        "critical values": sum(each.critical for each in loads),
        "episodes": sum(each.episodes for each in loads),
        "news": sum(each.news for each in loads),
        "pages": sum(each.pages for each in loads),
    }
    each_month = {name: round(count / months, 2) for name, count in rows.items() if name != "persons"}
    return f"\n{rows}\na month of one person: {each_month}"
