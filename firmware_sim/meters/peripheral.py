"""What meters share on the radio: advertising, bonding, one link, standard services. Knows no measurement."""

from __future__ import annotations

import asyncio
from collections import Counter, deque
from collections.abc import Callable, Coroutine, Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime

from bumble import hci
from bumble.att import Attribute, AttributeValue
from bumble.core import UUID, AdvertisingData
from bumble.device import Connection, Device, DeviceConfiguration
from bumble.gatt import (
    GATT_CLIENT_CHARACTERISTIC_CONFIGURATION_DESCRIPTOR,
    Characteristic,
    Descriptor,
    Service,
)
from bumble.host import Host
from bumble.transport.common import AsyncPipeSink

from firmware_sim.controller import Air, Radio
from firmware_sim.encode import current_time
from firmware_sim.pairing import just_works, shows

Properties = Characteristic.Properties
Permissions = Attribute.Permissions
NOTIFICATIONS, INDICATIONS = 1, 2  # bits of a CCCD


@dataclass(frozen=True, slots=True)
class Nameplate:
    """What is printed on the meter's back. `address` is a random static one."""

    address: str
    name: str
    manufacturer: str
    model: str
    serial: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Habits:
    """How a meter behaves on air."""

    advertising_ms: float = 100
    window_s: float | None = None
    """Advertise that long after a measurement; None: until everything was sent."""
    always_advertises: bool = False
    idle_s: float | None = 1.5
    """Hang up after that long without traffic; None: never."""
    battery_percent: int = 80


@dataclass(frozen=True, slots=True, kw_only=True)
class Callbacks:
    """What the radio asks of, and tells, the meter."""

    clock: Callable[[], datetime]
    has_news: Callable[[], bool]
    """Whether a record waits for a collector."""
    on_subscribed: Callable[[], None]
    """The collector enabled or disabled notifications or indications."""
    on_gone: Callable[[], None]
    """The link is lost."""


