"""What a Microlife cuff holds and answers, from its two public descriptions. Judges whoever asks.

joergmlpts/blood-pressure-monitor (bpm_bt.py); derdilla/blood-pressure-monitor-fl (microlife_protocol.dart).
"""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime

HEAD = 38
"""Bytes before the first record."""

GET_ID, GET_RECORDS, SET_CLOCK, HANG_UP = 0x05, 0x00, 0x0D, 0x04
DONE = bytes((0x81,))


@dataclass
class MicrolifeMemory:
    """Records of two users; `switch` is the user whom the cuff is set to (1 or 2)."""

    switch: int = 1
    header: bytes = b"\x4d\x3a"
    records: dict[int, list[bytes]] = field(default_factory=lambda: {1: [], 2: []})
    violations: list[str] = field(default_factory=list)
    told_time: list[bytes] = field(default_factory=list)
    has_news: bool = False
    """Measured since it was last told to hang up."""

    def measure(self, systolic: int, diastolic: int, pulse: int, at: datetime) -> bytes:
        """The person has measured; the record as it is stored."""
        day = (at.year - 2000, at.month, at.day, at.hour, at.minute)
        record = bytes((systolic, diastolic, pulse, *day, 0, 0))
        self.records[self.switch].append(record)
        self.has_news = True
        return record

    def answer(self, frame: bytes) -> bytes | None:
        """The whole answer to a whole command. A command that would change what is stored is a violation."""
        payload = frame[4:-1]
        is_sound = frame[:2] == b"\x4d\xff" and sum(frame[:-1]) % 256 == frame[-1]
        if not is_sound or int.from_bytes(frame[2:4], "big") != len(payload) + 1:
            self.violations.append(f"malformed {frame.hex()}")
            return None
        match payload[0], len(payload):
            case 0x05, 1:
                return self._framed(bytes((GET_ID, self.switch)) + bytes(41))
            case 0x00, 8:
                return self._framed(bytes(HEAD) + b"".join(self.records[self.switch]))
            case 0x0D, 7:
                self.told_time.append(payload[1:])
                return self._framed(DONE)
            case 0x04, 1:
                self.has_news = False
                return None
        self.violations.append(payload.hex())
        return None

    def _framed(self, payload: bytes) -> bytes:
        whole = self.header + (len(payload) + 1).to_bytes(2, "big") + payload
        return whole + bytes((sum(whole) % 256,))
