"""Golden vectors: every frame of `tests/vectors/` decodes to what its file says, or fails where it says."""

from __future__ import annotations

import tomllib
from contextlib import suppress
from pathlib import Path

import msgspec
import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from device_drivers.reader import DecodeError
from device_drivers.registry import DECODERS
from hearthline.decoding import UnknownCharacteristicError, decode, from_hex, from_line

VECTORS = Path(__file__).parents[1] / "vectors"

KNOWN = (*DECODERS, "SFLOAT", "FLOAT")


ALL = {
    f"{path.parent.name}/{path.stem}": tomllib.loads(path.read_text(encoding="utf-8"))
    for path in sorted(VECTORS.rglob("*.toml"))
}
GOOD = [name for name, vector in ALL.items() if "expect" in vector]
CUT = [name for name, vector in ALL.items() if "error" in vector]


def without_nulls(value: object) -> object:
    """As TOML can say it: a key whose value does not exist is left out."""
    if isinstance(value, dict):
        return {key: without_nulls(item) for key, item in value.items() if item is not None}
    return value


@pytest.mark.parametrize("name", GOOD)
def test_a_frame_prints_as_its_vector_says(name: str) -> None:
    vector = ALL[name]
    decoded = decode(vector["characteristic"], bytes.fromhex(vector["frame"]))
    printed = msgspec.json.decode(msgspec.json.encode(decoded.fields))
    assert without_nulls(printed) == vector["expect"]
    assert list(decoded.notes) == vector.get("notes", [])


@pytest.mark.parametrize("name", CUT)
def test_a_short_frame_names_the_missing_field_and_carries_its_bytes(name: str) -> None:
    vector = ALL[name]
    frame = bytes.fromhex(vector["frame"])
    with pytest.raises(DecodeError) as caught:
        decode(vector["characteristic"], frame)
    assert caught.value.field == vector["error"]
    assert caught.value.frame == frame


def test_every_vector_says_where_it_comes_from_and_one_outcome() -> None:
    assert sorted(ALL) == sorted(GOOD + CUT)
    assert all(vector["origin"] for vector in ALL.values())


FIELDS = {
    "2A35": "unit systolic diastolic mean pulse user_id time status quality",
    "2A36": "unit systolic diastolic mean pulse user_id time status quality",
    "2A18": "sequence base_time time_offset_min time concentration unit mg_dl mmol_l type location status "
    "context_follows quality",
    "2A34": "sequence carbohydrate meal tester health exercise medication hba1c",
}


@pytest.mark.parametrize("characteristic", FIELDS)
def test_the_fields_stand_in_their_order_also_when_they_do_not_exist(characteristic: str) -> None:
    decoded = decode(characteristic, bytes.fromhex("00 0100 e807 03 09 0a 1e 00"))
    assert list(decoded.fields) == FIELDS[characteristic].split()


@pytest.mark.parametrize("characteristic", KNOWN)
def test_a_value_of_513_bytes_is_refused(characteristic: str) -> None:
    with pytest.raises(DecodeError, match="513 bytes, at most 512"):
        decode(characteristic, bytes(513))


@pytest.mark.parametrize("characteristic", KNOWN)
def test_a_value_of_512_bytes_is_read(characteristic: str) -> None:
    assert decode(characteristic, bytes(512)).fields


@given(characteristic=st.sampled_from(KNOWN), value=st.binary(max_size=600))
@example(characteristic="2A18", value=bytes.fromhex("03 0100 0f27 0c 1f 17 3b 00 ff7e fd77 11"))
def test_any_bytes_decode_or_raise_a_decode_error(characteristic: str, value: bytes) -> None:
    with suppress(DecodeError):
        assert msgspec.json.encode(decode(characteristic, value).fields)


@given(value=st.binary(min_size=2, max_size=2))
def test_a_number_never_prints_with_an_exponent(value: bytes) -> None:
    printed = str(decode("SFLOAT", value).fields.get("value", ""))
    assert "e" not in printed.lower()


@pytest.mark.parametrize("characteristic", ["2a35", "sfloat"])
def test_small_letters_name_a_characteristic_too(characteristic: str) -> None:
    assert decode(characteristic, bytes(7)).fields


def test_an_unknown_characteristic_is_told_which_are_known() -> None:
    with pytest.raises(UnknownCharacteristicError, match=r"2A99: .* 2A35 2A36 2B34 .* 2A37 SFLOAT FLOAT"):
        decode("2A99", b"")


def test_mg_dl_rounds_half_up() -> None:
    # 0.001105 kg/L is 110.5 mg/dL.
    frame = bytes.fromhex("02 0100 e807 03 09 0a 1e 00 51a4 11")
    assert decode("2A18", frame).fields["mg_dl"] == "111"


def test_mmol_l_rounds_half_up() -> None:
    # 0.00555 mol/L is 5.55 mmol/L: half-even and binary floats both say 5.5.
    frame = bytes.fromhex("06 0100 e807 03 09 0a 1e 00 2bb2 11")
    assert decode("2A18", frame).fields["mmol_l"] == "5.6"


def test_nought_has_no_sign() -> None:
    # -0.000001 kg/L is -0.1 mg/dL.
    frame = bytes.fromhex("02 0100 e807 03 09 0a 1e 00 ffaf 11")
    fields = decode("2A18", frame).fields
    assert (fields["mg_dl"], fields["mmol_l"]) == ("0", "0.0")


@pytest.mark.parametrize("text", ["0", "zz", "0x06", "０６", "06-07"])
def test_text_that_is_no_hexadecimal_is_refused(text: str) -> None:
    with pytest.raises(ValueError, match="is not hexadecimal bytes"):
        from_hex(text)


def test_a_line_may_have_blanks_between_its_bytes() -> None:
    assert from_line(b"2A19 64 00\r\n") == ("2A19", b"\x64\x00")


def test_an_empty_line_is_refused() -> None:
    with pytest.raises(ValueError, match="an empty line"):
        from_line(b"\n")
