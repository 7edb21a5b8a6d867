"""A second look: what it finds, and what it may never touch."""

from __future__ import annotations

import tomllib
from pathlib import Path
from typing import Any

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from device_drivers import ieee11073
from device_drivers.measurement import BloodPressure, Glucose
from device_drivers.profiles import blood_pressure, glucose
from device_drivers.quirks.look import doubts, look
from device_drivers.quirks.table import named
from device_drivers.reader import DecodeError

VECTORS = Path(__file__).parents[2] / "vectors" / "quirks"
ALL = {path.stem: tomllib.loads(path.read_text(encoding="utf-8")) for path in sorted(VECTORS.glob("*.toml"))}

BEURER = named("beurer-big-endian")
I_SENS = named("i-sens")


def seen(vector: dict[str, Any]) -> BloodPressure | Glucose:
    frame = bytes.fromhex(vector["frame"])
    if vector["characteristic"] == "2A35":
        return look(named(vector["quirk"]), "2A35", blood_pressure.decode, frame)
    return look(named(vector["quirk"]), "2A18", glucose.decode, frame)


def said(record: BloodPressure | Glucose, field: str) -> object:
    match getattr(record, field):
        case tuple(names):
            return list(names)
        case int(number):
            return number
        case value if field == "time":
            return value.local.isoformat()
        case value:
            return ieee11073.text(value)


@pytest.mark.parametrize("name", ALL)
def test_a_frame_says_what_its_maker_means(name: str) -> None:
    record = seen(ALL[name])
    assert {field: said(record, field) for field in ALL[name]["second"]} == ALL[name]["second"]


@pytest.mark.parametrize("name", ALL)
def test_a_quirk_never_changes_what_makes_a_record_itself(name: str) -> None:
    frame = bytes.fromhex(ALL[name]["frame"])
    first = blood_pressure.decode(frame) if ALL[name]["characteristic"] == "2A35" else glucose.decode(frame)
    assert seen(ALL[name]).words == first.words


def test_a_second_look_says_so() -> None:
    assert "read anew by quirk beurer-big-endian" in seen(ALL["beurer_pulse_72"]).notes
    assert seen(ALL["beurer_little_endian_after_all"]).notes == ()


@given(pulse=st.integers(20, 240), flags=st.sampled_from([0x04, 0x06, 0x14, 0x56]))
def test_no_pulse_with_its_bytes_swapped_reads_as_a_pulse(pulse: int, flags: int) -> None:
    """So that the first look is never content with a number that the meter did not show. From 241 on (0xF1)
    it would be tenths; these cuffs count no further than 199."""
    time = bytes.fromhex("ea070b1c081e00") if flags & 0x02 else b""
    status = b"\x00\x00" if flags & 0x10 else b""
    frame = bytes((flags,)) + bytes.fromhex("7b004f000000") + time + bytes((0, pulse, 1)) + status
    assert doubts(blood_pressure.decode(frame)) == {"pulse"}
    assert look(BEURER, "2A35", blood_pressure.decode, frame).pulse == pulse


@given(frame=st.binary(max_size=24))
@example(frame=bytes.fromhex(ALL["beurer_extreme_stays"]["frame"]))
def test_a_quirk_of_the_pulse_touches_no_pressure_and_fails_where_the_profile_does(frame: bytes) -> None:
    try:
        first = blood_pressure.decode(frame)
    except DecodeError:
        with pytest.raises(DecodeError):
            look(BEURER, "2A35", blood_pressure.decode, frame)
        return
    second = look(BEURER, "2A35", blood_pressure.decode, frame)
    assert (second.systolic, second.diastolic, second.unit) == (first.systolic, first.diastolic, first.unit)
    assert (second.time, second.words) == (first.time, first.words)


@given(frame=st.binary(max_size=24))
def test_a_quirk_of_the_month_touches_no_value(frame: bytes) -> None:
    try:
        first = glucose.decode(frame)
    except DecodeError:
        return
    second = look(I_SENS, "2A18", glucose.decode, frame)
    assert (second.concentration, second.unit, second.sequence) == (
        first.concentration,
        first.unit,
        first.sequence,
    )
    assert second.words == first.words


@given(frame=st.binary(max_size=24))
def test_a_meter_without_a_quirk_is_read_by_its_profile(frame: bytes) -> None:
    try:
        first = blood_pressure.decode(frame)
    except DecodeError:
        return
    assert look(None, "2A35", blood_pressure.decode, frame) == first


def test_a_quirk_of_one_characteristic_leaves_others_alone() -> None:
    frame = bytes.fromhex(ALL["beurer_pulse_72"]["frame"])
    assert look(BEURER, "2B34", blood_pressure.decode, frame) == blood_pressure.decode(frame)
