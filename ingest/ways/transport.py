"""What carries bytes between gateways and a worker: one port and its ways in. Moves nothing itself."""

from __future__ import annotations

from collections.abc import Callable
from threading import Event
from typing import Protocol

from ingest.door.intake import Message


class Inbox(Protocol):
    """Where what came waits for the next commit, bounded in bytes."""

    def put(self, message: Message) -> None:
        """Wait for room."""

    def offer(self, message: Message) -> bool:
        """Whether there was room now; a caller that may not wait says no to its sender."""


class Transport(Protocol):
    """Takes bytes towards gateways without promise, and connects again by itself for ever.

    What it cannot deliver is asked for again: a gateway sends until it has a receipt.
    """

    @property
    def connected(self) -> Event:
        """Set at each connect; cleared by whoever has noticed."""

    @property
    def is_connected(self) -> bool: ...

    def start(self) -> None:
        """Returns at once. Raises OSError where a port of our own is taken."""

    def publish(self, name: str, payload: bytes, *, retain: bool = False) -> None:
        """To the topic of that name; a retained message waits there for who comes later."""

    def stop(self) -> None:
        """Nothing reaches the inbox any more."""


Connect = Callable[[Inbox], Transport]
