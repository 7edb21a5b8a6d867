"""SFLOAT and FLOAT against a formula written another way, over every word there is."""

from __future__ import annotations

from decimal import Decimal, localcontext
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from device_drivers.ieee11073 import float32, sfloat, text
from device_drivers.measurement import Special

SPECIAL_SFLOATS = {0x07FE, 0x07FF, 0x0800, 0x0801, 0x0802}
SPECIAL_FLOATS = {0x007FFFFE, 0x007FFFFF, 0x00800000, 0x00800001, 0x00800002}


def meant(word: int, *, bits: int, mantissa_bits: int) -> Fraction:
    """The value by its definition, mantissa × 10^exponent, both in two's complement, as an exact fraction."""
    exponent, mantissa = divmod(word, 2**mantissa_bits)
    if mantissa >= 2 ** (mantissa_bits - 1):
        mantissa -= 2**mantissa_bits
    if exponent >= 2 ** (bits - mantissa_bits - 1):
        exponent -= 2 ** (bits - mantissa_bits)
    numerator: int = 10 ** max(exponent, 0)
    denominator: int = 10 ** max(-exponent, 0)
    return Fraction(mantissa * numerator, denominator)


def is_right_sfloat(word: int) -> bool:
    number = sfloat(word)
    if isinstance(number, Special):
        return word in SPECIAL_SFLOATS
    return word not in SPECIAL_SFLOATS and Fraction(number) == meant(word, bits=16, mantissa_bits=12)


def test_every_sfloat_word_is_exactly_what_the_formula_says() -> None:
    assert [word for word in range(0x10000) if not is_right_sfloat(word)] == []


@given(word=st.integers(0, 0xFFFFFFFF).filter(lambda word: word not in SPECIAL_FLOATS))
def test_every_float_word_is_exactly_what_the_formula_says(word: int) -> None:
    number = float32(word)
    assert isinstance(number, Decimal)
    assert Fraction(number) == meant(word, bits=32, mantissa_bits=24)


@pytest.mark.parametrize(
    ("word", "special"),
    [
        (0x07FF, Special.NAN),
        (0x0800, Special.NRES),
        (0x07FE, Special.PLUS_INFINITY),
        (0x0802, Special.MINUS_INFINITY),
        (0x0801, Special.RESERVED),
    ],
)
def test_a_special_sfloat_has_its_name(word: int, special: Special) -> None:
    assert sfloat(word) is special


@pytest.mark.parametrize("word", sorted(SPECIAL_FLOATS))
def test_a_special_float_is_no_number(word: int) -> None:
    assert isinstance(float32(word), Special)


@pytest.mark.parametrize("exponent", range(1, 16))
def test_a_special_mantissa_under_another_exponent_is_a_number(exponent: int) -> None:
    assert isinstance(sfloat(exponent << 12 | 0x7FF), Decimal)


@pytest.mark.parametrize(
    ("word", "printed"),
    [(0xF037, "5.5"), (0xF168, "36.0"), (0x2001, "100"), (0x8001, "0.00000001"), (0xFFFF, "-0.1")],
)
def test_a_number_prints_plainly_with_the_digits_sent(word: int, printed: str) -> None:
    assert text(sfloat(word)) == printed


def test_a_special_word_has_no_text() -> None:
    assert text(Special.NAN) is None


def test_the_callers_precision_changes_nothing() -> None:
    with localcontext() as context:
        context.prec = 2
        number = sfloat(0xF7FF)
    assert text(number) == "204.7"