class Peripheral:
    """One meter's radio and GATT server. Create it inside a running event loop, then `start`."""

    def __init__(
        self, air: Air, nameplate: Nameplate, habits: Habits, callbacks: Callbacks, *, profile: Service
    ) -> None:
        self._nameplate = nameplate
        self._habits = habits
        self._callbacks = callbacks
        self._profile = profile
        self._radio = Radio(nameplate.name, air)
        self._device = _device(nameplate, self._radio, on_traffic=self._postpone_hang_up)
        self._connection: Connection | None = None
        self._awaits_confirmation = False
        self._window_closed = False
        self._changing_advertising = asyncio.Lock()
        self._tasks: set[asyncio.Task[None]] = set()
        self._hang_up: asyncio.TimerHandle | None = None
        self._window: asyncio.TimerHandle | None = None
        self._is_near = True
        self._wants_digits = False
        self._keeps_subscriptions = False
        self._subscriptions: dict[int, bytes] = {}
        self._fades: deque[int] = deque()
        self.fired: Counter[str] = Counter()
        """How often each fault happened, by its name in scenario files."""
        self._serve()

    def _serve(self) -> None:
        services = (self._profile, _device_information(self._nameplate), *self._clock_and_battery())
        for service in services:
            for characteristic in service.characteristics:
                self._secure(characteristic)
            self._device.add_service(service)

    def _clock_and_battery(self) -> Iterator[Service]:
        clock = self._callbacks.clock
        time = readable("2A2B", lambda: current_time(clock()), notifies=True)
        level = bytes((self._habits.battery_percent,))
        yield Service("1805", [time])
        yield Service("180F", [readable("2A19", lambda: level, notifies=True)])

    def _secure(self, characteristic: Characteristic[bytes]) -> None:
        """Refuse subscriptions before encryption (0x0F), as health meters do; bumble's own CCCD is open."""
        if characteristic.properties & (Properties.NOTIFY | Properties.INDICATE):
            cccd = Descriptor(
                GATT_CLIENT_CHARACTERISTIC_CONFIGURATION_DESCRIPTOR,
                Permissions.READABLE | Permissions.WRITEABLE | Permissions.WRITE_REQUIRES_ENCRYPTION,
                self._device.gatt_server.make_descriptor_value(characteristic),
            )
            characteristic.descriptors = [cccd]
            characteristic.on(Characteristic.EVENT_SUBSCRIPTION, lambda *_: self._on_subscription())

    async def start(self) -> None:
        """Switch the radio on; advertises at once if a record waits."""
        self._device.on(Device.EVENT_CONNECTION, self._on_connection)
        await self._device.power_on()
        await self._advertise_as_needed()

    def stop(self) -> None:
        """Take the batteries out."""
        for task in self._tasks:
            task.cancel()
        for timer in (self._hang_up, self._window):
            if timer is not None:
                timer.cancel()
        self._radio.vanish()

    def spawn(self, work: Coroutine[None, None, None]) -> asyncio.Task[None]:
        """Run beside the radio; `stop` cancels it."""
        task = asyncio.get_running_loop().create_task(work)
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)
        return task

    def announce(self) -> None:
        """Something new waits for a collector: go on air, for a new window."""
        self._window_closed = False
        if self._window is not None:
            self._window.cancel()
            self._window = None
        self.spawn(self._advertise_as_needed())

    def carry(self, *, is_near: bool) -> None:
        """Into the gateway's reach or out of it; a link that stands is not cut."""
        self._is_near = is_near
        self.spawn(self._advertise_as_needed())

    def fade(self, after: Iterable[int]) -> None:
        """In each of the next connections, lose the link after so many packets."""
        self._fades.extend(after)

    async def forget_bonds(self) -> None:
        """As after new batteries or pairing with another phone."""
        if self._device.keystore is not None:
            await self._device.keystore.delete_all()

    def ask_passkey(self, passkey: int | None) -> None:
        """From the next pairing on, show these digits; None: bond without any."""
        self._wants_digits = passkey is not None
        config = just_works() if passkey is None else shows(passkey)
        self._device.pairing_config_factory = lambda _connection: config

    def keep_subscriptions(self, *, is_on: bool) -> None:
        """From one connection of a bonded collector to the next (Core, vol 3 part G, 3.3.3.3); bumble forgets
        them. Such a meter speaks as soon as the link is encrypted."""
        self._keeps_subscriptions = is_on

    async def pause(self, seconds: float) -> None:
        """Be slow, without hanging up meanwhile."""
        if seconds:
            self.fired["slow"] += 1
            self._awaits_confirmation = True
            try:
                await asyncio.sleep(seconds)
            finally:
                self._awaits_confirmation = False

    def subscribed(self, characteristic: Characteristic[bytes], *, to: int) -> bool:
        """Whether the collector asked for notifications (1) or indications (2)."""
        if self._connection is None:
            return False
        return bool(self._device.gatt_server.read_cccd(self._connection, characteristic)[0] & to)

    async def notify(self, characteristic: Characteristic[bytes], value: bytes) -> None:
        """Send, and wait until the radio has it on air; unsubscribed collectors get nothing."""
        if self._connection is not None:
            self._postpone_hang_up()
            await self._device.notify_subscriber(self._connection, characteristic, value)
            await self._connection.drain()

    async def indicate(self, characteristic: Characteristic[bytes], value: bytes) -> bool:
        """Send and wait for the ATT confirmation; False if nobody subscribed or none came in 30 s.

        Whoever waits here is to be cancelled by `on_gone`: bumble waits on when the link is lost.
        """
        if self._connection is None or not self.subscribed(characteristic, to=INDICATIONS):
            return False
        self._awaits_confirmation = True
        try:
            await self._device.indicate_subscriber(self._connection, characteristic, value)
        except TimeoutError:
            await self.drop_link()
            return False
        finally:
            self._awaits_confirmation = False
        return True

    @property
    def was_just_confirmed(self) -> bool:
        """Whether the indication that is out was confirmed; whoever waits for it may not know yet."""
        if self._connection is None:
            return False
        pending = self._device.gatt_server.pending_confirmations.get(self._connection)
        return pending is not None and pending.done()

    async def drop_link(self) -> None:
        """Hang up."""
        if self._connection is not None:
            await self._connection.disconnect()

    def _on_connection(self, connection: Connection) -> None:
        self._connection = connection
        connection.on(Connection.EVENT_DISCONNECTION, self._on_disconnection)
        connection.on(Connection.EVENT_CONNECTION_ENCRYPTION_CHANGE, self._on_encryption)
        if self._fades:
            self._radio.fade(self._fades.popleft(), on_lost=self._count_loss)
        self._postpone_hang_up()

    def _on_subscription(self) -> None:
        if self._connection is not None:
            self._subscriptions = dict(self._device.gatt_server.subscribers.get(self._connection, {}))
        self._callbacks.on_subscribed()

    def _on_encryption(self) -> None:
        if self._keeps_subscriptions and self._connection is not None and self._connection.is_encrypted:
            held = self._device.gatt_server.subscribers.setdefault(self._connection, {})
            held.update(self._subscriptions)
            self._callbacks.on_subscribed()

    def _on_disconnection(self, _reason: int) -> None:
        self._connection = None
        self._callbacks.on_gone()
        self.spawn(self._advertise_as_needed())

    def _count_loss(self) -> None:
        self.fired["radio_loss"] += 1

    def _postpone_hang_up(self) -> None:
        if self._hang_up is not None:
            self._hang_up.cancel()
        if self._habits.idle_s is not None:
            loop = asyncio.get_running_loop()
            self._hang_up = loop.call_later(self._habits.idle_s, self._hang_up_if_idle)

    def _hang_up_if_idle(self) -> None:
        if self._awaits_confirmation or self._awaits_digits():
            self._postpone_hang_up()
        else:
            self.spawn(self.drop_link())

    def _awaits_digits(self) -> bool:
        """A person is slower than a radio; the pairing itself ends after 30 s (Core, vol 3 part H, 3.4)."""
        return self._wants_digits and self._connection is not None and not self._connection.is_encrypted

    def _close_window(self) -> None:
        self._window_closed = True
        self.spawn(self._advertise_as_needed())

    async def _advertise_as_needed(self) -> None:
        async with self._changing_advertising:
            if not self._wants_air():
                await self._device.stop_advertising()
            elif not self._device.is_advertising:
                await self._go_on_air()

    def _wants_air(self) -> bool:
        if self._connection is not None or not self._is_near:
            return False
        habits = self._habits
        return habits.always_advertises or (self._callbacks.has_news() and not self._window_closed)

    async def _go_on_air(self) -> None:
        await self._device.start_advertising(
            advertising_data=_advertisement(self._nameplate.name, self._profile.uuid),
            advertising_interval_min=self._habits.advertising_ms,
            advertising_interval_max=self._habits.advertising_ms,
        )
        if self._habits.window_s is not None and self._window is None:
            self.fired["short_window"] += 1
            loop = asyncio.get_running_loop()
            self._window = loop.call_later(self._habits.window_s, self._close_window)


