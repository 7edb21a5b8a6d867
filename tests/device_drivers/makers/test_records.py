"""Records of cuffs that follow no profile: each file of `tests/records/` decodes as it says, or fails so."""

from __future__ import annotations

import tomllib
from pathlib import Path
from typing import Any

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from device_drivers import ieee11073
from device_drivers.makers import microlife, omron_channels, omron_memory
from device_drivers.makers.microlife_frames import READ_RECORDS, Assembly, command
from device_drivers.measurement import BloodPressure, identity_kind
from device_drivers.quality import judge
from device_drivers.reader import DecodeError

RECORDS = Path(__file__).parents[2] / "records"
ALL = {
    f"{path.parent.name}/{path.stem}": tomllib.loads(path.read_text(encoding="utf-8"))
    for path in sorted(RECORDS.rglob("*.toml"))
}
GOOD = [name for name, vector in ALL.items() if "expect" in vector]
CUT = [name for name, vector in ALL.items() if "error" in vector]

BIG = omron_memory.layout_of("HEM-7322T-E")
LITTLE = omron_memory.layout_of("HEM-7155T-E")


def decode(vector: dict[str, Any]) -> BloodPressure:
    record = bytes.fromhex(vector["record"])
    if "model" not in vector:
        return microlife.decode(record)
    layout = omron_memory.layout_of(vector["model"])
    assert layout is not None
    return omron_memory.decode(layout, record, user=1)


def said(measurement: BloodPressure) -> dict[str, object]:
    time = measurement.time.local if measurement.time is not None else None
    numbers = {
        "systolic": ieee11073.text(measurement.systolic),
        "diastolic": ieee11073.text(measurement.diastolic),
        "pulse": None if measurement.pulse is None else ieee11073.text(measurement.pulse),
    }
    status = None if measurement.status is None else list(measurement.status)
    notes = list(measurement.notes) or None
    told: dict[str, object] = {**numbers, "time": time and time.isoformat(), "status": status, "notes": notes}
    return {name: value for name, value in told.items() if value is not None} | {
        "quality": judge(measurement)
    }


@pytest.mark.parametrize("name", GOOD)
def test_a_record_says_what_its_file_says(name: str) -> None:
    assert said(decode(ALL[name])) == ALL[name]["expect"]


@pytest.mark.parametrize("name", GOOD)
def test_a_record_of_a_memory_is_named_by_its_time_whatever_that_is(name: str) -> None:
    assert identity_kind(decode(ALL[name])) == "time"


@pytest.mark.parametrize("name", CUT)
def test_a_cut_record_names_what_is_missing(name: str) -> None:
    with pytest.raises(DecodeError) as caught:
        decode(ALL[name])
    assert caught.value.field == ALL[name]["error"]


def test_every_record_says_where_it_comes_from_and_one_outcome() -> None:
    assert sorted(ALL) == sorted(GOOD + CUT)
    assert all(vector["origin"] for vector in ALL.values())


@given(record=st.binary(max_size=20))
def test_any_bytes_are_a_record_or_an_error(record: bytes) -> None:
    assert BIG is not None
    assert LITTLE is not None
    for read in (
        microlife.decode,
        lambda bytes_: omron_memory.decode(BIG, bytes_, 1),
        lambda bytes_: omron_memory.decode(LITTLE, bytes_, 2),
    ):
        try:
            measurement = read(record)
        except DecodeError:
            continue
        assert measurement.unit == "mmHg"


@given(parts=st.lists(st.tuples(st.integers(0, 3), st.binary(max_size=16)), max_size=12))
@example(parts=[(0, b"\x08")])
@example(parts=[(0, b"\xff" * 16)])
@example(parts=[(0, b"")])
def test_any_notes_are_an_answer_of_an_omron_an_error_or_not_yet_anything(
    parts: list[tuple[int, bytes]],
) -> None:
    assembly = omron_channels.Assembly()
    for channel, part in parts:
        try:
            answer = assembly.take(channel, part)
        except DecodeError:
            return
        if answer is not None:
            assert len(answer.data) <= 0xFF
            return


@given(parts=st.lists(st.binary(max_size=20), max_size=12))
@example(parts=[b"\x4d\x3a\x00\x00"])
@example(parts=[b"\x4d\x3a\xff\xff"])
def test_any_notes_are_an_answer_of_a_microlife_an_error_or_not_yet_anything(parts: list[bytes]) -> None:
    assembly = Assembly()
    for part in parts:
        try:
            answer = assembly.take(part)
        except DecodeError:
            return
        if answer is not None:
            return


@given(place=st.integers(0, 63), bit=st.integers(0, 7))
def test_one_flipped_bit_of_an_omrons_answer_gives_no_number(place: int, bit: int) -> None:
    """The exclusive or of all bytes sees each."""
    whole = bytearray(bytes((64, 0x81, 0, 0x02, 0xAC, 56)) + bytes(range(56)) + b"\x00")
    check = 0
    for byte in whole:
        check ^= byte
    whole.append(check)
    whole[place] ^= 1 << bit
    assert answer_to([bytes(whole[at : at + 16]) for at in range(0, 64, 16)]) is None


def answer_to(parts: list[bytes]) -> omron_channels.Answer | None:
    """What a damaged answer comes to: an error, or waiting for parts that never come."""
    assembly = omron_channels.Assembly()
    try:
        answers = [assembly.take(channel, part) for channel, part in enumerate(parts)]
    except DecodeError:
        return None
    return answers[-1]


def test_the_request_for_a_microlifes_records_is_the_one_that_is_public() -> None:
    assert list(command(READ_RECORDS)) == [77, 255, 0, 9, 0, 0, 0, 0, 0, 0, 0, 253, 82]


def test_the_requests_to_an_omron_are_the_ones_that_are_public() -> None:
    assert omron_channels.START.hex() == "0800000000100018"
    assert omron_channels.END.hex() == "080f000000000007"
    assert omron_channels.read_memory(0x02AC, 0x38).hex() == "08010002ac38009f"


@pytest.mark.parametrize("model", ["", None, "HEM-9999T", "BP7150", "HEM-732"])
def test_no_layout_is_guessed(model: str | None) -> None:
    assert omron_memory.layout_of(model) is None


def test_each_block_holds_whole_records() -> None:
    """So that no record is put together from two answers."""
    assert all(layout.block % layout.size == 0 for layout in omron_memory.LAYOUTS)
    assert all((layout.records * layout.size) % layout.block == 0 for layout in omron_memory.LAYOUTS)
