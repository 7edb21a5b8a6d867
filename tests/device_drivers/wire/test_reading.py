"""The id of a reading is its content, and nothing that may differ between two transfers of one record."""

from __future__ import annotations

from uuid import UUID, uuid4

import msgspec
from hypothesis import given
from hypothesis import strategies as st

from device_drivers.wire.reading import ByArrival, BySequence, ByTime, Words, is_identity_true, reading_id
from tests.device_drivers.wire.samples import CUFF, blood_pressure

WORDS = Words("ea070b16080000", "780050006200", "01")


def test_the_recipe_never_changes() -> None:
    """A change here would store every record of every meter a second time."""
    assert reading_id(CUFF, ByTime(0), WORDS) == UUID("38a17d5d-3d42-5b50-b545-828c3f4635a3")


def test_model_and_address_are_no_part_of_the_id() -> None:
    other = msgspec.structs.replace(CUFF, model=None, address="C0:26:DA:00:00:02")
    assert reading_id(other, ByTime(0), WORDS) == reading_id(CUFF, ByTime(0), WORDS)


def test_another_meter_has_another_id() -> None:
    other = msgspec.structs.replace(CUFF, key="5180500148")
    assert reading_id(other, ByTime(0), WORDS) != reading_id(CUFF, ByTime(0), WORDS)


def test_a_record_number_and_an_occurrence_are_told_apart() -> None:
    assert reading_id(CUFF, BySequence(1), WORDS) != reading_id(CUFF, ByTime(1), WORDS)


def test_a_word_cannot_slide_into_its_neighbour() -> None:
    shifted = Words("ea070b160800", "00780050006200", "01")
    assert reading_id(CUFF, ByTime(0), shifted) != reading_id(CUFF, ByTime(0), WORDS)


@given(st.binary(max_size=9), st.binary(max_size=8), st.binary(max_size=1), st.integers(0, 0xFFFF))
def test_each_raw_word_counts(time: bytes, value: bytes, user: bytes, sequence: int) -> None:
    words = Words(time.hex(), value.hex(), user.hex())
    same = words == WORDS
    assert (
        reading_id(CUFF, BySequence(sequence), words) == reading_id(CUFF, BySequence(sequence), WORDS)
    ) is same


def test_a_reading_with_its_own_id_is_true() -> None:
    assert is_identity_true(blood_pressure())


def test_a_reading_with_a_borrowed_id_is_not() -> None:
    assert not is_identity_true(
        msgspec.structs.replace(blood_pressure(), reading_id=blood_pressure(occurrence=1).reading_id)
    )


def test_an_arrival_needs_a_random_id() -> None:
    live = msgspec.structs.replace(blood_pressure(), identity=ByArrival())
    assert not is_identity_true(live)
    assert is_identity_true(msgspec.structs.replace(live, reading_id=uuid4()))
