"""Our own org.bluez.Agent1: what bluetoothd asks while a meter bonds. Decides nothing; a `Person` answers.

bleak has no agent (bleak issue 1100). Without one an encrypted subscription waits for ever on BlueZ 5.66, and
from 5.72 on even Just Works fails. Interface: BlueZ, doc/org.bluez.Agent and doc/org.bluez.AgentManager.
"""

# No `from __future__ import annotations` here: dbus-fast takes a deferred `None` for no signature.
import asyncio
from collections.abc import Callable
from typing import Any, Final, Protocol

from dbus_fast import DBusError
from dbus_fast.aio import MessageBus
from dbus_fast.annotations import DBusObjectPath, DBusStr, DBusUInt16, DBusUInt32
from dbus_fast.service import ServiceInterface, dbus_method

from gateway.bluez.bus import Ask, BusFailed, call, opened, owner_of, watch_owner, watch_property
from gateway.log import Log

BLUEZ: Final = "org.bluez"
PATH: Final = "/org/hearthline/agent"
POWERED: Final = ("org.bluez.Adapter1", "Powered")
CAPABILITY: Final = "KeyboardDisplay"
"""A page can show digits and take them: every way of pairing that a meter knows is open (Core, vol 3 part H,
2.3.5.1)."""
AGAIN_S: Final = 2.0
"""bluetoothd has its name on the bus some moments before it answers."""
LOOK_S: Final = 60.0


class Declined(Exception):  # noqa: N818  an answer
    """Nobody is there to answer, or the answer is no."""


class Person(Protocol):
    """Whoever answers for the home. Addresses are written AA:BB:CC:DD:EE:FF."""

    def admits(self, address: str) -> bool:
        """Whether this meter may bond now, or use its bond."""

    async def passkey(self, address: str) -> int:
        """The six digits that the meter shows, or that are printed on it. Raises Declined."""

    async def confirms(self, address: str, passkey: int) -> bool:
        """Whether the meter shows these digits too."""

    def show(self, _address: str, digits: str) -> None:
        """To be typed into the meter."""

    def withdraw(self) -> None:
        """What was asked last needs no answer any more."""


class Agent(ServiceInterface):
    """Each method is one of the interface's, under its name there."""

    def __init__(self, person: Person, log: Log) -> None:
        super().__init__("org.bluez.Agent1")
        self._person = person
        self._log = log

    @dbus_method(name="Release")
    def release(self) -> None:
        self._person.withdraw()

    @dbus_method(name="Cancel")
    def cancel(self) -> None:
        self._person.withdraw()

    @dbus_method(name="RequestPasskey")
    async def request_passkey(self, device: DBusObjectPath) -> DBusUInt32:
        address = self._admitted(device, "passkey")
        try:
            return await self._person.passkey(address)
        except Declined as no:
            raise _rejected(str(no)) from no

    @dbus_method(name="RequestPinCode")
    async def request_pin_code(self, device: DBusObjectPath) -> DBusStr:
        address = self._admitted(device, "pin")
        try:
            return f"{await self._person.passkey(address):06d}"
        except Declined as no:
            raise _rejected(str(no)) from no

    @dbus_method(name="DisplayPasskey")
    def display_passkey(self, device: DBusObjectPath, passkey: DBusUInt32, _entered: DBusUInt16) -> None:
        self._person.show(self._admitted(device, "display"), f"{passkey:06d}")

    @dbus_method(name="DisplayPinCode")
    def display_pin_code(self, device: DBusObjectPath, pincode: DBusStr) -> None:
        self._person.show(self._admitted(device, "display"), pincode)

    @dbus_method(name="RequestConfirmation")
    async def request_confirmation(self, device: DBusObjectPath, passkey: DBusUInt32) -> None:
        if not await self._person.confirms(self._admitted(device, "confirmation"), passkey):
            raise _rejected("the digits were not confirmed")

    @dbus_method(name="RequestAuthorization")
    def request_authorization(self, device: DBusObjectPath) -> None:
        self._admitted(device, "authorization")

    @dbus_method(name="AuthorizeService")
    def authorize_service(self, device: DBusObjectPath, _uuid: DBusStr) -> None:
        self._admitted(device, "service")

    def _admitted(self, device: str, what: str) -> str:
        address = address_of(device)
        is_welcome = self._person.admits(address)
        self._log.info("agent.asked", meter=address, what=what, admitted=is_welcome)
        if not is_welcome:
            raise _rejected("no meter of this home")
        return address


def address_of(path: str) -> str:
    """`/org/bluez/hci0/dev_AA_BB_CC_DD_EE_FF` → `AA:BB:CC:DD:EE:FF`."""
    return path.rpartition("/dev_")[2].replace("_", ":").upper()


async def keep(person: Person, log: Log, renewed: Callable[[], None], *, bus: str | None = None) -> None:
    """For ever: be the default agent whenever there is a bluetoothd. `renewed` is called for each bluetoothd
    but the first, and for each adapter that was switched on: they know nothing of our scan, and nobody else
    says so. `bus`: None is the system's."""
    rest_s = AGAIN_S
    renewals = _Renewals(renewed)
    while True:
        try:
            async with opened(bus) as connection:
                rest_s = AGAIN_S
                connection.export(PATH, Agent(person, log))
                await _serve(connection, log, renewals)
        except BusFailed as failure:
            log.warning("agent.lost", error=str(failure))
        await asyncio.sleep(rest_s)
        rest_s = min(LOOK_S, rest_s * 2)


class _Renewals:
    def __init__(self, renewed: Callable[[], None]) -> None:
        self._renewed = renewed
        self._is_first = True

    def met(self) -> None:
        """A bluetoothd that took the agent."""
        if not self._is_first:
            self._renewed()
        self._is_first = False

    def switched(self, is_on: bool) -> None:  # noqa: FBT001  as D-Bus says it
        if is_on:
            self._renewed()


async def _serve(bus: MessageBus, log: Log, renewals: _Renewals) -> None:
    """Until the bus is gone."""
    news = asyncio.Event()
    await watch_owner(bus, BLUEZ, news.set)
    await watch_property(bus, BLUEZ, POWERED, renewals.switched)
    registered_with: str | None = None
    while bus.connected:
        news.clear()
        daemon = await owner_of(bus, BLUEZ)
        if daemon != registered_with:
            registered_with = daemon if daemon is not None and await _register(bus, log) else None
            if registered_with is not None:
                renewals.met()
        await _until(news, LOOK_S if daemon == registered_with else AGAIN_S)


async def _register(bus: MessageBus, log: Log) -> bool:
    try:
        await call(bus, _manager("RegisterAgent", "os", PATH, CAPABILITY))
        await call(bus, _manager("RequestDefaultAgent", "o", PATH))
    except BusFailed as failure:
        log.warning("agent.refused", error=str(failure))
        return False
    log.info("agent.registered")
    return True


def _manager(member: str, signature: str, *body: Any) -> Ask:  # noqa: ANN401  as D-Bus takes it
    return Ask(BLUEZ, "/org/bluez", "org.bluez.AgentManager1", member, signature, body)


async def _until(news: asyncio.Event, seconds: float) -> None:
    try:
        async with asyncio.timeout(seconds):
            await news.wait()
    except TimeoutError:
        return


def _rejected(reason: str) -> DBusError:
    return DBusError("org.bluez.Error.Rejected", reason)
