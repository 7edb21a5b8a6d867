"""A cuff on the virtual air, paired step by step, losing its bond and getting it back. In simulated time."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from pathlib import Path
from typing import TypeVar

from device_drivers.registry import driver_for
from firmware_sim import bleak_backend, virtual_time
from firmware_sim.bleak_backend.adapter import Adapter, on
from firmware_sim.controller import Air, Radio
from firmware_sim.home import nameplate
from firmware_sim.measured import Pressure
from firmware_sim.meters.blood_pressure import BloodPressureMeter
from firmware_sim.plan import Kind
from gateway.pairing.household import Household
from gateway.pairing.ties import trouble_of
from gateway.radio.bleak_link import BleakRadio
from gateway.radio.scanner import Scanner
from tests.gateway.home import outbox
from tests.gateway.quiet_log import QuietLog
from tests.gateway.radio.test_runner import desk

Result = TypeVar("Result")
PATIENCE_S = 120.0


@dataclass
class Home:
    household: Household
    cuff: BloodPressureMeter

    async def measure(self) -> None:
        """And wait until the cuff got rid of it, or gave up, and hung up."""
        self.cuff.measure(Pressure(systolic=Decimal(128), diastolic=Decimal(81)))
        await asyncio.sleep(20)

    @property
    def delivered(self) -> int:
        return len(self.cuff.history) - len(self.cuff.pending)


@asynccontextmanager
async def home(folder: Path) -> AsyncIterator[Home]:
    """Only meters that somebody pairs are welcome."""
    air = Air()
    adapter = Adapter(on(Radio("gateway", air, public_address="00:1B:DC:00:00:00")), bonds=None)
    bleak_backend.use(adapter)
    plate = nameplate(0, Kind.BLOOD_PRESSURE)
    cuff = BloodPressureMeter(
        air, plate, clock=lambda: datetime(2026, 3, 2, 8), on_confirmed=lambda _record: None
    )
    await cuff.start()
    radio = BleakRadio(None)
    household = Household(folder, radio.forget, QuietLog(), is_open=False)
    listening = asyncio.create_task(Scanner(radio, desk(outbox()), driver_for, (), company=household).run())
    try:
        yield Home(household, cuff)
    finally:
        listening.cancel()
        with suppress(asyncio.CancelledError):
            await listening
        cuff.stop()
        await adapter.close()


def lived(folder: Path, scene: Callable[[Home], Awaitable[Result]]) -> Result:
    async def scenario() -> Result:
        async with home(folder) as one, asyncio.timeout(3600):
            return await scene(one)

    with bleak_backend.several():
        return virtual_time.run(scenario())


def test_a_cuff_nobody_paired_keeps_its_reading(tmp_path: Path) -> None:
    async def scene(one: Home) -> int:
        await one.measure()
        return one.delivered

    assert lived(tmp_path, scene) == 0


def test_a_cuff_is_paired_by_two_measurements_with_a_pause_between(tmp_path: Path) -> None:
    async def scene(one: Home) -> tuple[list[str], int]:
        one.household.begin(minutes=5)
        stages = []
        for _ in range(2):
            await one.measure()
            stages.append(str(one.household.pairing.stage))
        return stages, one.delivered

    assert lived(tmp_path, scene) == (["proving", "done"], 2)


def test_a_cuff_that_forgets_its_bond_between_the_steps_is_not_called_paired(tmp_path: Path) -> None:
    async def scene(one: Home) -> tuple[str, str | None]:
        one.household.begin(minutes=5)
        await one.measure()
        await one.cuff.on_air.forget_bonds()
        await one.measure()
        await asyncio.sleep(PATIENCE_S)
        return one.household.pairing.stage, one.household.pairing.reason

    assert lived(tmp_path, scene) == ("failed", "forgot")


def test_a_lost_bond_is_made_again_without_hands_and_loses_no_reading(tmp_path: Path) -> None:
    async def scene(one: Home) -> tuple[int, list[str | None]]:
        one.household.begin(minutes=5)
        for _ in range(2):
            await one.measure()
        await one.cuff.on_air.forget_bonds()
        await one.measure()
        await asyncio.sleep(PATIENCE_S)
        return one.delivered, [trouble_of(tie) for tie in one.household.ties]

    assert lived(tmp_path, scene) == (3, [None])
