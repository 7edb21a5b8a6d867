"""The few frames of MQTT 3.1.1 that a simulated gateway needs, made and split without a thread or a lock.

A client of paho's costs three descriptors and some 20 kB, so tens of thousands do not fit into one process.
Sections are those of the OASIS standard, MQTT Version 3.1.1.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final

CONNACK: Final = 2
PUBLISH: Final = 3
SUBACK: Final = 9
_RETAIN: Final = 0x01
_QOS_1: Final = 0x02
_CLEAN_SESSION: Final = 0x02
_KEEPALIVE_S: Final = 600


@dataclass(frozen=True, slots=True)
class Frame:
    """`kind` is the packet type of 2.2.1, `flags` the lower half of the first byte."""

    kind: int
    flags: int
    body: bytes


def connect(client: str) -> bytes:
    """3.1, with a clean session."""
    variable = _text("MQTT") + bytes([4, _CLEAN_SESSION]) + _KEEPALIVE_S.to_bytes(2, "big")
    return _frame(0x10, variable + _text(client))


def subscribe(*names: str) -> bytes:
    """3.8, at quality of service 1."""
    return _frame(0x82, b"\0\1" + b"".join(_text(name) + b"\1" for name in names))


def publish(name: str, payload: bytes, number: int, *, retain: bool = False) -> bytes:
    """3.3, at quality of service 1; `number` is the packet identifier, from 1 to 65535."""
    first = 0x30 | _QOS_1 | (_RETAIN if retain else 0)
    return _frame(first, _text(name) + number.to_bytes(2, "big") + payload)


def puback(number: bytes) -> bytes:
    """3.4; `number` as it came."""
    return b"\x40\x02" + number


def published(frame: Frame) -> tuple[str, bytes, bytes]:
    """A PUBLISH's topic, packet identifier (empty at quality of service 0) and payload."""
    end = 2 + int.from_bytes(frame.body[:2], "big")
    name = frame.body[2:end].decode()
    begin = end + 2 if frame.flags & 0x06 else end
    return name, frame.body[end:begin], frame.body[begin:]


class Splitter:
    """Bytes as they come from a connection, into whole frames."""

    def __init__(self) -> None:
        self._rest = b""

    def feed(self, piece: bytes) -> Iterator[Frame]:
        """The frames that are whole now."""
        self._rest += piece
        place = 0
        while (span := _span(self._rest, place)) is not None:
            begin, end = span
            first = self._rest[place]
            yield Frame(first >> 4, first & 0x0F, self._rest[begin:end])
            place = end
        self._rest = self._rest[place:]


def _span(piece: bytes, place: int) -> tuple[int, int] | None:
    """Where the body of the frame at `place` begins and ends; None while it is not whole (2.2.3)."""
    length = shift = 0
    for at in range(place + 1, min(place + 5, len(piece))):
        length |= (piece[at] & 0x7F) << shift
        shift += 7
        if piece[at] < 0x80:
            return (at + 1, at + 1 + length) if at + 1 + length <= len(piece) else None
    return None


def _frame(first: int, body: bytes) -> bytes:
    size, length = bytearray(), len(body)
    while True:
        length, low = divmod(length, 0x80)
        size.append(low | (0x80 if length else 0))
        if not length:
            return bytes([first]) + bytes(size) + body


def _text(text: str) -> bytes:
    return len(text.encode()).to_bytes(2, "big") + text.encode()
