"""Makers' cuffs as GATT servers, read by the gateway's own scanner, runner and outbox over a virtual air."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from contextlib import suppress
from datetime import datetime
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest

from device_drivers.makers.omron_classic import KEY
from device_drivers.registry import driver_for
from device_drivers.wire.reading import BloodPressure, Reading
from firmware_sim.bleak_backend import installed
from firmware_sim.controller import Air
from firmware_sim.hci_port import HciPort
from firmware_sim.makers.microlife import MicrolifeMemory
from firmware_sim.makers.omron import HEM_7155T, HEM_7322T, Model, OmronMemory, Shown
from firmware_sim.meters.microlife import MicrolifeMeter
from firmware_sim.meters.omron_classic import OmronClassicMeter
from firmware_sim.meters.peripheral import Habits, Nameplate
from gateway.radio.bleak_link import BleakRadio
from gateway.radio.scanner import Scanner
from gateway.radio.transfer import Desk
from tests.gateway.home import TestClock, outbox
from tests.gateway.quiet_log import QuietLog

MORNING = datetime(2026, 3, 1, 7, 30)
PATIENT = Habits(idle_s=None)
Cuff = MicrolifeMeter | OmronClassicMeter


def now() -> datetime:
    return datetime(2026, 3, 1, 20)


def read(
    make: Callable[[Air], Cuff], expected: int, folder: Path, *, zone: ZoneInfo | None = None
) -> list[Reading]:
    """What a gateway keeps of a cuff that is on the air, once it has that many readings."""
    return asyncio.run(_read(make, expected, folder, zone))


async def _read(
    make: Callable[[Air], Cuff], expected: int, folder: Path, zone: ZoneInfo | None
) -> list[Reading]:
    air = Air()
    port = await HciPort.open(air, public_address="00:1B:DC:00:00:01")
    cuff = make(air)
    kept: list[Reading] = []
    everything = asyncio.Event()

    def keep(reading: Reading) -> None:
        kept.append(reading)
        if len(kept) >= expected:
            everything.set()

    box = outbox(folder / "outbox.db")
    desk = Desk(box, TestClock(), lambda one: keep(one.reading), QuietLog(), zone)
    try:
        async with installed(port.url), asyncio.timeout(50):
            await cuff.on_air.start()
            scanner = Scanner(BleakRadio(None), desk, driver_for, ())
            scanning = asyncio.create_task(scanner.run())
            await everything.wait()
            await cuff.left.wait()
            scanning.cancel()
            with suppress(asyncio.CancelledError):
                await scanning
    finally:
        cuff.on_air.stop()
        port.close()
        box.close()
    return kept


def microlife(memory: MicrolifeMemory) -> Callable[[Air], Cuff]:
    plate = Nameplate("D0:00:00:00:00:0A", "BP3GY1-2N", "Microlife", "BP3GY1-2N", "ML-77")
    return lambda air: MicrolifeMeter(air, plate, memory, clock=now, habits=PATIENT)


def omron(memory: OmronMemory) -> Callable[[Air], Cuff]:
    plate = Nameplate("D0:00:00:00:00:0B", "BLEsmart", "OMRON", memory.model.number, "OM-77")
    return lambda air: OmronClassicMeter(air, plate, memory, clock=now, habits=PATIENT)


def values(readings: list[Reading]) -> set[tuple[object, ...]]:
    found = [reading.values for reading in readings if isinstance(reading.values, BloodPressure)]
    return {(one.systolic, one.diastolic, one.pulse) for one in found}


def test_a_microlife_is_read_and_told_the_time_where_that_is_wanted(tmp_path: Path) -> None:
    memory = MicrolifeMemory(switch=2)
    for minute in range(40):
        memory.measure(120 + minute, 81, 70, MORNING.replace(minute=minute))
    readings = read(microlife(memory), 40, tmp_path, zone=ZoneInfo("Asia/Shanghai"))
    assert values(readings) == {(str(120 + minute), "81", "70") for minute in range(40)}
    assert {(reading.driver.name, reading.user, reading.meter.key) for reading in readings} == {
        ("microlife", 2, "ML-77")
    }
    assert memory.told_time == [bytes((26, 3, 1, 20, 0, 0))]
    assert memory.violations == []


@pytest.mark.parametrize("model", [HEM_7322T, HEM_7155T], ids=lambda model: model.number)
def test_a_classic_omron_in_pairing_mode_is_paired_and_read(model: Model, tmp_path: Path) -> None:
    memory = OmronMemory(model, now(), in_pairing_mode=True)
    for minute in range(20):
        shown = Shown(systolic=120 + minute, diastolic=81, pulse=70, at=MORNING.replace(minute=minute))
        memory.measure(minute % 2, shown)
    readings = read(omron(memory), 20, tmp_path)
    assert values(readings) == {(str(120 + minute), "81", "70") for minute in range(20)}
    assert {reading.user for reading in readings} == {1, 2}
    assert all(reading.clock is not None for reading in readings)
    assert memory.key == KEY
    assert memory.violations == []


def test_a_memory_that_was_read_before_brings_only_what_is_new(tmp_path: Path) -> None:
    memory = OmronMemory(HEM_7155T, now(), key=KEY)
    memory.measure(0, Shown(systolic=142, diastolic=91, pulse=77, at=MORNING))
    first = read(omron(memory), 1, tmp_path)
    memory.measure(0, Shown(systolic=151, diastolic=93, pulse=79, at=MORNING.replace(hour=9)))
    second = read(omron(memory), 2, tmp_path)
    assert first[0].reading_id in {reading.reading_id for reading in second}
    assert len({reading.reading_id for reading in second}) == 2
