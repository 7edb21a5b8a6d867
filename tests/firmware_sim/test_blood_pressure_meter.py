"""The cuff on air, met by a plain bumble central."""

from __future__ import annotations

from decimal import Decimal

import pytest
from bumble.att import ATT_Error, ErrorCode
from bumble.core import TimeoutError as BumbleTimeoutError
from bumble.hci import Address, OwnAddressType

from firmware_sim.controller import Air
from firmware_sim.encode import Special
from firmware_sim.faults import Faults
from firmware_sim.measured import Pressure
from firmware_sim.meters.peripheral import Habits
from tests.firmware_sim.central import ALWAYS, CLOCK, CUFF_PLATE, Central, Confirmed, cuff

FIRST = Pressure(systolic=Decimal(142), diastolic=Decimal(88), pulse=Decimal(71), user=1)
SECOND = Pressure(systolic=Decimal(138), diastolic=Decimal(85), pulse=Decimal(70), user=2)


async def test_stored_records_come_oldest_first_and_leave_the_queue_when_confirmed() -> None:
    air, confirmed = Air(), Confirmed()
    async with cuff(air, confirmed) as meter:
        records = [meter.measure(FIRST), meter.measure(SECOND)]
        central = Central(air)
        await central.connect(CUFF_PLATE)
        await central.subscribe("2A35")
        received = [await central.next(), await central.next()]
        await confirmed.count(2)
        assert received == [("2A35", record.frame.hex()) for record in records]
        assert meter.pending == ()
        assert meter.history == records


async def test_a_cuff_that_keeps_a_subscription_speaks_as_soon_as_the_link_is_encrypted() -> None:
    air, confirmed = Air(), Confirmed()
    async with cuff(air, confirmed) as meter:
        meter.on_air.keep_subscriptions(is_on=True)
        meter.measure(FIRST)
        central = Central(air)
        connection = await central.connect(CUFF_PLATE)
        await central.subscribe("2A35")
        await confirmed.count(1)
        await connection.disconnect()
        meter.measure(SECOND)
        await central.connect(CUFF_PLATE)
        await confirmed.count(2)


async def test_a_subscription_is_refused_before_encryption() -> None:
    air = Air()
    async with cuff(air) as meter:
        meter.measure(FIRST)
        central = Central(air)
        await central.connect(CUFF_PLATE, encrypted=False)
        with pytest.raises(ATT_Error) as refused:
            await central.subscribe("2A35")
        assert refused.value.error_code == ErrorCode.INSUFFICIENT_ENCRYPTION
        assert len(meter.pending) == 1


async def test_a_link_lost_during_transfer_keeps_what_was_not_confirmed() -> None:
    air, confirmed = Air(), Confirmed()
    async with cuff(air, confirmed, faults=Faults(drop_link_after=1)) as meter:
        records = [meter.measure(FIRST), meter.measure(SECOND)]
        central = Central(air)
        await central.connect(CUFF_PLATE)
        await central.subscribe("2A35")
        await central.hung_up()
        assert meter.pending == (records[1],)

        await central.connect(CUFF_PLATE)
        await central.subscribe("2A35")
        await confirmed.count(2)
        assert confirmed.records == records


async def test_a_dead_collector_leaves_the_record_with_the_meter(monkeypatch: pytest.MonkeyPatch) -> None:
    air, confirmed = Air(), Confirmed()
    async with cuff(air, confirmed) as meter:
        record = meter.measure(FIRST)
        dying = Central(air)
        connection = await dying.connect(CUFF_PLATE)
        monkeypatch.setattr(connection.gatt_client, "send_confirmation", lambda _confirmation: None)
        await dying.subscribe("2A35")
        await dying.next()
        dying.die()

        heir = Central(air)
        await heir.connect(CUFF_PLATE)
        await heir.subscribe("2A35")
        assert await heir.next() == ("2A35", record.frame.hex())
        await confirmed.count(1)


