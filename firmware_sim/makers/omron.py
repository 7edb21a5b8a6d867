"""What a classic Omron cuff holds and answers, from its public descriptions. Judges whoever asks.

userx14/omblepy (omblepy.py, deviceSpecific); eigger/hass-omron (record_parsers.py).
"""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime

MEMORY = 0x1000
PART = 16


@dataclass(frozen=True, slots=True, kw_only=True)
class Model:
    """`first`: where each user's records begin. `clock`: where the six bytes of the cuff's time begin."""

    number: str
    first: tuple[int, int]
    places: int
    size: int
    clock: int


HEM_7322T = Model(number="HEM-7322T-E", first=(0x02AC, 0x0824), places=100, size=14, clock=0x0276)
HEM_7155T = Model(number="HEM-7155T-E", first=(0x0098, 0x0458), places=60, size=16, clock=0x0044)


@dataclass(frozen=True, slots=True, kw_only=True)
class Shown:
    """What the cuff's screen shows."""

    systolic: int
    diastolic: int
    pulse: int
    at: datetime
    moved: bool = False
    irregular: bool = False


def big(shown: Shown) -> bytes:
    """Fourteen bytes of an HEM-7322T."""
    at = shown.at
    flags = shown.moved << 7 | shown.irregular << 6
    return bytes(
        (
            shown.diastolic,
            shown.systolic - 25,
            at.year - 2000,
            shown.pulse,
            flags | at.month << 2 | at.day >> 3,
            (at.day & 7) << 5 | at.hour,
            at.minute >> 2,
            (at.minute & 3) << 6 | at.second,
            *bytes(6),
        )
    )


def little(shown: Shown) -> bytes:
    """Sixteen bytes of an HEM-7155T."""
    at = shown.at
    date = at.hour | at.day << 5 | at.month << 10 | shown.irregular << 14 | shown.moved << 15
    time = at.second | at.minute << 6
    values = bytes((shown.systolic - 25, shown.diastolic, shown.pulse, at.year - 2000))
    return values + date.to_bytes(2, "little") + time.to_bytes(2, "little") + bytes(8)


@dataclass
class OmronMemory:
    """A memory of blank places that fills from the first on, and the lock before it."""

    model: Model
    clock: datetime
    key: bytes | None = None
    in_pairing_mode: bool = False
    is_open: bool = False
    is_reading: bool = False
    has_news: bool = False
    """Measured since a reading came to its end."""
    taken: dict[int, int] = field(default_factory=lambda: {0: 0, 1: 0})
    violations: list[str] = field(default_factory=list)
    bytes_held: bytearray = field(default_factory=lambda: bytearray(b"\xff" * MEMORY))

    def measure(self, slot: int, shown: Shown) -> bytes:
        """The person of that slot (from 0) has measured; the record as stored, in the place of the oldest."""
        record = big(shown) if self.model.size == 14 else little(shown)
        place = self.taken[slot] % self.model.places
        begin = self.model.first[slot] + place * self.model.size
        self.bytes_held[begin : begin + self.model.size] = record
        self.taken[slot] += 1
        self.has_news = True
        return record

    def unlock(self, words: bytes) -> bytes:
        """The answer of the lock."""
        match words[0], words[1:]:
            case 2, _ if self.in_pairing_mode:
                return b"\x82\x00"
            case 0, key if self.in_pairing_mode and len(key) == 16:
                self.key = key
                return b"\x80\x00"
            case 1, key if key == self.key:
                self.is_open = True
                return b"\x81\x00"
        return bytes((0x80 | words[0], 0x0F))

    def answer(self, request: bytes) -> list[bytes]:
        """The parts of the answer, one a channel. Whatever would change the memory is a violation."""
        check = 0
        for byte in request:
            check ^= byte
        if check or len(request) != request[0] or not self.is_open:
            self.violations.append(f"malformed or locked: {request.hex()}")
            return []
        return self._obey(request)

    def _obey(self, request: bytes) -> list[bytes]:
        address, count = int.from_bytes(request[3:5], "big"), request[5]
        match request[1:3]:
            case b"\x00\x00":
                self.is_reading = True
                return _parts(b"\x80\x00", 0, b"\x00" * 16)
            case b"\x01\x00" if self.is_reading:
                return _parts(b"\x81\x00", address, self._held(address, count))
            case b"\x0f\x00":
                self.is_reading = self.has_news = False
                return _parts(b"\x8f\x00", 0, b"\x00")
        self.violations.append(request.hex())
        return []

    def _held(self, address: int, count: int) -> bytes:
        self._show_clock()
        return bytes(self.bytes_held[address : address + count])

    def _show_clock(self) -> None:
        now = self.clock
        if self.model.size == 14:
            shown = (now.month, now.year - 2000, now.hour, now.day, now.second, now.minute)
        else:
            shown = (now.year - 2000, now.month, now.day, now.hour, now.minute, now.second)
        self.bytes_held[self.model.clock : self.model.clock + 6] = bytes(shown)


def _parts(kind: bytes, address: int, held: bytes) -> list[bytes]:
    whole = bytes((len(held) + 8,)) + kind + address.to_bytes(2, "big") + bytes((len(held),)) + held + b"\x00"
    check = 0
    for byte in whole:
        check ^= byte
    whole += bytes((check,))
    return [whole[at : at + PART] for at in range(0, len(whole), PART)]
