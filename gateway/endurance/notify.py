"""What systemd is told: started, still alive, stopping (sd_notify(3)). Without systemd it does nothing."""

from __future__ import annotations

import socket
from collections.abc import Mapping
from contextlib import suppress


class Systemd:
    """One process's line to its supervisor. A lost message is worth no error: the next one comes."""

    def __init__(self, environ: Mapping[str, str]) -> None:
        place = environ.get("NOTIFY_SOCKET", "")
        self._place = "\0" + place[1:] if place.startswith("@") else place  # an abstract socket

    def ready(self) -> None:
        self._say("READY=1")

    def alive(self, status: str) -> None:
        """`status`: one line for `systemctl status`."""
        self._say(f"WATCHDOG=1\nSTATUS={status}")

    def stopping(self) -> None:
        self._say("STOPPING=1")

    def _say(self, message: str) -> None:
        if not self._place:
            return
        with suppress(OSError), socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM) as to_systemd:
            to_systemd.sendto(message.encode(), self._place)
