"""Records are read out of every place by their raw words, and the two sides agree."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pytest

from device_drivers.profiles import blood_pressure, glucose
from hearthline.demo import records
from hearthline.demo.summary import Record
from tests.gateway.home import METER, TIMED, draft, outbox

# Flags, 120/80/98 mmHg, then what each flag adds.
PRESSURE = "00780050006200"
FRAMES = {
    "pressures alone": ("00" + PRESSURE[2:], "", "780050006200"),
    "time": ("02" + PRESSURE[2:] + "ea070b16080000", "ea070b16080000", "780050006200"),
    "pulse": ("04" + PRESSURE[2:] + "4800", "", "7800500062004800"),
    "time, pulse and user": (
        "0e" + PRESSURE[2:] + "ea070b16080000" + "4800" + "01",
        "ea070b16080000",
        "7800500062004800",
    ),
}
SUGARS = {
    "value": ("02" + "0700" + "ea070b16080000" + "6fb0" + "11", "ea070b16080000", "6fb0"),
    "offset and value": (
        "03" + "0700" + "ea070b16080000" + "3c00" + "6fb0" + "11",
        "ea070b160800003c00",
        "6fb0",
    ),
    "no value": ("00" + "0700" + "ea070b16080000", "ea070b16080000", ""),
}


def meter(kind: str, *frames: str, pending: list[int] | None = None) -> Mapping[str, Any]:
    told = [{"number": number, "frame": frame} for number, frame in enumerate(frames)]
    return {"serial": "SN-1", "kind": kind, "records": told, "pending": pending or []}


@pytest.mark.parametrize(("frame", "time", "value"), FRAMES.values(), ids=FRAMES.keys())
def test_a_cuffs_frame_is_cut_as_the_driver_cuts_it(frame: str, time: str, value: str) -> None:
    words = blood_pressure.decode(bytes.fromhex(frame)).words
    assert list(records.taken([meter("blood_pressure", frame)])) == [Record("SN-1", time, value)]
    assert (words.time.hex(), words.value.hex()) == (time, value)


@pytest.mark.parametrize(("frame", "time", "value"), SUGARS.values(), ids=SUGARS.keys())
def test_a_glucometers_frame_is_cut_as_the_driver_cuts_it(frame: str, time: str, value: str) -> None:
    words = glucose.decode(bytes.fromhex(frame)).words
    assert list(records.taken([meter("glucose", frame)])) == [Record("SN-1", time, value)]
    assert (words.time.hex(), words.value.hex()) == (time, value)


def test_only_what_the_meter_has_not_handed_over_is_in_its_memory() -> None:
    first, second = FRAMES["pressures alone"][0], FRAMES["pulse"][0]
    waiting = list(records.in_memory([meter("blood_pressure", first, second, pending=[1])]))
    assert waiting == [Record("SN-1", "", "7800500062004800")]


def test_an_outbox_gives_what_has_no_receipt_sealed_or_not(tmp_path: Path) -> None:
    box = outbox(tmp_path / "outbox.db")
    transfer = box.begin(sends_once=True)
    box.keep(draft(TIMED, value="780050006200"), (), transfer=transfer)
    box.seal()
    box.keep(draft(TIMED, value="790050006200"), (), transfer=transfer)
    found = set(records.in_outbox(tmp_path / "outbox.db"))
    assert found == {
        Record(METER.key, "ea070301080000", "780050006200"),
        Record(METER.key, "ea070301080000", "790050006200"),
    }
