"""One person's real record of several months, from a glucometer's memory to the tables, value by value."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from decimal import Decimal
from pathlib import Path
from typing import Any, Final

import pytest

from hearthline.demo.summary import Summary
from ingest.postgres import Server
from tests.e2e.servers import fresh_database
from tests.e2e.world import Setting, world

FILE: Final = Path(__file__).parents[2] / "firmware_sim" / "records" / "data-01"
GLUCOSE: Final = {"48", "57", "58", "59", "60", "61", "62", "63", "64"}
"""The data set's codes of a blood glucose measurement, in mg/dL."""

READINGS: Final = "select meter_time, concentration, unit, quality, value_words from ingest.readings"

Values = Counter[tuple[timedelta, Decimal]]
"""How often a value (mg/dL) was measured, so long before the last one."""


def in_file() -> Values:
    """Read here once more, by nobody's code but the test's."""
    rows = [line.split("\t") for line in FILE.read_text(encoding="ascii").splitlines()]
    sticks = [
        (datetime.strptime(f"{date} {time}", "%m-%d-%Y %H:%M"), Decimal(value))  # noqa: DTZ007 - a meter's
        for date, time, code, value in rows
        if code in GLUCOSE
    ]
    return before_the_last(sticks)


def before_the_last(sticks: list[tuple[datetime, Decimal]]) -> Values:
    last = max(time for time, _ in sticks)
    return Counter((last - time, value) for time, value in sticks)


@dataclass(frozen=True)
class Delivered:
    """What of the file stands in `ingest.readings`, and what meters and ledger say."""

    rows: list[tuple[str, Decimal, str, str, str]]
    summary: Summary
    ledger: dict[str, Any]


@pytest.fixture(scope="module")
def delivered(tmp_path_factory: pytest.TempPathFactory, postgres: Server) -> Iterator[Delivered]:
    """One glucometer with the whole file in its memory, read by a gateway and delivered, by processes."""
    with fresh_database(postgres) as database_url:
        folder = tmp_path_factory.mktemp("record")
        setting = Setting(folder=folder, database_url=database_url, air=("--records", FILE.name))
        with world(setting) as chain:
            summary = chain.drain()
            yield Delivered(chain.ask(READINGS), summary, chain.ledger())


def test_every_glucose_value_of_a_persons_file_is_among_the_residents_readings_once(
    delivered: Delivered,
) -> None:
    stored = [(datetime.fromisoformat(time), value) for time, value, *_ in delivered.rows]
    assert before_the_last(stored) == in_file()
    assert len(stored) == 369


def test_the_meter_and_the_ledger_agree_that_nothing_is_missing(delivered: Delivered) -> None:
    summary = delivered.summary
    assert (summary.taken, summary.stored, summary.lost, summary.doubled) == (369, 369, 0, 0)
    assert delivered.ledger["complete"], delivered.ledger


def test_every_value_is_sound_and_in_mg_dl(delivered: Delivered) -> None:
    assert {(unit, quality) for _, _, unit, quality, _ in delivered.rows} == {("mg/dL", "ok")}


def test_only_the_decimal_point_of_what_the_meter_sent_was_moved(delivered: Delivered) -> None:
    """The meter sends kg/L; 1 kg/L is 100 000 mg/dL."""
    moved = {(words, kilograms_per_litre(words) * 100_000) for *_, words in delivered.rows}
    assert moved == {(words, value) for _, value, *_, words in delivered.rows}


def kilograms_per_litre(words: str) -> Decimal:
    """A little-endian SFLOAT: 12 bits of mantissa, 4 of exponent, both signed (IEEE 11073-20601)."""
    word = int.from_bytes(bytes.fromhex(words), "little")
    mantissa, exponent = word & 0xFFF, word >> 12
    return Decimal(mantissa - 0x1000 * (mantissa >> 11)).scaleb(exponent - 0x10 * (exponent >> 3))
