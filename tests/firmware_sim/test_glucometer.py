"""The glucometer on air: the record access conversation with a plain bumble central."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import datetime
from decimal import Decimal

import pytest
from bumble.att import ATT_Error

from firmware_sim import fingerstick
from firmware_sim.controller import Air
from firmware_sim.encode import Special
from firmware_sim.faults import Faults
from firmware_sim.measured import Sugar
from firmware_sim.meters.glucometer import Numbering
from tests.firmware_sim.central import GLUCOMETER_PLATE, Central, Confirmed, glucometer

PAST = [(datetime(2024, 3, 1, hour, 0), Sugar(amount=Decimal(100 + hour))) for hour in range(4)]
ALL = "0101"
COMPLETE = ("2A52", "06000101")


@asynccontextmanager
async def talking(air: Air) -> AsyncIterator[Central]:
    """A collector that has paired and subscribed to everything."""
    central = Central(air)
    connection = await central.connect(GLUCOMETER_PLATE)
    await central.subscribe("2A52", "2A18", "2A34")
    yield central
    if not central.gone.is_set():
        await connection.disconnect()


async def test_it_counts_then_reports_then_says_it_is_complete() -> None:
    air, confirmed = Air(), Confirmed()
    async with glucometer(air, confirmed, past=PAST) as meter, talking(air) as central:
        await central.write("2A52", "0401")
        assert await central.next() == ("2A52", "05000400")
        await central.write("2A52", ALL)
        received = [await central.next() for _ in range(5)]
        assert received == [*(("2A18", record.frame.hex()) for record in meter.history), COMPLETE]
        await confirmed.count(4)
        assert meter.pending == ()


async def test_it_reports_from_a_sequence_number_on() -> None:
    air = Air()
    async with glucometer(air, past=PAST) as meter, talking(air) as central:
        await central.write("2A52", "0103010200")
        received = [await central.next() for _ in range(3)]
        assert received == [*(("2A18", record.frame.hex()) for record in meter.history[2:]), COMPLETE]


async def test_a_request_in_one_breath_with_the_confirmation_of_the_last_answer_is_taken() -> None:
    air = Air()
    async with glucometer(air, past=PAST), talking(air) as central:
        central.write_with_confirmation("2A52", "0401")
        await central.write("2A52", "0401")
        received = [await central.next() for _ in range(3)]
        assert received == [("2A52", "05000400")] * 3


async def test_a_context_follows_its_measurement() -> None:
    air = Air()
    before_a_meal = [(datetime(2024, 3, 1), Sugar(amount=Decimal("6.2"), unit="mmol/L", meal=1))]
    async with glucometer(air, past=before_a_meal), talking(air) as central:
        await central.write("2A52", ALL)
        assert await central.next() == ("2A18", "160000e80703010000003ec011")
        assert await central.next() == ("2A34", "02000001")
        assert await central.next() == COMPLETE


async def test_it_says_when_it_has_no_such_records() -> None:
    air = Air()
    async with glucometer(air, past=PAST) as meter, talking(air) as central:
        await central.write("2A52", "0103010400")
        assert await central.next() == ("2A52", "06000106")
        await central.write("2A52", "0403010400")
        assert await central.next() == ("2A52", "05000000")
        assert meter.pending == ()


async def test_it_refuses_requests_before_the_subscriptions() -> None:
    air = Air()
    async with glucometer(air, past=PAST):
        central = Central(air)
        await central.connect(GLUCOMETER_PLATE)
        await central.subscribe("2A52")
        with pytest.raises(ATT_Error) as refused:
            await central.write("2A52", ALL)
        assert refused.value.error_code == 0xFD


async def test_it_refuses_a_second_procedure_during_the_first() -> None:
    air = Air()
    async with glucometer(air, past=PAST * 50), talking(air) as central:
        await central.write("2A52", ALL)
        with pytest.raises(ATT_Error) as refused:
            await central.write("2A52", "0401")
        assert refused.value.error_code == 0xFE


async def test_an_abort_ends_the_report() -> None:
    air = Air()
    async with glucometer(air, past=PAST * 50) as meter, talking(air) as central:
        await central.write("2A52", ALL)
        await central.write("2A52", "0300")
        notes = [await central.next()]
        while notes[-1][0] != "2A52":
            notes.append(await central.next())
        assert notes[-1] == ("2A52", "06000301")
        assert len(notes) < 200
        assert len(meter.pending) == 200


async def test_an_abort_without_a_procedure_is_unsuccessful() -> None:
    air = Air()
    async with glucometer(air, past=PAST), talking(air) as central:
        await central.write("2A52", "0300")
        assert await central.next() == ("2A52", "06000307")


async def test_a_delete_is_not_done_and_not_forgotten() -> None:
    air = Air()
    async with glucometer(air, past=PAST) as meter, talking(air) as central:
        await central.write("2A52", "0201")
        assert await central.next() == ("2A52", "06000202")
        assert len(meter.history) == 4
        assert meter.violations == ("0201",)


async def test_the_completion_may_overtake_the_last_notifications() -> None:
    air = Air()
    overtaking = Numbering(completion_overtakes=2)
    async with glucometer(air, past=PAST, numbering=overtaking), talking(air) as central:
        await central.write("2A52", ALL)
        kinds = [(await central.next())[0] for _ in range(5)]
        assert kinds == ["2A18", "2A18", "2A52", "2A18", "2A18"]


async def test_sequence_numbers_wrap() -> None:
    async with glucometer(Air(), past=PAST, numbering=Numbering(first_sequence=65534)) as meter:
        assert [record.sequence for record in meter.history] == [65534, 65535, 0, 1]
        assert [record.number for record in meter.history] == [0, 1, 2, 3]


async def test_a_link_lost_during_a_report_lets_it_call_again_for_everything() -> None:
    air, confirmed = Air(), Confirmed()
    async with glucometer(air, confirmed, past=PAST, faults=Faults(drop_link_after=2)) as meter:
        async with talking(air) as central:
            await central.write("2A52", ALL)
            await central.hung_up()
        assert list(meter.pending) == meter.history
        async with talking(air) as central:
            await central.write("2A52", "0103010200")
            await confirmed.count(2)
        assert not meter.pending


async def test_a_person_s_whole_record_arrives_in_order() -> None:
    air = Air()
    past = fingerstick.person("data-01").sticks
    async with glucometer(air, past=past) as meter, talking(air) as central:
        await central.write("2A52", ALL)
        received = [await central.next()]
        while received[-1] != COMPLETE:
            received.append(await central.next())
        frames = [value for characteristic, value in received if characteristic == "2A18"]
        assert frames == [record.frame.hex() for record in meter.history]
        assert len(frames) == 369


@pytest.mark.parametrize(
    ("values", "frame"),
    [
        (Sugar(amount=Special.POSITIVE_INFINITY, status=1 << 5), "0a0000e80703090a1e0ffe07112000"),
        (Sugar(amount=Special.NEGATIVE_INFINITY, status=1 << 6), "0a0000e80703090a1e0f0208114000"),
        (Sugar(amount=Decimal(110), sample_type=10, location=4), "020000e80703090a1e0f6eb04a"),
        (Sugar(amount=None, status=1 << 2), "080000e80703090a1e0f0400"),
    ],
)
async def test_records_that_are_no_ordinary_glucose(values: Sugar, frame: str) -> None:
    async with glucometer(Air()) as meter:
        assert meter.measure(values).frame.hex() == frame


async def test_a_collector_that_took_only_the_newest_record_is_called_again() -> None:
    air = Air()
    async with glucometer(air, past=PAST) as meter:
        async with talking(air) as central:
            await central.write("2A52", "0106")
            await central.next()
            assert await central.next() == COMPLETE
        assert list(meter.pending) == meter.history[:-1]
