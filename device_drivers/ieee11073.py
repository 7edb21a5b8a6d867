"""The numbers of IEEE 11073-20601: SFLOAT (16 bit) and FLOAT (32 bit), exactly. No binary floats here."""

from __future__ import annotations

from decimal import Decimal
from typing import Final

from device_drivers.measurement import Number, Special

# A word is special only as a whole, exponent 0 included: 0x07FF is NaN, but 0xF7FF is 204.7.
_SFLOAT_SPECIALS: Final = {
    0x07FE: Special.PLUS_INFINITY,
    0x07FF: Special.NAN,
    0x0800: Special.NRES,
    0x0801: Special.RESERVED,
    0x0802: Special.MINUS_INFINITY,
}

_FLOAT_SPECIALS: Final = {
    0x007FFFFE: Special.PLUS_INFINITY,
    0x007FFFFF: Special.NAN,
    0x00800000: Special.NRES,
    0x00800001: Special.RESERVED,
    0x00800002: Special.MINUS_INFINITY,
}


def sfloat(word: int) -> Number:
    """The value of a 16-bit word: exponent in the upper 4 bits, mantissa in the lower 12, both signed."""
    return _SFLOAT_SPECIALS.get(word) or _scaled(_signed(word & 0xFFF, 12), _signed(word >> 12, 4))


def float32(word: int) -> Number:
    """The value of a 32-bit word: exponent in the upper 8 bits, mantissa in the lower 24, both signed."""
    return _FLOAT_SPECIALS.get(word) or _scaled(_signed(word & 0xFFFFFF, 24), _signed(word >> 24, 8))


def text(number: Number) -> str | None:
    """Plain decimal notation with the digits the meter sent, never an exponent; None for a special word."""
    return None if isinstance(number, Special) else format(number, "f")


def _signed(value: int, bits: int) -> int:
    return value - (1 << bits) if value >> (bits - 1) else value


def _scaled(mantissa: int, exponent: int) -> Decimal:
    # From text, because arithmetic would round to the precision of whoever calls.
    if exponent > 0:
        return Decimal(mantissa * 10**exponent)
    return Decimal(f"{mantissa}e{exponent}")