class _MeterDevice(Device):
    """A bumble device that tells of incoming traffic: values and pairing."""

    on_traffic: Callable[[], None]

    def on_gatt_pdu(self, connection_handle: int, pdu: bytes) -> None:
        self.on_traffic()
        super().on_gatt_pdu(connection_handle, pdu)

    def on_smp_pdu(self, connection_handle: int, pdu: bytes) -> None:
        self.on_traffic()
        super().on_smp_pdu(connection_handle, pdu)


def _device(nameplate: Nameplate, radio: Radio, *, on_traffic: Callable[[], None]) -> Device:
    config = DeviceConfiguration(name=nameplate.name, address=hci.Address(nameplate.address))
    device = _MeterDevice(config=config, host=Host(radio, AsyncPipeSink(radio)))
    device.on_traffic = on_traffic
    device.pairing_config_factory = lambda _connection: just_works()
    return device


_SERVICE_LISTS = {
    2: AdvertisingData.Type.COMPLETE_LIST_OF_16_BIT_SERVICE_CLASS_UUIDS,
    16: AdvertisingData.Type.COMPLETE_LIST_OF_128_BIT_SERVICE_CLASS_UUIDS,
}
"""By the bytes of a service's UUID."""


def _advertisement(name: str, service: UUID) -> bytes:
    flags = AdvertisingData.Flags.LE_LIMITED_DISCOVERABLE_MODE | AdvertisingData.Flags.BR_EDR_NOT_SUPPORTED
    return bytes(
        AdvertisingData(
            [
                (AdvertisingData.Type.FLAGS, bytes((flags,))),
                (_SERVICE_LISTS[len(service.to_bytes())], service.to_bytes()),
                (AdvertisingData.Type.COMPLETE_LOCAL_NAME, name.encode()),
            ]
        )
    )


def readable(uuid: str, value: Callable[[], bytes], *, notifies: bool = False) -> Characteristic[bytes]:
    """A characteristic that computes its value at each read."""
    properties = Properties.READ | Properties.NOTIFY if notifies else Properties.READ
    return Characteristic(uuid, properties, Permissions.READABLE, AttributeValue(read=lambda _: value()))


def _device_information(nameplate: Nameplate) -> Service:
    texts = {"2A29": nameplate.manufacturer, "2A24": nameplate.model, "2A25": nameplate.serial}
    return Service(
        "180A",
        [
            Characteristic(uuid, Properties.READ, Permissions.READABLE, text.encode())
            for uuid, text in texts.items()
        ],
    )
