"""A dbus-daemon of one's own on a private socket, and one who speaks on it as bluetoothd does."""

# No `from __future__ import annotations` here: dbus-fast takes a deferred `None` for no signature.
import subprocess
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager, contextmanager
from pathlib import Path
from shutil import which

import pytest
from dbus_fast import BusType, Message, MessageType, PropertyAccess
from dbus_fast.aio import MessageBus
from dbus_fast.annotations import DBusBool, DBusObjectPath, DBusStr
from dbus_fast.service import ServiceInterface, dbus_method, dbus_property

DEVICE = "/org/bluez/hci0/dev_C0_00_00_00_00_01"
ADDRESS = "C0:00:00:00:00:01"

# D-Bus Specification, "Message Bus Configuration Files": a bus where everybody may own and send everything.
CONFIG = """<!DOCTYPE busconfig PUBLIC "-//freedesktop//DTD D-Bus Bus Configuration 1.0//EN"
 "http://www.freedesktop.org/standards/dbus/1.0/busconfig.dtd">
<busconfig>
  <type>system</type>
  <listen>unix:path={socket}</listen>
  <policy context="default">
    <allow send_destination="*" eavesdrop="false"/><allow receive_sender="*"/><allow own="*"/>
    <allow user="*"/>
  </policy>
</busconfig>
"""


@contextmanager
def private_bus(folder: Path) -> Iterator[str]:
    """The address of a bus that lives as long as this."""
    program = which("dbus-daemon")
    if program is None:
        pytest.skip("needs dbus-daemon (Debian package dbus-daemon)")
    config = folder / "bus.conf"
    config.write_text(CONFIG.format(socket=folder / "bus"), encoding="utf-8")
    command = [program, f"--config-file={config}", "--nofork", "--nopidfile", "--print-address=1"]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as daemon:
        try:
            assert daemon.stdout is not None
            yield daemon.stdout.readline().strip()
        finally:
            daemon.terminate()


class AgentManager(ServiceInterface):
    """Keeps who registered, as bluetoothd does."""

    def __init__(self) -> None:
        super().__init__("org.bluez.AgentManager1")
        self.registered: tuple[str, str] | None = None
        self.default: str | None = None

    @dbus_method(name="RegisterAgent")
    def register(self, agent: DBusObjectPath, capability: DBusStr) -> None:
        self.registered = agent, capability

    @dbus_method(name="RequestDefaultAgent")
    def request_default(self, agent: DBusObjectPath) -> None:
        self.default = agent


class Adapter(ServiceInterface):
    """Power, as it was switched."""

    def __init__(self) -> None:
        super().__init__("org.bluez.Adapter1")
        self.is_powered = True
        self.switched: list[bool] = []

    @dbus_property(name="Powered", access=PropertyAccess.READWRITE)
    def powered(self) -> DBusBool:
        return self.is_powered

    @powered.setter
    def set_powered(self, value: DBusBool) -> None:
        self.is_powered = value
        self.switched.append(value)

    def switch(self, *, is_on: bool) -> None:
        """By another hand: whoever listens is told."""
        self.is_powered = is_on
        self.emit_properties_changed({"Powered": is_on})


class Bluetoothd:
    """Has the name org.bluez and asks agents."""

    def __init__(self, bus: MessageBus) -> None:
        self._bus = bus
        self._registrar: str | None = None
        self.agents = AgentManager()
        self.adapter = Adapter()
        bus.add_message_handler(self._note_registrar)

    def _note_registrar(self, message: Message) -> None:
        if message.member == "RegisterAgent":
            self._registrar = message.sender

    async def ask(self, member: str, signature: str, *body: object) -> Message:
        """What the agent answers that was registered last."""
        answer = await self._bus.call(
            Message(
                destination=self._registrar,
                path="/org/hearthline/agent",
                interface="org.bluez.Agent1",
                member=member,
                signature=signature,
                body=list(body),
            )
        )
        assert answer.message_type in {MessageType.METHOD_RETURN, MessageType.ERROR}
        return answer


@asynccontextmanager
async def connection(address: str) -> AsyncIterator[MessageBus]:
    bus = MessageBus(bus_address=address, bus_type=BusType.SYSTEM)
    await bus.connect()
    try:
        yield bus
    finally:
        bus.disconnect()


@asynccontextmanager
async def bluetoothd(address: str) -> AsyncIterator[Bluetoothd]:
    """One that answers until the end of this."""
    async with connection(address) as bus:
        daemon = Bluetoothd(bus)
        bus.export("/org/bluez", daemon.agents)
        bus.export("/org/bluez/hci0", daemon.adapter)
        await bus.request_name("org.bluez")
        yield daemon
