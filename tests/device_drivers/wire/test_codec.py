"""One value has one spelling, and nothing but it is read."""

from __future__ import annotations

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from device_drivers.wire.batch import Body, Sealed
from device_drivers.wire.codec import MAX_MESSAGE, WireError, decode, encode
from device_drivers.wire.fields import Number
from tests.device_drivers.wire.samples import body, sealed


def test_what_is_encoded_is_decoded_to_the_same_value() -> None:
    batch = sealed()
    assert encode(decode(encode(batch), Sealed)) == encode(batch)


def test_a_duplicate_key_is_refused() -> None:
    twice = body().replace(b'"quality":"ok"', b'"quality":"ok","quality":"ok"')
    with pytest.raises(WireError, match="not_canonical"):
        decode(twice, Body)


def test_a_contradicting_duplicate_key_is_refused() -> None:
    twice = body().replace(b'"systolic":"120"', b'"systolic":"220","systolic":"120"')
    with pytest.raises(WireError, match="not_canonical"):
        decode(twice, Body)


def test_a_space_between_tokens_is_refused() -> None:
    with pytest.raises(WireError, match="not_canonical"):
        decode(encode(sealed()).replace(b'"opens":null', b'"opens": null'), Sealed)


def test_an_unknown_field_is_refused() -> None:
    with pytest.raises(WireError, match="malformed"):
        decode(body().replace(b'{"v":1', b'{"extra":1,"v":1'), Body)


def test_a_nul_in_a_string_is_refused() -> None:
    with pytest.raises(WireError, match="control"):
        decode(body().replace(b'"UA-651BLE"', rb'"UA\u0000651"'), Body)


def test_a_raw_nul_is_refused() -> None:
    with pytest.raises(WireError, match="malformed"):
        decode(body().replace(b'"UA-651BLE"', b'"UA\x00651"'), Body)


def test_a_message_over_the_limit_is_refused_before_it_is_read() -> None:
    with pytest.raises(WireError, match="too_large"):
        decode(b"{" * (MAX_MESSAGE + 1), Sealed)


def test_deep_nesting_is_refused() -> None:
    nested = b"[" * 20_000 + b"]" * 20_000
    hostile = encode(sealed()).replace(b'"opens":null', b'"opens":' + nested)
    with pytest.raises(WireError):
        decode(hostile, Sealed)


@pytest.mark.parametrize(
    "text",
    [
        "NaN",
        "Infinity",
        "1e9",
        "1e999999999",
        "1_2",
        "１２",
        "٣",
        "12345",
        "1.23456",
        "-",
        "",
        "1.",
        ".5",
        "+1",
        " 1",
        "1\n",
    ],
)
def test_a_number_in_any_other_spelling_is_refused(text: str) -> None:
    with pytest.raises(msgspec.ValidationError):
        msgspec.json.decode(msgspec.json.encode(text), type=Number)


@pytest.mark.parametrize("text", ["0", "120", "-1", "16.3333", "9999.9999", "-9999.9999"])
def test_a_plain_decimal_is_a_number(text: str) -> None:
    assert msgspec.json.decode(msgspec.json.encode(text), type=Number) == text


def test_a_json_number_is_no_number() -> None:
    with pytest.raises(WireError, match="malformed"):
        decode(body().replace(b'"systolic":"120"', b'"systolic":120'), Body)


@given(st.binary(max_size=300))
def test_any_bytes_are_a_message_or_a_wire_error(payload: bytes) -> None:
    with pytest.raises(WireError):
        decode(payload, Sealed)


@given(st.integers(min_value=0), st.binary(min_size=1, max_size=3))
def test_a_batch_with_any_bytes_put_in_is_another_message_or_none(place: int, junk: bytes) -> None:
    good = encode(sealed())
    at = place % len(good)
    try:
        read = decode(good[:at] + junk + good[at:], Sealed)
    except WireError:
        return
    assert encode(read) != good
