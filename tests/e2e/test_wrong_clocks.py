"""Clocks that are wrong, at the meter or at the gateway: a scenario each, from the radio's frame through the
outbox and the door to the time that is stored. No network and no database: a batch's own bytes go across."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

from device_drivers.conversation import Emit, Learn
from device_drivers.measurement import DeviceInformation
from device_drivers.profiles import blood_pressure, current_time
from device_drivers.wire.signing import public_hex
from gateway.outbox.store import Outbox
from gateway.radio.transfer import Desk, Transfer
from ingest.door.accept import Accepted, accept
from ingest.door.clock import Taken, taken_at
from ingest.door.enrolled import Enrolled, GatewayKey
from tests.gateway.home import GATEWAY, NOON, OURS, Cloud, TestClock, outbox, sealed
from tests.gateway.quiet_log import QuietLog

ASLEEP = datetime(2026, 2, 20, 3, tzinfo=UTC)
"""Where the board's clock stood when it was switched off."""

FLEET = {GATEWAY: Enrolled(GATEWAY, (GatewayKey(public_hex(OURS)),))}
CHINA = ZoneInfo("Asia/Shanghai")


def date_time(year: int, *rest: int) -> bytes:
    """Date Time of the GATT Specification Supplement."""
    return year.to_bytes(2, "little") + bytes(rest)


def shown(at: datetime) -> bytes:
    """What a meter shows that is set to Shanghai."""
    local = at.astimezone(CHINA)
    return date_time(local.year, local.month, local.day, local.hour, local.minute, local.second)


@dataclass
class Home:
    clock: TestClock
    box: Outbox = field(init=False)

    def __post_init__(self) -> None:
        self.box = outbox(clock=self.clock)

    def measure(self, time: bytes | None, *, meter_clock: bytes | None = None) -> None:
        """A cuff comes into reach and tells one measurement; `meter_clock`: what its Current Time says."""
        self.hear(self.contact(meter_clock), time)

    def contact(self, meter_clock: bytes | None = None) -> Transfer:
        desk = Desk(self.box, self.clock, lambda _kept: None, QuietLog())
        transfer = Transfer(desk, "C0:00:00:00:00:01", blood_pressure.DRIVER)
        transfer.want(Learn(DeviceInformation(serial="20231100042")))
        if meter_clock is not None:
            transfer.want(Learn(current_time.decode(meter_clock + bytes(3))))
        return transfer

    def hear(self, transfer: Transfer, time: bytes | None) -> None:
        flags = b"\x00" if time is None else b"\x02"
        frame = flags + bytes.fromhex("780050006200") + (time or b"")
        number = transfer.hear("2A35", frame)
        assert number is not None
        transfer.want(Emit(blood_pressure.decode(frame), (number,)))
        transfer.finish()

    def deliver(self, *, stored_at: datetime) -> list[Taken]:
        """Seal what waits, and what the door makes of it."""
        return [taken for batch in self.box.seal() for taken in dated(batch.payload, stored_at)]

    def receive(self, cloud_time: datetime) -> None:
        """Receipts for all that was sent."""
        for batch in self.box.unsent():
            self.box.act(Cloud(now=cloud_time).receipt(sealed(self.box, batch)))


def dated(payload: bytes, stored_at: datetime) -> list[Taken]:
    accepted = accept(payload, GATEWAY, FLEET)
    assert isinstance(accepted, Accepted)
    assert accepted.refusals == ()
    return [taken_at(reading, stored_at, CHINA, accepted.boots) for reading in accepted.readings]


def test_a_meter_that_began_anew_in_2019_is_put_right_by_its_own_clock() -> None:
    home = Home(TestClock())

    home.measure(date_time(2019, 1, 1, 0, 3, 0), meter_clock=date_time(2019, 1, 1, 0, 5, 0))

    assert home.deliver(stored_at=NOON) == [Taken(NOON - timedelta(minutes=2), 60, "meter_offset")]


def test_a_meter_that_began_anew_and_cannot_be_asked_is_dated_by_the_gateway() -> None:
    home = Home(TestClock())

    home.measure(date_time(2019, 1, 1, 0, 3, 0))

    assert home.deliver(stored_at=NOON) == [Taken(NOON, None, "arrival")]


def test_year_0_is_dated_by_the_gateway() -> None:
    home = Home(TestClock())

    home.measure(date_time(0, 3, 1, 20, 0, 0))

    assert home.deliver(stored_at=NOON) == [Taken(NOON, 60, "received")]


