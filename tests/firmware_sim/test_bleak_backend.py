"""bleak, unmodified, over the virtual air: what a gateway relies on."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import replace
from decimal import Decimal
from pathlib import Path

import pytest
from bleak import BleakClient, BleakScanner
from bleak.backends.device import BLEDevice
from bleak.exc import BleakBluetoothNotAvailableError, BleakError, BleakGATTProtocolError
from bumble.gatt_server import Server

from firmware_sim.bleak_backend import installed
from firmware_sim.bleak_backend.adapter import Adapter, at
from firmware_sim.controller import Air
from firmware_sim.hci_port import HciPort
from firmware_sim.measured import Pressure, Sugar
from tests.firmware_sim.central import (
    ALWAYS,
    CLOCK,
    CUFF_PLATE,
    GLUCOMETER_PLATE,
    WAIT_S,
    Confirmed,
    cuff,
    glucometer,
)

BLOOD_PRESSURE = "00001810-0000-1000-8000-00805f9b34fb"
PAST = [(CLOCK, Sugar(amount=Decimal(110)))]
READING = Pressure(systolic=Decimal(142), diastolic=Decimal(88))


@asynccontextmanager
async def gateway(air: Air, *, bonds: Path | None = None) -> AsyncIterator[HciPort]:
    """This process's bleak, plugged into the air."""
    port = await HciPort.open(air, public_address="00:1B:DC:00:00:01")
    try:
        async with installed(port.url, bonds=bonds):
            yield port
    finally:
        port.close()


async def found() -> BLEDevice:
    device = await BleakScanner.find_device_by_address(CUFF_PLATE.address, timeout=WAIT_S)
    assert device is not None
    return device


async def test_a_scan_sees_name_and_service_of_an_advertising_meter() -> None:
    air = Air()
    async with (
        gateway(air),
        cuff(air, habits=ALWAYS),
        BleakScanner(service_uuids=[BLOOD_PRESSURE]) as scanner,
    ):
        async for device, advertisement in scanner.advertisement_data():
            assert (device.address, device.name) == (CUFF_PLATE.address, "HL-BP")
            assert advertisement.service_uuids == [BLOOD_PRESSURE]
            break


async def test_a_scan_for_another_service_sees_nothing() -> None:
    air = Air()
    async with gateway(air), cuff(air, habits=ALWAYS):
        wanted = ["00001808-0000-1000-8000-00805f9b34fb"]
        assert await BleakScanner.find_device_by_name("HL-BP", timeout=0.3, service_uuids=wanted) is None


async def test_services_are_discovered_and_read() -> None:
    air = Air()
    async with gateway(air), cuff(air, habits=ALWAYS), BleakClient(await found()) as client:
        assert {service.uuid[4:8] for service in client.services} == {"1801", "1805", "180a", "180f", "1810"}
        assert await client.read_gatt_char("2A25") == b"BP1"
        assert client.mtu_size == 517


async def test_an_unpaired_subscription_fails_with_the_att_error() -> None:
    air = Air()
    async with gateway(air), cuff(air, habits=ALWAYS), BleakClient(await found()) as client:
        with pytest.raises(BleakGATTProtocolError) as refused:
            await client.start_notify("2A35", lambda *_: None)
        assert refused.value.code == 0x0F


async def test_a_paired_client_gets_the_indication_once() -> None:
    air, confirmed = Air(), Confirmed()
    received: asyncio.Queue[bytes] = asyncio.Queue()
    async with gateway(air), cuff(air, confirmed) as meter:
        record = meter.measure(READING)
        async with BleakClient(await found(), pair=True) as client:
            await client.start_notify("2A35", lambda _, value: received.put_nowait(bytes(value)))
            assert await asyncio.wait_for(received.get(), WAIT_S) == record.frame
            await confirmed.count(1)
        assert received.empty()


async def test_a_refused_subscription_leaves_no_second_subscriber_behind() -> None:
    air, confirmed = Air(), Confirmed()
    received: list[bytes] = []
    async with gateway(air), cuff(air, confirmed) as meter:
        meter.measure(READING)
        async with BleakClient(await found()) as client:
            with pytest.raises(BleakGATTProtocolError):
                await client.start_notify("2A35", lambda _, value: received.append(bytes(value)))
            await client.pair()
            await client.start_notify("2A35", lambda _, value: received.append(bytes(value)))
            await confirmed.count(1)
    assert len(received) == 1


async def test_the_meter_is_told_before_the_callback_acts() -> None:
    """As with BlueZ: whoever crashes in the callback has already confirmed. That window is `at_risk`."""
    air = Air()
    order: list[str] = []
    acted = asyncio.Event()

    def act(*_: object) -> None:
        order.append("callback")
        acted.set()

    async with gateway(air), cuff(air) as meter:
        meter.measure(READING)
        async with BleakClient(await found(), pair=True) as client:
            _log_confirmations(client, order)
            await client.start_notify("2A35", act)
            await asyncio.wait_for(acted.wait(), WAIT_S)
    assert order == ["confirmation", "callback"]


def _log_confirmations(client: BleakClient, order: list[str]) -> None:
    gatt_client = client._backend._alive().connection.gatt_client  # type: ignore[attr-defined]  # noqa: SLF001
    send = gatt_client.send_confirmation

    def logged(confirmation: object) -> None:
        order.append("confirmation")
        send(confirmation)

    gatt_client.send_confirmation = logged


