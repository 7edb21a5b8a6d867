"""What scenario files let go wrong, one by one, seen by a plain central."""

from __future__ import annotations

import asyncio
from decimal import Decimal

import pytest
from bumble.core import BaseBumbleError
from bumble.device import Connection

from firmware_sim.controller import Air
from firmware_sim.faults import Faults
from firmware_sim.measured import Pressure, Sugar
from firmware_sim.meters.peripheral import Nameplate
from firmware_sim.meters.stranger import Stranger
from tests.firmware_sim.central import (
    CLOCK,
    CUFF_PLATE,
    GLUCOMETER_PLATE,
    Central,
    Confirmed,
    cuff,
    glucometer,
)

FIRST, SECOND = (Pressure(systolic=Decimal(142), diastolic=Decimal(88 - place)) for place in range(2))
PAST = [(CLOCK, Sugar(amount=Decimal(100 + place))) for place in range(3)]
ALL_RECORDS = "0101"


async def collect(air: Air, plate: Nameplate, *uuids: str) -> Central:
    central = Central(air)
    await central.connect(plate)
    await central.subscribe(*uuids)
    return central


async def test_a_cuff_that_says_the_newest_first_says_all_of_them() -> None:
    air = Air()
    async with cuff(air, faults=Faults(is_newest_first=True)) as meter:
        records = [meter.measure(FIRST), meter.measure(SECOND)]
        central = await collect(air, CUFF_PLATE, "2A35")

        said = [await central.next() for _ in records]

        assert said == [("2A35", record.frame.hex()) for record in reversed(records)]
        assert meter.on_air.fired["out_of_order"] == 1


async def test_a_record_that_is_said_twice_is_confirmed_once() -> None:
    air, confirmed = Air(), Confirmed()
    async with cuff(air, confirmed, faults=Faults(repeated=frozenset({0}))) as meter:
        record = meter.measure(FIRST)
        central = await collect(air, CUFF_PLATE, "2A35")

        assert [await central.next(), await central.next()] == 2 * [("2A35", record.frame.hex())]
        await confirmed.count(1)
        assert not meter.pending
        assert meter.on_air.fired["duplicate"] == 1


async def test_a_glucometer_may_say_its_memory_backwards() -> None:
    air = Air()
    async with glucometer(air, past=PAST, faults=Faults(is_newest_first=True)) as meter:
        central = await collect(air, GLUCOMETER_PLATE, "2A18", "2A52")
        await central.write("2A52", ALL_RECORDS)

        said = [await central.next() for _ in PAST]

        assert said == [("2A18", record.frame.hex()) for record in reversed(meter.history)]


async def test_a_date_that_no_calendar_has_stands_in_the_frame() -> None:
    words = bytes.fromhex("ea07021e080000")
    async with cuff(Air(), faults=Faults(time_words=words)) as meter:
        assert words.hex() in meter.measure(FIRST).frame.hex()


async def test_a_radio_that_is_lost_is_lost_at_both_ends_and_the_record_stays() -> None:
    air, confirmed = Air(), Confirmed()
    async with cuff(air, confirmed) as meter:
        record = meter.measure(FIRST)
        meter.on_air.fade([12])
        central = Central(air)
        with pytest.raises((BaseBumbleError, asyncio.CancelledError)):
            await central.connect(CUFF_PLATE)
        await central.hung_up()
        assert meter.pending == (record,)
        assert meter.on_air.fired["radio_loss"] == 1

        await central.connect(CUFF_PLATE)
        await central.subscribe("2A35")
        await confirmed.count(1)

        assert not meter.pending


async def test_a_meter_out_of_reach_is_silent_until_it_is_carried_back() -> None:
    air = Air()
    async with cuff(air) as meter:
        meter.on_air.carry(is_near=False)
        meter.measure(FIRST)
        connecting = asyncio.create_task(Central(air).connect(CUFF_PLATE))
        done, _ = await asyncio.wait((connecting,), timeout=0.5)
        assert not done

        meter.on_air.carry(is_near=True)

        assert isinstance(await connecting, Connection)


async def test_a_meter_without_its_bonds_knows_nobody() -> None:
    air = Air()
    async with cuff(air) as meter:
        meter.measure(FIRST)
        central = Central(air)
        connection = await central.connect(CUFF_PLATE)
        await connection.disconnect()
        await central.hung_up()

        await meter.on_air.forget_bonds()
        meter.measure(SECOND)
        again = await central.connect(CUFF_PLATE, encrypted=False)

        with pytest.raises(BaseBumbleError):
            await again.encrypt()


@pytest.mark.parametrize(("seed", "offers"), [(0, False), (1, True)])
async def test_a_strangers_service_is_empty_or_full_of_noise(seed: int, offers: bool) -> None:  # noqa: FBT001
    air = Air()
    plate = Nameplate("D1:00:00:00:00:01", "Gadget", "Anybody", "Thing", "STR1")
    stranger = Stranger(air, plate, service="1810", seed=seed)
    await stranger.start()
    central = Central(air)
    await central.connect(plate)

    assert central.has("2A35") is offers
    if offers:
        await central.subscribe("2A35")
        uuid, noise = await central.next()
        assert (uuid, 1 <= len(noise) // 2 <= 20) == ("2A35", True)
    stranger.stop()