def test_30_february_is_dated_by_the_gateway() -> None:
    home = Home(TestClock())

    home.measure(date_time(2026, 2, 30, 20, 0, 0))

    assert home.deliver(stored_at=NOON) == [Taken(NOON, 60, "received")]


def test_a_meter_in_summer_time_is_put_right_by_its_own_clock() -> None:
    home = Home(TestClock())
    an_hour_ahead = NOON + timedelta(hours=1)

    home.measure(shown(an_hour_ahead - timedelta(minutes=7)), meter_clock=shown(an_hour_ahead))

    assert home.deliver(stored_at=NOON) == [Taken(NOON - timedelta(minutes=7), 60, "meter_offset")]


def test_a_gateways_clock_that_is_set_during_a_transfer_moves_no_reading() -> None:
    home = Home(TestClock(now=ASLEEP, synced=False))
    transfer = home.contact(meter_clock=shown(NOON))
    home.clock.forward(seconds=5)
    home.clock.synchronise(NOON + timedelta(seconds=5))

    home.hear(transfer, shown(NOON - timedelta(minutes=1)))

    assert home.deliver(stored_at=NOON) == [Taken(NOON - timedelta(minutes=1), 60, "meter_offset")]


def test_what_was_heard_before_the_clock_was_set_is_dated_by_the_boot() -> None:
    home = Home(TestClock(now=ASLEEP, synced=False))
    home.measure(None)
    home.clock.forward(minutes=20)
    home.clock.synchronise(NOON)

    taken = home.deliver(stored_at=NOON + timedelta(hours=3))

    assert taken == [Taken(NOON - timedelta(minutes=20), 60, "received_corrected")]


def test_a_meters_clock_compared_before_the_gateways_was_set_is_put_right_with_it() -> None:
    home = Home(TestClock(now=ASLEEP, synced=False))
    home.measure(date_time(2019, 1, 1, 0, 3, 0), meter_clock=date_time(2019, 1, 1, 0, 5, 0))
    home.clock.forward(minutes=20)
    home.clock.synchronise(NOON)

    taken = home.deliver(stored_at=NOON)

    assert taken == [Taken(NOON - timedelta(minutes=22), 60, "meter_offset_corrected")]


def test_a_boot_that_was_dated_before_the_power_went_dates_its_readings_after_it() -> None:
    home = Home(TestClock(now=ASLEEP, synced=False))
    home.measure(None)
    home.clock.forward(minutes=20)
    home.clock.synchronise(NOON)
    home.box.note_clock()
    home.clock.restart("boot-2", ASLEEP + timedelta(minutes=20))

    taken = home.deliver(stored_at=NOON + timedelta(days=2))

    assert taken == [Taken(NOON - timedelta(minutes=20), 60, "received_corrected")]


def test_a_live_reading_of_a_gateway_that_never_learns_the_time_is_not_taken_for_an_old_one() -> None:
    home = Home(TestClock(now=ASLEEP, synced=False))
    home.measure(None)
    home.clock.forward(seconds=3)

    taken = home.deliver(stored_at=NOON)

    assert taken == [Taken(NOON - timedelta(seconds=3), None, "received_corrected")]


def test_receipts_date_a_boot_where_no_time_server_can_be_reached() -> None:
    home = Home(TestClock(now=ASLEEP, synced=False))
    home.measure(None)
    home.deliver(stored_at=NOON)
    home.clock.forward(seconds=2)
    home.receive(cloud_time=NOON + timedelta(seconds=1))
    home.clock.forward(hours=1)
    home.measure(None)

    taken = home.deliver(stored_at=NOON + timedelta(hours=1, seconds=2))

    assert taken == [Taken(NOON + timedelta(hours=1, seconds=1), 60, "received_corrected")]


def test_a_receipt_that_was_long_on_its_way_does_not_put_a_boot_back() -> None:
    home = Home(TestClock(now=ASLEEP, synced=False))
    home.measure(None)
    home.deliver(stored_at=NOON)
    home.receive(cloud_time=NOON)
    home.clock.forward(hours=5)
    home.measure(None)
    home.deliver(stored_at=NOON)
    home.receive(cloud_time=NOON + timedelta(minutes=1))
    home.measure(None)

    (taken,) = home.deliver(stored_at=NOON + timedelta(hours=5))

    assert taken.at == NOON + timedelta(hours=5)


def test_what_a_boot_heard_that_nobody_ever_dated_is_dated_by_its_wrong_clock_without_a_bound() -> None:
    home = Home(TestClock(now=ASLEEP, synced=False))
    home.measure(None)
    home.clock.restart("boot-2", ASLEEP)

    assert home.deliver(stored_at=NOON) == [Taken(ASLEEP, None, "arrival")]
