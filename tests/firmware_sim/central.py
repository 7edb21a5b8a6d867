"""A plain bumble central and ready-made meters: tests talk to meters without any client of our own."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from datetime import datetime
from functools import partial

from bumble import hci
from bumble.att import ATT_Handle_Value_Confirmation, ATT_Write_Request
from bumble.device import Connection, Device, DeviceConfiguration
from bumble.gatt_client import CharacteristicProxy
from bumble.host import Host
from bumble.transport.common import AsyncPipeSink

from firmware_sim.controller import Air, Radio
from firmware_sim.faults import NO_FAULTS, Faults
from firmware_sim.measured import Sugar, Taken
from firmware_sim.meters.blood_pressure import BloodPressureMeter
from firmware_sim.meters.glucometer import Glucometer, Numbering
from firmware_sim.meters.peripheral import Habits, Nameplate
from firmware_sim.pairing import just_works

WAIT_S = 15
PATIENT = Habits(idle_s=None)  # a slow machine is no idle collector
ALWAYS = Habits(always_advertises=True, idle_s=None)
COUNTING = Numbering()
CLOCK = datetime(2024, 3, 9, 10, 30, 15)
CUFF_PLATE = Nameplate("D0:00:00:00:00:01", "HL-BP", "Maker", "Cuff 1", "BP1")
GLUCOMETER_PLATE = Nameplate("D0:00:00:00:00:02", "HL-GL", "Maker", "Meter 2", "GL1")


@dataclass
class Confirmed:
    """Collects what a meter says arrived."""

    records: list[Taken] = field(default_factory=list)
    news: asyncio.Event = field(default_factory=asyncio.Event)

    def __call__(self, record: Taken) -> None:
        self.records.append(record)
        self.news.set()

    async def count(self, number: int) -> None:
        while len(self.records) < number:
            self.news.clear()
            await asyncio.wait_for(self.news.wait(), WAIT_S)


@asynccontextmanager
async def cuff(
    air: Air,
    confirmed: Confirmed | None = None,
    *,
    habits: Habits = PATIENT,
    faults: Faults = NO_FAULTS,
    has_clock: bool = True,
) -> AsyncIterator[BloodPressureMeter]:
    meter = BloodPressureMeter(
        air,
        CUFF_PLATE,
        clock=lambda: CLOCK,
        on_confirmed=confirmed or Confirmed(),
        habits=habits,
        faults=faults,
        has_clock=has_clock,
    )
    await meter.start()
    try:
        yield meter
    finally:
        meter.stop()


@asynccontextmanager
async def glucometer(
    air: Air,
    confirmed: Confirmed | None = None,
    *,
    past: Sequence[tuple[datetime, Sugar]] = (),
    faults: Faults = NO_FAULTS,
    numbering: Numbering = COUNTING,
) -> AsyncIterator[Glucometer]:
    meter = Glucometer(
        air,
        GLUCOMETER_PLATE,
        clock=lambda: CLOCK,
        on_confirmed=confirmed or Confirmed(),
        habits=PATIENT,
        faults=faults,
        numbering=numbering,
    )
    meter.load(past)
    await meter.start()
    try:
        yield meter
    finally:
        meter.stop()


class Central:
    """A collector: connects, pairs, subscribes, and queues what it is sent as (characteristic, hex)."""

    def __init__(self, air: Air) -> None:
        self._radio = Radio("central", air, public_address="00:1B:DC:00:00:01")
        host = Host(self._radio, AsyncPipeSink(self._radio))
        self.device = Device(config=DeviceConfiguration(name="central"), host=host)
        self.device.pairing_config_factory = lambda _connection: just_works()
        self.received: asyncio.Queue[tuple[str, str]] = asyncio.Queue()
        self.gone = asyncio.Event()
        self._characteristics: dict[str, CharacteristicProxy[bytes]] = {}

    async def connect(self, plate: Nameplate, *, encrypted: bool = True) -> Connection:
        """Waits until the meter advertises."""
        if not self.device.powered_on:
            await self.device.power_on()
        self.gone.clear()
        connection = await self.device.connect(
            hci.Address(plate.address), own_address_type=hci.OwnAddressType.PUBLIC, timeout=WAIT_S
        )
        connection.on(Connection.EVENT_DISCONNECTION, lambda _reason: self.gone.set())
        if encrypted:
            await connection.pair()
        await connection.gatt_client.request_mtu(247)
        for service in await connection.gatt_client.discover_services():
            for characteristic in await service.discover_characteristics():
                self._characteristics[characteristic.uuid.to_hex_str()] = characteristic
        return connection

    def has(self, uuid: str) -> bool:
        return uuid in self._characteristics

    async def subscribe(self, *uuids: str) -> None:
        for uuid in uuids:
            characteristic = self._characteristics[uuid]
            await characteristic.subscribe(partial(self._receive, uuid))

    def write_with_confirmation(self, uuid: str, value: str) -> None:
        """From now on, confirm each indication and write this in one breath: both may arrive at once."""
        characteristic = self._characteristics[uuid]
        client = characteristic.client
        request = ATT_Write_Request(
            attribute_handle=characteristic.handle, attribute_value=bytes.fromhex(value)
        )

        def confirm(confirmation: ATT_Handle_Value_Confirmation) -> None:
            client.send_gatt_pdu(bytes(confirmation))
            client.send_gatt_pdu(bytes(request))

        client.send_confirmation = confirm  # type: ignore[method-assign]  # bumble confirms for everybody

    def _receive(self, uuid: str, value: bytes) -> None:
        self.received.put_nowait((uuid, value.hex()))

    async def read(self, uuid: str) -> bytes:
        return await self._characteristics[uuid].read_value()

    async def write(self, uuid: str, value: str) -> None:
        await self._characteristics[uuid].write_value(bytes.fromhex(value), with_response=True)

    async def next(self) -> tuple[str, str]:
        return await asyncio.wait_for(self.received.get(), WAIT_S)

    async def hung_up(self) -> None:
        await asyncio.wait_for(self.gone.wait(), WAIT_S)

    def die(self) -> None:
        self._radio.vanish()
