"""The radio by bleak; the only file that knows it. Holds no handle: each contact finds all by UUID."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager, suppress
from functools import partial
from typing import Final, TypeVar

from bleak import BleakClient, BleakScanner
from bleak.backends.characteristic import BleakGATTCharacteristic
from bleak.backends.device import BLEDevice
from bleak.backends.scanner import AdvertisementData
from bleak.exc import BleakDBusError, BleakError, BleakGATTProtocolError
from bleak.uuids import normalize_uuid_str

from gateway.radio.runner import Ears, Link, LinkLost, LinkRefused
from gateway.radio.scanner import RadioFailed, Seen

CONNECT_S: Final = 15.0
"""Longer than the few seconds for which a meter advertises: a window that closes ends the try by itself."""
CALL_S: Final = 10.0
BOND_S: Final = 30.0
HANG_UP_S: Final = 5.0
SCAN_S: Final = 15.0

NOT_HEARD: Final = -127
"""bleak's RSSI where BlueZ gave none: whoever is told of so was remembered by a bluetoothd or an adapter that
has just come, and not heard. A connection to it would hold the adapter until its time is up."""

_BASE: Final = "-0000-1000-8000-00805f9b34fb"

Answer = TypeVar("Answer")


class BleakRadio:
    """One adapter. `adapter` is a name such as hci0; None takes the system's first."""

    def __init__(self, adapter: str | None) -> None:
        self._adapter = adapter
        self._connecting = asyncio.Lock()

    @asynccontextmanager
    async def scanning(self, seen: Callable[[Seen], None]) -> AsyncIterator[None]:
        def on_advertisement(device: BLEDevice, advertised: AdvertisementData) -> None:
            if (meter := heard(device, advertised)) is not None:
                seen(meter)

        scanner = self._scanner(on_advertisement)
        try:
            await _in_time(SCAN_S, scanner.start())
        except (BleakError, TimeoutError, OSError) as error:
            raise RadioFailed(str(error) or type(error).__name__) from error
        try:
            yield
        finally:
            with suppress(BleakError, TimeoutError, OSError):
                await _in_time(SCAN_S, scanner.stop())

    @asynccontextmanager
    async def connected(self, meter: Seen, ears: Ears) -> AsyncIterator[Link]:
        if not isinstance(meter.device, BLEDevice):
            raise LinkLost(f"{meter.address} was seen by another radio")
        client = self._client(meter.device, ears)
        try:
            async with self._connecting:  # asked for two at once, an adapter makes none
                await _telling(_in_time(patience(meter.device, CONNECT_S), client.connect()))
            yield BleakLink(client, ears, call_s=patience(meter.device, CALL_S))
        finally:
            with suppress(BleakError, TimeoutError, OSError):
                await _in_time(HANG_UP_S, client.disconnect())

    async def forget(self, device: object) -> None:
        """Drop our side of the bond with a meter that was seen. One that is not known any more has none."""
        if isinstance(device, BLEDevice):
            with suppress(BleakError, TimeoutError, OSError):
                await _in_time(CALL_S, BleakClient(device).unpair())

    def _scanner(self, heard: Callable[[BLEDevice, AdvertisementData], None]) -> BleakScanner:
        if self._adapter is None:
            return BleakScanner(heard)
        return BleakScanner(heard, bluez={"adapter": self._adapter})

    def _client(self, device: BLEDevice, ears: Ears) -> BleakClient:
        def on_lost(_client: BleakClient) -> None:
            ears.lose()

        seconds = patience(device, CONNECT_S)
        if self._adapter is None:
            return BleakClient(device, on_lost, timeout=seconds)
        return BleakClient(device, on_lost, timeout=seconds, bluez={"adapter": self._adapter})


class BleakLink:
    """A connected meter."""

    def __init__(self, client: BleakClient, ears: Ears, *, call_s: float) -> None:
        self._client = client
        self._call_s = call_s
        self._ears = ears
        self._subscribed: set[str] = set()

    async def subscribe(self, characteristic: str) -> None:
        """Twice is once: bleak hangs on a second start_notify (bleak issue 484)."""
        if characteristic in self._subscribed:
            return
        hear = partial(self._hear, characteristic)
        await self._call(self._client.start_notify(normalize_uuid_str(characteristic), hear))
        self._subscribed.add(characteristic)

    async def read(self, characteristic: str) -> bytes:
        return bytes(await self._call(self._client.read_gatt_char(normalize_uuid_str(characteristic))))

    async def write(self, characteristic: str, value: bytes) -> None:
        """With response, but for a characteristic that knows none."""
        await self._call(self._write(normalize_uuid_str(characteristic), value))

    async def _write(self, uuid: str, value: bytes) -> None:
        found = self._client.services.get_characteristic(uuid)
        only_commands = found is not None and "write" not in found.properties
        await self._client.write_gatt_char(uuid, value, response=not only_commands)

    async def bond(self) -> None:
        await self._call(self._client.pair(), seconds=BOND_S)

    def _hear(self, characteristic: str, _from: BleakGATTCharacteristic, value: bytearray) -> None:
        self._ears.hear(characteristic, bytes(value))

    async def _call(self, work: Awaitable[Answer], *, seconds: float | None = None) -> Answer:
        try:
            return await _telling(_in_time(seconds or self._call_s, work))
        except LinkRefused as error:
            if not self._client.is_connected:
                raise LinkLost(error.reason) from error
            raise


def heard(device: BLEDevice, advertised: AdvertisementData) -> Seen | None:
    """An advertisement in our words; None if it is none."""
    if advertised.rssi == NOT_HEARD:
        return None
    services = tuple(_short(uuid) for uuid in advertised.service_uuids)
    return Seen(device.address, services, device, advertised.local_name or device.name)


def patience(device: BLEDevice, seconds: float) -> float:
    """How long a call may take. BlueZ bonds in the middle of any, the connection being the first, and people
    take time to read digits and type them; a meter that is bonded asks for none."""
    known = device.details.get("props", {}) if isinstance(device.details, dict) else {}
    return seconds if known.get("Paired", True) else seconds + BOND_S


async def _in_time(seconds: float, work: Awaitable[Answer]) -> Answer:
    """BlueZ never answers some calls (an encrypted subscription without an agent): none may wait for ever."""
    async with asyncio.timeout(seconds):
        return await work


async def _telling(work: Awaitable[Answer]) -> Answer:
    """Turn the errors of bleak into ours."""
    try:
        return await work
    except BleakGATTProtocolError as error:
        raise LinkRefused(str(error), int(error.code)) from error
    except BleakDBusError as error:
        raise LinkRefused(str(error), _NEEDS_BOND.get(error.dbus_error)) from error
    except BleakError as error:
        raise LinkRefused(str(error)) from error
    except (TimeoutError, OSError, EOFError) as error:
        raise LinkLost(str(error) or "no answer in time") from error


_NEEDS_BOND: Final = {"org.bluez.Error.NotAuthorized": 0x05, "org.bluez.Error.AuthenticationFailed": 0x05}
"""BlueZ hides the ATT error behind these names."""


def _short(uuid: str) -> str:
    """`00001810-0000-1000-8000-00805f9b34fb` → `1810`; other UUIDs stay as they are."""
    return uuid[4:8].upper() if uuid.startswith("0000") and uuid.endswith(_BASE) else uuid
