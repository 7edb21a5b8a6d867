"""Names as meters really write them."""

from __future__ import annotations

import pytest

from device_drivers.profiles.device_information import decode


@pytest.mark.parametrize(
    ("value", "name"),
    [
        (b"UA-651BLE", "UA-651BLE"),
        (b"5060\x00\x00\x00", "5060"),
        (b"  BM67 \r\n", "BM67"),
        ("九安".encode(), "九安"),
        (b"", None),
        (b"\x00\x00", None),
        (b"   ", None),
        (b"x" * 100, "x" * 64),
    ],
)
def test_a_name_is_what_can_be_printed_of_it(value: bytes, name: str | None) -> None:
    assert decode(value) == name


def test_bytes_that_are_no_text_do_no_harm() -> None:
    assert decode(b"A\xff\xfeB") == "A\ufffd\ufffdB"
