"""What tells one record from another, from decoded frames."""

from __future__ import annotations

import pytest

from device_drivers.measurement import Words, identity_kind
from device_drivers.profiles import blood_pressure, glucose


@pytest.mark.parametrize(
    ("time", "kind"),
    [("e807 03 09 0a 1e 00", "time"), ("e807 02 1e 0a 1e 00", "arrival"), ("0000 03 09 0a 1e 00", "arrival")],
)
def test_a_pressure_is_told_by_its_time_if_that_is_a_moment(time: str, kind: str) -> None:
    assert identity_kind(blood_pressure.decode(bytes.fromhex(f"02 7800 5000 6200 {time}"))) == kind


def test_a_pressure_without_a_time_is_told_by_its_arrival() -> None:
    assert identity_kind(blood_pressure.decode(bytes.fromhex("00 7800 5000 6200"))) == "arrival"


def test_a_glucose_record_is_told_by_its_number_whatever_its_time() -> None:
    assert identity_kind(glucose.decode(bytes.fromhex("00 0100 0000 00 00 00 00 00"))) == "sequence"


def test_the_words_of_a_pressure_are_those_on_the_air() -> None:
    frame = bytes.fromhex("1e 7800 5000 6200 e807 03 09 0a 1e 00 4800 02 0400")
    expected = Words(bytes.fromhex("e80703090a1e00"), bytes.fromhex("780050006200 4800"), b"\x02")
    assert blood_pressure.decode(frame).words == expected


def test_the_words_of_a_pressure_leave_out_what_was_not_sent() -> None:
    expected = Words(b"", bytes.fromhex("780050006200 4800"), b"")
    assert blood_pressure.decode(bytes.fromhex("04 7800 5000 6200 4800")).words == expected


def test_flags_and_status_are_no_part_of_the_words() -> None:
    plain = blood_pressure.decode(bytes.fromhex("00 7800 5000 6200"))
    flagged = blood_pressure.decode(bytes.fromhex("f0 7800 5000 6200 ffff"))
    assert flagged.words == plain.words


def test_the_words_of_a_glucose_record_hold_its_offset() -> None:
    frame = bytes.fromhex("03 0100 e807 03 09 0a 1e 00 3c00 6fb0 11")
    expected = Words(bytes.fromhex("e80703090a1e00 3c00"), bytes.fromhex("6fb0"), b"")
    assert glucose.decode(frame).words == expected


def test_the_words_of_a_glucose_record_without_value_and_offset_are_its_base_time() -> None:
    frame = bytes.fromhex("08 0100 e807 03 09 0a 1e 00 2000")
    assert glucose.decode(frame).words == Words(bytes.fromhex("e80703090a1e00"), b"", b"")