async def test_a_confirmed_record_is_never_sent_again() -> None:
    air, confirmed = Air(), Confirmed()
    async with cuff(air, confirmed, habits=ALWAYS) as meter:
        meter.measure(FIRST)
        central = Central(air)
        connection = await central.connect(CUFF_PLATE)
        await central.subscribe("2A35")
        await confirmed.count(1)
        await connection.disconnect()

        await central.connect(CUFF_PLATE)
        await central.subscribe("2A35")
        later = meter.measure(SECOND)
        await confirmed.count(2)
        assert [await central.next(), await central.next()][1] == ("2A35", later.frame.hex())
        assert central.received.empty()


async def test_it_is_silent_until_somebody_measured() -> None:
    air = Air()
    async with cuff(air) as meter:
        central = Central(air)
        await central.device.power_on()
        with pytest.raises(BumbleTimeoutError):
            await central.device.connect(
                Address(CUFF_PLATE.address), own_address_type=OwnAddressType.PUBLIC, timeout=0.2
            )
        meter.measure(FIRST)
        await central.connect(CUFF_PLATE)


async def test_it_hangs_up_when_nothing_happens() -> None:
    air = Air()
    async with cuff(air, habits=Habits(idle_s=0.05)) as meter:
        meter.measure(FIRST)
        central = Central(air)
        await central.connect(CUFF_PLATE, encrypted=False)
        await central.hung_up()


async def test_it_says_who_it_is_and_what_time_it_thinks_it_is() -> None:
    air = Air()
    async with cuff(air) as meter:
        meter.measure(FIRST)
        central = Central(air)
        await central.connect(CUFF_PLATE)
        assert await central.read("2A29") == b"Maker"
        assert await central.read("2A24") == b"Cuff 1"
        assert await central.read("2A25") == b"BP1"
        assert await central.read("2A19") == bytes([80])
        assert (await central.read("2A2B")).hex() == "e80703090a1e0f060000"
        assert await central.read("2A49") == bytes([0x1F, 0])


async def test_a_watched_measurement_shows_the_falling_cuff_pressure() -> None:
    air = Air()
    async with cuff(air) as meter:
        meter.measure(FIRST)
        central = Central(air)
        await central.connect(CUFF_PLATE)
        await central.subscribe("2A36")
        meter.measure(SECOND)
        assert await central.next() == ("2A36", "008a00ff07ff07")


async def test_without_a_clock_records_carry_no_time() -> None:
    async with cuff(Air(), has_clock=False) as meter:
        record = meter.measure(FIRST)
        assert record.time is None
        assert record.frame.hex() == "0c8e005800ff07" + "4700" + "01"


async def test_with_a_clock_records_carry_its_time() -> None:
    async with cuff(Air()) as meter:
        assert meter.measure(FIRST).time == CLOCK


@pytest.mark.parametrize(
    ("faults", "frame"),
    [
        (Faults(keep_bytes=5), "168e005800"),
        (Faults(reserved_flags=0xE0), "f68e005800ff07e80703090a1e0f47000000"),
        (Faults(trailing=b"\xaa\xbb"), "168e005800ff07e80703090a1e0f47000000aabb"),
        (Faults(records=frozenset({1}), keep_bytes=1), "168e005800ff07e80703090a1e0f47000000"),
    ],
)
async def test_a_faulty_meter_sends_what_it_is_told_to(faults: Faults, frame: str) -> None:
    values = Pressure(systolic=Decimal(142), diastolic=Decimal(88), pulse=Decimal(71), status=0)
    async with cuff(Air(), faults=faults) as meter:
        assert meter.measure(values).frame.hex() == frame


async def test_a_failed_measurement_is_all_nan() -> None:
    async with cuff(Air(), has_clock=False) as meter:
        failed = Pressure(systolic=Special.NAN, diastolic=Special.NAN, status=0)
        assert meter.measure(failed).frame.hex() == "10ff07ff07ff070000"
