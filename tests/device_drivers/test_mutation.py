"""What becomes of valid frames that something happened to: never another sound value that nothing explains.

No checksum guards these frames: a meter that sends another number has said another number. What must not
happen is that our reading makes one out of bytes that say something else.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable
from contextlib import suppress
from decimal import Decimal
from fractions import Fraction

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from device_drivers.measurement import BloodPressure, Glucose, Number, Quality
from device_drivers.profiles import blood_pressure, enhanced_blood_pressure, glucose
from device_drivers.quality import judge, mmol_l
from device_drivers.quirks.look import look
from device_drivers.quirks.quirk import Quirk
from device_drivers.quirks.table import QUIRKS
from device_drivers.reader import DecodeError
from tests.device_drivers.mutation import TABLES, Damaged, damaged, number, valid_frames, words

DECODE: dict[str, Callable[[bytes], BloodPressure | Glucose]] = {
    "2A35": blood_pressure.decode,
    "2B34": enhanced_blood_pressure.decode,
    "2A18": glucose.decode,
}

ANY = st.one_of(*(damaged(name) for name in TABLES))


def decoded(characteristic: str, frame: bytes) -> BloodPressure | Glucose | None:
    with suppress(DecodeError):
        return DECODE[characteristic](frame)
    return None


def sound(characteristic: str, frame: bytes) -> BloodPressure | Glucose | None:
    """The measurement, if a rule would judge it as a value."""
    measurement = decoded(characteristic, frame)
    return measurement if measurement is not None and judge(measurement) is Quality.OK else None


def numbers(measurement: BloodPressure | Glucose) -> dict[str, Number | None]:
    if isinstance(measurement, Glucose):
        return {"concentration": measurement.concentration}
    return {
        "systolic": measurement.systolic,
        "diastolic": measurement.diastolic,
        "mean": measurement.mean,
        "pulse": measurement.pulse,
    }


def exact(value: Number | None) -> Fraction | None:
    return Fraction(value) if isinstance(value, Decimal) else None


@settings(max_examples=500)
@given(frame=ANY)
def test_what_is_read_is_what_the_bytes_say(frame: Damaged) -> None:
    measurement = decoded(frame.characteristic, frame.after)
    if measurement is None:
        return
    said = words(frame.characteristic, frame.after)
    for name, value in numbers(measurement).items():
        assert exact(value) == (number(said[name]) if name in said else None), name


@settings(max_examples=500)
@given(frame=ANY)
def test_a_field_that_is_not_all_there_refuses_the_frame(frame: Damaged) -> None:
    sizes = {name: size for name, size, _ in TABLES[frame.characteristic]}
    said = words(frame.characteristic, frame.after) if frame.after else {"flags": b""}
    is_whole = all(len(word) == sizes.get(name, 1) for name, word in said.items())
    assert (decoded(frame.characteristic, frame.after) is not None) == is_whole


@settings(max_examples=1000)
@given(frame=ANY)
def test_another_sound_value_is_explained_by_its_own_bytes_by_the_flags_or_by_a_note(frame: Damaged) -> None:
    before = sound(frame.characteristic, frame.before)
    after = sound(frame.characteristic, frame.after)
    assert before is not None
    if after is None or after.notes or frame.before[0] != frame.after[0]:
        return
    assert len(frame.after) == len(frame.before)
    assert after.unit == before.unit
    told, tells = words(frame.characteristic, frame.before), words(frame.characteristic, frame.after)
    for name, value in numbers(after).items():
        assert value == numbers(before)[name] or told[name] != tells[name], name


@settings(max_examples=1000)
@given(characteristic=st.sampled_from(list(TABLES)), frame=st.binary(max_size=24))
def test_whatever_the_bytes_a_sound_value_is_a_number_that_can_be(characteristic: str, frame: bytes) -> None:
    measurement = sound(characteristic, frame)
    if isinstance(measurement, BloodPressure):
        assert isinstance(measurement.systolic, Decimal)
        assert isinstance(measurement.diastolic, Decimal)
        assert measurement.diastolic < measurement.systolic
    elif measurement is not None:
        shown = mmol_l(measurement)
        assert shown is not None
        assert 0 < shown <= 100
        assert "control_solution" not in {measurement.sample, measurement.location}


@settings(max_examples=1000)
@given(frame=ANY, quirk=st.sampled_from([quirk for quirk in QUIRKS if quirk.rewrite is not None]))
def test_what_a_quirk_makes_of_a_damaged_frame_says_so_and_leaves_pressure_and_sugar_alone(
    frame: Damaged, quirk: Quirk
) -> None:
    first = decoded(frame.characteristic, frame.after)
    try:
        second = look(quirk, frame.characteristic, DECODE[frame.characteristic], frame.after)
    except DecodeError:
        assert first is None
        return
    assert second == first or second.notes[-1] == f"read anew by quirk {quirk.name}"
    said = words(frame.characteristic, frame.after)
    for name, value in numbers(second).items():
        # A mean of nought is none to a maker who always sends one; the pulse is what that quirk is about.
        if name in said and name != "pulse" and (name != "mean" or any(said[name])):
            assert exact(value) == number(said[name]), name


@pytest.mark.parametrize("characteristic", TABLES)
def test_every_frame_cut_anywhere_is_refused(characteristic: str) -> None:
    frames = valid_frames(characteristic)
    assert len(frames) >= 8
    cut = [frame[:end] for frame in frames for end in range(len(frame))]
    assert not [frame for frame in cut if decoded(characteristic, frame) is not None]


@pytest.mark.parametrize("characteristic", TABLES)
def test_a_byte_too_many_anywhere_is_noted_or_changes_the_flags(characteristic: str) -> None:
    for frame in valid_frames(characteristic):
        for at in range(1, len(frame) + 1):
            measurement = decoded(characteristic, frame[:at] + b"\x01" + frame[at:])
            assert measurement is not None
            assert "1 trailing bytes" in measurement.notes[-1]


@pytest.mark.parametrize("characteristic", TABLES)
def test_every_single_bit_that_flips_is_read_as_it_stands(characteristic: str) -> None:
    """Exhaustive: of each valid frame each bit. Where the value changes, its own word or the flags did."""
    outcomes: Counter[str] = Counter()
    for frame in valid_frames(characteristic):
        for bit in range(8 * len(frame)):
            flipped = bytes(byte ^ (1 << bit % 8 if at == bit // 8 else 0) for at, byte in enumerate(frame))
            outcomes[_outcome(Damaged(characteristic, frame, flipped))] += 1
    assert outcomes["unexplained"] == 0
    assert min(outcomes[kind] for kind in ("refused", "judged", "same", "own bytes", "flags")) > 0


def _outcome(frame: Damaged) -> str:
    before, after = (decoded(frame.characteristic, one) for one in (frame.before, frame.after))
    assert before is not None
    if after is None:
        return "refused"
    if judge(after) is not Quality.OK:
        return "judged"
    if frame.before[0] != frame.after[0]:
        return "flags"
    if numbers(after) == numbers(before) and after.unit == before.unit:
        return "same"
    told, tells = words(frame.characteristic, frame.before), words(frame.characteristic, frame.after)
    changed = [name for name, value in numbers(after).items() if value != numbers(before)[name]]
    return "own bytes" if all(told[name] != tells[name] for name in changed) else "unexplained"