async def test_a_lost_link_calls_back_and_ends_a_pending_read(monkeypatch: pytest.MonkeyPatch) -> None:
    air, gone = Air(), asyncio.Event()
    async with gateway(air), cuff(air, habits=ALWAYS) as meter:
        client = BleakClient(await found(), disconnected_callback=lambda _: gone.set())
        await client.connect()
        monkeypatch.setattr(Server, "on_att_read_request", lambda *_: None)  # the meter owes an answer
        reading = asyncio.create_task(client.read_gatt_char("2A25"))
        await meter.drop_link()
        with pytest.raises(BleakError):
            await reading
        await asyncio.wait_for(gone.wait(), WAIT_S)
        assert not client.is_connected


async def test_bonds_outlive_the_process(tmp_path: Path) -> None:
    air = Air()
    bonds = tmp_path / "bonds.json"
    async with cuff(air, habits=ALWAYS):
        async with gateway(air, bonds=bonds), BleakClient(await found(), pair=True):
            pass
        async with gateway(air, bonds=bonds), BleakClient(await found()) as client:
            await client.start_notify("2A35", lambda *_: None)


async def test_what_a_meter_said_last_is_held_before_it_is_confirmed_and_outlives_the_process(
    tmp_path: Path,
) -> None:
    """As with bluetoothd, which is a process of its own."""
    air, confirmed, bonds = Air(), Confirmed(), tmp_path / "bonds.json"
    async with gateway(air, bonds=bonds), cuff(air, confirmed) as meter:
        frames = [meter.measure(READING).frame, meter.measure(replace(READING, pulse=Decimal(60))).frame]
        async with BleakClient(await found(), pair=True) as client:
            await client.start_notify("2A35", lambda *_: None)
            await confirmed.count(2)

    held = Adapter(at("tcp-client:127.0.0.1:1"), bonds=bonds).held
    assert [said.value for said in held.everything()] == frames
    assert [(said.address, said.characteristic[4:8], said.value) for said in held.last()] == [
        (CUFF_PLATE.address, "2a35", frames[1])
    ]


async def test_a_forgotten_bond_has_to_be_made_again(tmp_path: Path) -> None:
    air = Air()
    async with gateway(air, bonds=tmp_path / "bonds.json"), cuff(air, habits=ALWAYS):
        async with BleakClient(await found(), pair=True) as client:
            await client.unpair()
        async with BleakClient(await found()) as client:
            with pytest.raises(BleakGATTProtocolError):
                await client.start_notify("2A35", lambda *_: None)


async def test_a_bond_lost_on_the_meter_fails_the_connect() -> None:
    air = Air()
    async with gateway(air):
        async with cuff(air, habits=ALWAYS), BleakClient(await found(), pair=True):
            pass
        async with cuff(air, habits=ALWAYS):  # the same address with an empty memory of bonds
            with pytest.raises(BleakError):
                await BleakClient(await found()).connect()


async def test_a_silent_meter_times_out_and_the_next_connect_works() -> None:
    air = Air()
    async with gateway(air):
        async with cuff(air, habits=ALWAYS):
            device = await found()
        with pytest.raises(TimeoutError):
            await BleakClient(device, timeout=0.2).connect()
        async with cuff(air, habits=ALWAYS), BleakClient(device) as client:
            assert client.is_connected


async def test_a_link_that_is_lost_at_once_fails_the_connect(monkeypatch: pytest.MonkeyPatch) -> None:
    air = Air()
    async with gateway(air), cuff(air, habits=ALWAYS):
        device = await found()
        (advertiser,) = (radio for radio in air.controllers if radio.name == CUFF_PLATE.name)
        monkeypatch.setattr(advertiser, "on_le_connect_ind", lambda _packet: None)
        with pytest.raises(BleakError):
            await BleakClient(device).connect()


async def test_a_cancelled_connect_leaves_the_adapter_usable() -> None:
    air = Air()
    async with gateway(air):
        async with cuff(air, habits=ALWAYS):
            device = await found()
        connecting = asyncio.create_task(BleakClient(device).connect())
        await asyncio.wait({connecting}, timeout=0.1)
        connecting.cancel()
        with pytest.raises(asyncio.CancelledError):
            await connecting
        async with cuff(air, habits=ALWAYS), BleakClient(device) as client:
            assert client.is_connected


async def test_a_dead_controller_ends_links_and_says_so() -> None:
    air, gone = Air(), asyncio.Event()
    async with gateway(air) as port, cuff(air, habits=ALWAYS):
        client = BleakClient(await found(), disconnected_callback=lambda _: gone.set())
        await client.connect()
        port.close()
        await asyncio.wait_for(gone.wait(), WAIT_S)
        with pytest.raises(BleakBluetoothNotAvailableError):
            await BleakScanner().start()


async def test_two_meters_can_be_connected_at_once() -> None:
    air = Air()
    async with gateway(air), cuff(air, habits=ALWAYS), glucometer(air, past=PAST):
        other = await BleakScanner.find_device_by_address(GLUCOMETER_PLATE.address, timeout=WAIT_S)
        assert other is not None
        clients = BleakClient(await found()), BleakClient(other)
        await asyncio.gather(*(client.connect() for client in clients))
        serials = [await client.read_gatt_char("2A25") for client in clients]
        assert serials == [b"BP1", b"GL1"]
        for client in clients:
            await client.disconnect()
