"""Subscribed before the link is made: what a bonded cuff says as soon as it is encrypted finds us listening.

StartNotify for a meter that is away succeeds at once, and bluetoothd registers it by itself at the next link
(BlueZ 5, src/gatt-client.c, btd_gatt_client_connected). Otherwise an indication that comes before the link's
own StartNotify is confirmed and thrown away.

Values are broadcast once for each subscription: two would double them. So the link has none of its own while
this one stands.
"""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Collection, Iterator, Mapping
from contextlib import AsyncExitStack, asynccontextmanager, suppress
from typing import Any, Final

from dbus_fast.aio import MessageBus

from gateway.bluez.bus import Ask, BusFailed, call, opened, watch_object
from gateway.bluez.values import CHARACTERISTIC, DEVICE, EVERYTHING, Objects, short
from gateway.radio.early import NOTHING, Early
from gateway.radio.runner import Ears

STANDS_S: Final = 3.0
"""How long to wait for the meter to take the subscription, once its services are known. On a real BlueZ it
had been taken before that."""


@asynccontextmanager
async def listening(
    address: str, ears: Ears, *, bus: str | None = None, stands_s: float = STANDS_S
) -> AsyncIterator[Early]:
    """As `gateway.radio.early.Listening`. `bus`: None is the system's. What fails here leaves it to the
    link to subscribe, as for a meter without a bond."""
    async with AsyncExitStack() as until_lost:
        try:
            early = None
            if ears.once:
                connection = await until_lost.enter_async_context(opened(bus))
                early = await _begun(connection, address, ears, stands_s)
        except BusFailed:
            ears.miss()
        if early is not None:
            until_lost.callback(early.end)
        yield early or NOTHING


async def _begun(bus: MessageBus, address: str, ears: Ears, stands_s: float) -> _Subscription | None:
    """Raises BusFailed."""
    objects: Objects = (await call(bus, EVERYTHING))[0]
    if not is_bonded(objects, address):
        return None
    found = next(speaking(objects, address, ears.once), None)
    if found is None:
        ears.miss()
        return None
    subscription = _Subscription(bus, *found, ears, stands_s)
    await subscription.begin()
    return subscription


def is_bonded(objects: Objects, address: str) -> bool:
    """Whether BlueZ holds a bond with that meter."""
    return any(
        _of(interfaces, DEVICE, "Address") == address and bool(_of(interfaces, DEVICE, "Paired"))
        for interfaces in objects.values()
    )


def speaking(objects: Objects, address: str, wanted: Collection[str]) -> Iterator[tuple[str, str]]:
    """Path and UUID of the meter's characteristics that are wanted, those that are wanted first at the
    beginning. A bluetoothd that has just come names none of a meter before its first link."""
    paths = {
        short(_of(interfaces, CHARACTERISTIC, "UUID")): path
        for path, interfaces in objects.items()
        if CHARACTERISTIC in interfaces
        and _of(objects.get(path.rsplit("/", 2)[0], {}), DEVICE, "Address") == address
    }
    return ((paths[uuid], uuid) for uuid in wanted if uuid in paths)


def _of(interfaces: Mapping[str, Mapping[str, Any]], interface: str, name: str) -> Any:  # noqa: ANN401 (the bus's own values)
    found = interfaces.get(interface, {}).get(name)
    return None if found is None else found.value


class _Subscription:
    """One, on one connection: it ends with that."""

    def __init__(self, bus: MessageBus, path: str, uuid: str, ears: Ears, stands_s: float) -> None:
        self._bus = bus
        self._path = path
        self._uuid = uuid
        self._ears = ears
        self._stands_s = stands_s
        self._is_taken = asyncio.Event()
        self._is_over = False

    async def begin(self) -> None:
        """Raises BusFailed."""
        await watch_object(self._bus, self._path, CHARACTERISTIC, self._look)
        await call(self._bus, self._ask("StartNotify"))

    def end(self) -> None:
        """The link is lost."""
        if not self._bus.connected:
            self._ears.miss()

    async def stands(self, characteristic: str) -> bool:
        if self._is_over or characteristic != self._uuid:
            return False
        with suppress(TimeoutError):
            async with asyncio.timeout(self._stands_s):
                await self._is_taken.wait()
                return True
        with suppress(BusFailed):  # the meter would not have it, and bluetoothd has ended it already
            await call(self._bus, self._ask("StopNotify"))
        self._is_over = True
        return False

    def _look(self, changed: Mapping[str, Any]) -> None:
        if self._is_over:
            return
        if "Value" in changed:
            self._ears.hear(self._uuid, bytes(changed["Value"].value))
        if "Notifying" in changed and changed["Notifying"].value:
            self._is_taken.set()

    def _ask(self, member: str) -> Ask:
        return Ask("org.bluez", self._path, CHARACTERISTIC, member)
