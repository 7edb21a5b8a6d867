"""Frames that were valid until something happened to them, and a second reading of the field tables.

From the GATT Specification Supplement, as the decoders are; nothing here imports one.
"""

from __future__ import annotations

import tomllib
from collections.abc import Callable
from dataclasses import dataclass
from fractions import Fraction
from pathlib import Path

from hypothesis import strategies as st

VECTORS = Path(__file__).parents[1] / "vectors"

NO_NUMBERS = {0x07FE, 0x07FF, 0x0800, 0x0801, 0x0802}

_PRESSURES = (("systolic", 2, 0), ("diastolic", 2, 0), ("mean", 2, 0))
_REST = (("pulse", 2, 0x04), ("user", 1, 0x08), ("status", 2, 0x10))
TABLES: dict[str, tuple[tuple[str, int, int], ...]] = {
    "2A35": (*_PRESSURES, ("time", 7, 0x02), *_REST),
    "2B34": (*_PRESSURES, ("time", 4, 0x02), *_REST, ("shown", 4, 0x20)),
    "2A18": (
        ("sequence", 2, 0),
        ("base_time", 7, 0),
        ("offset", 2, 0x01),
        ("concentration", 2, 0x02),
        ("sample", 1, 0x02),
        ("status", 2, 0x08),
    ),
}
"""Field, its bytes, and the flag that it needs (0: none), after one byte of flags."""


@dataclass(frozen=True)
class Damaged:
    """A valid frame and what became of it."""

    characteristic: str
    before: bytes
    after: bytes


def words(characteristic: str, frame: bytes) -> dict[str, bytes]:
    """The raw bytes of each field that the flags announce, whether or not they are all there."""
    found, at = {}, 1
    for name, size, flag in TABLES[characteristic]:
        if flag == 0 or frame[0] & flag:
            found[name] = frame[at : at + size]
            at += size
    return found


def number(word: bytes) -> Fraction | None:
    """What a word of two bytes is worth, exactly; None for one that is no number."""
    value = word[0] | word[1] << 8
    if value in NO_NUMBERS:
        return None
    mantissa = (value & 0x0FFF ^ 0x0800) - 0x0800
    return mantissa * Fraction(10) ** ((value >> 12 ^ 0x8) - 0x8)


def valid_frames(characteristic: str) -> list[bytes]:
    """The frames of the golden vectors that decode to a sound value and leave nothing to be noted."""
    vectors = (tomllib.loads(path.read_text(encoding="utf-8")) for path in sorted(VECTORS.rglob("*.toml")))
    return [
        bytes.fromhex(vector["frame"])
        for vector in vectors
        if vector["characteristic"] == characteristic
        and vector.get("expect", {}).get("quality") == "ok"
        and "notes" not in vector
    ]


def damaged(characteristic: str) -> st.SearchStrategy[Damaged]:
    """One to three things happen to a valid frame: bits flip; bytes change, fall out, double, swap, enter."""
    once: st.SearchStrategy[Callable[[bytes], bytes]] = st.builds(
        _accident, st.sampled_from(list(_ACCIDENTS)), st.integers(0, 63), st.integers(0, 255)
    )
    return st.builds(
        lambda frame, accidents: Damaged(characteristic, frame, _all(frame, accidents)),
        st.sampled_from(valid_frames(characteristic)),
        st.lists(once, min_size=1, max_size=3),
    )


def _all(frame: bytes, accidents: list[Callable[[bytes], bytes]]) -> bytes:
    for accident in accidents:
        frame = accident(frame)
    return frame


def _accident(kind: str, place: int, value: int) -> Callable[[bytes], bytes]:
    def accident(frame: bytes) -> bytes:
        at = place % len(frame) if frame else 0
        return _ACCIDENTS[kind](frame, at, value)

    return accident


_ACCIDENTS: dict[str, Callable[[bytes, int, int], bytes]] = {
    "flip": lambda frame, at, value: (
        frame[:at] + bytes(byte ^ 1 << value % 8 for byte in frame[at : at + 1]) + frame[at + 1 :]
    ),
    "change": lambda frame, at, value: frame[:at] + bytes((value,)) + frame[at + 1 :],
    "drop": lambda frame, at, value: frame[:at] + frame[at + 1 :],
    "cut": lambda frame, at, value: frame[:at],
    "double": lambda frame, at, value: frame[: at + 1] + frame[at:],
    "insert": lambda frame, at, value: frame[:at] + bytes((value,)) + frame[at:],
    "swap": lambda frame, at, value: frame[:at] + frame[at : at + 2][::-1] + frame[at + 2 :],
}
