"""A message bus, each call with an end in time. Knows nothing of Bluetooth."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass
from typing import Any, Final

from dbus_fast import BusType, DBusError, Message, MessageType
from dbus_fast.aio import MessageBus

CALL_S: Final = 5.0
"""A daemon that answers no trivial call in this time answers none any more."""

OWNER_CHANGED: Final = (
    "type='signal',sender='org.freedesktop.DBus',interface='org.freedesktop.DBus',"
    "member='NameOwnerChanged',arg0='{name}'"
)

PROPERTY_CHANGED: Final = (
    "type='signal',sender='{sender}',interface='org.freedesktop.DBus.Properties',"
    "member='PropertiesChanged',arg0='{interface}'"
)

OBJECT_CHANGED: Final = (
    "type='signal',path='{path}',interface='org.freedesktop.DBus.Properties',"
    "member='PropertiesChanged',arg0='{interface}'"
)


class BusFailed(Exception):  # noqa: N818  a state of the world more than an error
    """No bus, no answer in time, or the other side said no; `name` is the error's name on the bus, if any."""

    def __init__(self, reason: str, name: str | None = None) -> None:
        super().__init__(reason)
        self.name = name


@dataclass(frozen=True, slots=True)
class Ask:
    """A method call; `signature` in D-Bus's own letters, for `body`."""

    destination: str
    path: str
    interface: str
    member: str
    signature: str = ""
    body: tuple[Any, ...] = ()


@asynccontextmanager
async def opened(address: str | None) -> AsyncIterator[MessageBus]:
    """A connection of its own to the bus at `address`; None: the system's. Raises BusFailed."""
    bus = MessageBus(bus_address=address, bus_type=BusType.SYSTEM)
    try:
        async with asyncio.timeout(CALL_S):
            await bus.connect()
    except (TimeoutError, OSError, EOFError, DBusError) as error:
        raise BusFailed(f"no message bus: {str(error) or type(error).__name__}") from error
    try:
        yield bus
    finally:
        bus.disconnect()


async def call(bus: MessageBus, ask: Ask, *, seconds: float = CALL_S) -> list[Any]:
    """The body of the answer. Raises BusFailed."""
    message = Message(
        destination=ask.destination,
        path=ask.path,
        interface=ask.interface,
        member=ask.member,
        signature=ask.signature,
        body=list(ask.body),
    )
    try:
        async with asyncio.timeout(seconds):
            answer = await bus.call(message)
    except TimeoutError as error:
        raise BusFailed(f"{ask.member}: no answer in {seconds:g} s") from error
    except (OSError, EOFError, DBusError) as error:
        raise BusFailed(f"{ask.member}: the bus is gone") from error
    if answer.message_type is MessageType.ERROR:
        raise BusFailed(f"{ask.member}: {answer.error_name} {_first(answer.body)}".strip(), answer.error_name)
    return answer.body


async def call_once(address: str | None, ask: Ask, *, seconds: float = CALL_S) -> list[Any]:
    """`call` on a connection of its own: one that hangs is never used twice. Raises BusFailed."""
    async with opened(address) as bus:
        return await call(bus, ask, seconds=seconds)


async def owner_of(bus: MessageBus, name: str) -> str | None:
    """The connection that has this name now. Raises BusFailed."""
    try:
        return str((await call(bus, _to_the_bus("GetNameOwner", "s", name)))[0])
    except BusFailed as failure:
        if failure.name == "org.freedesktop.DBus.Error.NameHasNoOwner":
            return None
        raise


async def watch_owner(bus: MessageBus, name: str, news: Callable[[], None]) -> None:
    """Call `news` whenever the name gets or loses its owner. Raises BusFailed."""

    def look(message: Message) -> None:
        if message.member == "NameOwnerChanged" and message.body[:1] == [name]:
            news()

    bus.add_message_handler(look)
    await call(bus, _to_the_bus("AddMatch", "s", OWNER_CHANGED.format(name=name)))


async def watch_property(
    bus: MessageBus, sender: str, of: tuple[str, str], news: Callable[[Any], None]
) -> None:
    """Call `news` with the value whenever a property changes; `of`: an interface, and the property's name.
    Raises BusFailed."""
    interface, name = of

    def look(message: Message) -> None:
        if (
            message.member == "PropertiesChanged"
            and message.body[:1] == [interface]
            and name in message.body[1]
        ):
            news(message.body[1][name].value)

    bus.add_message_handler(look)
    rule = PROPERTY_CHANGED.format(sender=sender, interface=interface)
    await call(bus, _to_the_bus("AddMatch", "s", rule))


async def watch_object(
    bus: MessageBus, path: str, interface: str, news: Callable[[Mapping[str, Any]], None]
) -> None:
    """Call `news` with what changed, a variant each by its name, whenever properties of that interface of one
    object do. Raises BusFailed."""

    def look(message: Message) -> None:
        if message.member == "PropertiesChanged" and message.path == path and message.body[:1] == [interface]:
            news(message.body[1])

    bus.add_message_handler(look)
    await call(bus, _to_the_bus("AddMatch", "s", OBJECT_CHANGED.format(path=path, interface=interface)))


def _to_the_bus(member: str, signature: str, *body: str) -> Ask:
    return Ask(
        "org.freedesktop.DBus", "/org/freedesktop/DBus", "org.freedesktop.DBus", member, signature, body
    )


def _first(body: list[Any]) -> str:
    return str(body[0]) if body else ""
