"""What a way to the cloud can do, and whom it tells of its events. Knows no protocol."""

from __future__ import annotations

from typing import Protocol

from device_drivers.wire.topics import Channel


class Transport(Protocol):
    """Takes bytes towards the cloud, without promise."""

    def publish(self, channel: Channel, payload: bytes, *, retain: bool = False) -> None: ...
    def refresh(self) -> None: ...


class Line(Transport, Protocol):
    """A connection that can also keep a last will, and be given up for a new one: `renew` says whether there
    was one to give up."""

    def leave(self, payload: bytes) -> None: ...
    def renew(self) -> bool: ...


class Listener(Protocol):
    """Called in the event loop, by the line that is passed along."""

    def starting(self, line: Line) -> None: ...
    def connected(self, line: Line) -> None: ...
    def disconnected(self) -> None: ...
    def received(self, channel: Channel, payload: bytes) -> None: ...
    def declined(self, status: int) -> None:
        """The other side gave an answer that no later try will better by itself: an HTTP status."""

    def stopping(self, line: Line) -> None: ...
