"""The steps that help a radio, carried out on BlueZ, systemd and the kernel. Decides none of them."""

from __future__ import annotations

import asyncio
import fcntl
import socket
from contextlib import suppress
from typing import Final

from dbus_fast import Variant

from gateway.bluez.bus import CALL_S, Ask, BusFailed, call_once, opened, owner_of
from gateway.endurance.hands import StepFailed
from gateway.endurance.ladder import Daemon, Step

BLUEZ: Final = "org.bluez"
DEFAULT_ADAPTER: Final = "hci0"
OFF_S: Final = 2.0
"""How long the adapter stays without power: shorter, and some firmware keeps what ailed it."""
RESTART_S: Final = 20.0

# Numbers of Linux (bits/socket.h, net/bluetooth/bluetooth.h): a Python built without BlueZ lacks their names.
_AF_BLUETOOTH: Final = 31
_BTPROTO_HCI: Final = 1

# ioctl numbers of the kernel's raw HCI socket (Linux, include/net/bluetooth/hci_sock.h): _IOW('H', n, int).
_HCI_DEVICE_UP: Final = 0x400448C9
_HCI_DEVICE_DOWN: Final = 0x400448CA


class BluezHands:
    """`adapter` is a name such as hci0; None the system's first. `bus`: None is the system's."""

    def __init__(
        self,
        adapter: str | None,
        *,
        bus: str | None = None,
        off_s: float = OFF_S,
        answer_s: float = CALL_S,
    ) -> None:
        self._adapter = adapter or DEFAULT_ADAPTER
        self._bus = bus
        self._off_s = off_s
        self._answer_s = answer_s

    async def daemon(self) -> Daemon:
        """Whether bluetoothd is there and answers."""
        try:
            async with opened(self._bus) as bus:
                if await owner_of(bus, BLUEZ) is None:
                    return "gone"
        except BusFailed:
            return "unknown"
        ping = Ask(BLUEZ, "/org/bluez", "org.freedesktop.DBus.Peer", "Ping")
        try:
            await call_once(self._bus, ping, seconds=self._answer_s)
        except BusFailed as failure:
            return "hung" if failure.name in {None, "org.freedesktop.DBus.Error.NoReply"} else "well"
        return "well"

    async def take(self, step: Step) -> None:
        """Raises StepFailed. RESCAN and LEAVE are the caller's own."""
        match step:
            case Step.POWER_CYCLE:
                await self._power_cycle()
            case Step.RESTART_DAEMON:
                await self._restart_daemon()
            case Step.RESET_ADAPTER:
                await self._reset_adapter()
            case Step.RESCAN | Step.LEAVE:
                return

    async def _power_cycle(self) -> None:
        await self._ask(self._power(on=False))
        await asyncio.sleep(self._off_s)
        await self._ask(self._power(on=True))

    def _power(self, *, on: bool) -> Ask:
        body = ("org.bluez.Adapter1", "Powered", Variant("b", on))
        path = f"/org/bluez/{self._adapter}"
        return Ask(BLUEZ, path, "org.freedesktop.DBus.Properties", "Set", "ssv", body)

    async def _restart_daemon(self) -> None:
        """By systemd; a rule of deploy/polkit lets the gateway do that and no more."""
        manager = "org.freedesktop.systemd1"
        body = ("bluetooth.service", "replace")
        path = "/org/freedesktop/systemd1"
        await self._ask(Ask(manager, path, f"{manager}.Manager", "RestartUnit", "ss", body), RESTART_S)

    async def _reset_adapter(self) -> None:
        """Down and up by the kernel, past bluetoothd. Needs CAP_NET_ADMIN."""
        number = int(self._adapter.removeprefix("hci"))
        try:
            with socket.socket(_AF_BLUETOOTH, socket.SOCK_RAW, _BTPROTO_HCI) as kernel:
                with suppress(OSError):  # it may be down already
                    fcntl.ioctl(kernel, _HCI_DEVICE_DOWN, number)
                await asyncio.sleep(self._off_s)
                fcntl.ioctl(kernel, _HCI_DEVICE_UP, number)
        except OSError as error:
            raise StepFailed(f"{self._adapter}: {error.strerror or error}") from error

    async def _ask(self, ask: Ask, seconds: float = 10.0) -> None:
        try:
            await call_once(self._bus, ask, seconds=seconds)
        except BusFailed as failure:
            raise StepFailed(str(failure)) from failure
