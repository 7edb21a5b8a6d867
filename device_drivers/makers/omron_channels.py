"""How Omron's classic cuffs carry a request and its answer over four channels each way. It has no words to
write: the request that would change the cuff's memory (and the calibration beside it) is not in this file.

Public in userx14/omblepy (omblepy.py).
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import reduce
from operator import xor
from typing import Final

from device_drivers.reader import DecodeError

SERVICE: Final = "ECBE3980-C9A2-11E1-B1BD-0002A5D5C51B"
UNLOCK: Final = "B305B680-AEE7-11E1-A730-0002A5D5C51B"
REQUESTS: Final = "DB5B55E0-AEE7-11E1-965E-0002A5D5C51B"
"""The first of four: every request of ours fits into it."""
ANSWERS: Final = (
    "49123040-AEE8-11E1-A74D-0002A5D5C51B",
    "4D0BF320-AEE8-11E1-A0D9-0002A5D5C51B",
    "5128CE60-AEE8-11E1-B84B-0002A5D5C51B",
    "560F1420-AEE8-11E1-8184-0002A5D5C51B",
)

_PART: Final = 16
"""Bytes of a channel's note."""

_AROUND: Final = 8
"""Bytes of an answer that are no data: length, kind, address, count, and two at the end."""

START: Final = bytes.fromhex("0800000000100018")
END: Final = bytes.fromhex("080f000000000007")

STARTED: Final = bytes.fromhex("8000")
READ: Final = bytes.fromhex("8100")

BLANK: Final = 0xFF


@dataclass(frozen=True, slots=True)
class Answer:
    kind: bytes
    address: int
    data: bytes


def read_memory(address: int, size: int) -> bytes:
    """The request for `size` bytes of memory from `address` on."""
    request = bytes((_AROUND,)) + b"\x01\x00" + address.to_bytes(2, "big") + bytes((size, 0))
    return request + bytes((reduce(xor, request),))


class Assembly:
    """One answer, of up to four notes in any order."""

    def __init__(self) -> None:
        self._parts: dict[int, bytes] = {}

    def take(self, channel: int, part: bytes) -> Answer | None:
        """The answer, once all its parts are there. Raises DecodeError, and then is to be asked anew."""
        self._parts[channel] = part
        first = self._parts.get(0)
        if not first:
            return None
        size = first[0]
        if not _AROUND <= size <= _PART * len(ANSWERS):
            raise DecodeError(first, "length", f"{size} bytes")
        needed = range((size + _PART - 1) // _PART)
        if any(channel not in self._parts for channel in needed):
            return None
        return _open(b"".join(self._parts[channel] for channel in needed)[:size], size)


def _open(whole: bytes, size: int) -> Answer:
    if len(whole) < size:
        raise DecodeError(whole, "length", f"{len(whole)} of {size} bytes")
    if reduce(xor, whole) != 0:
        raise DecodeError(whole, "check", "the exclusive or of all bytes is not 0")
    count = whole[5]
    held = whole[6 : size - 2]
    # A place that was never written is answered by its count alone.
    data = held[:count] if count <= len(held) else bytes((BLANK,)) * count
    return Answer(whole[1:3], int.from_bytes(whole[3:5], "big"), data)
