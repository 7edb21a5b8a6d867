"""Readings entering the outbox: ids, repeats, frames, and what counts as at risk."""

from __future__ import annotations

import sqlite3
from pathlib import Path

import pytest
from msgspec.structs import replace

from device_drivers.conversation import Mark
from device_drivers.wire.codec import WireError
from device_drivers.wire.reading import BySequence, Context, Meter, Quality, Reading, is_identity_true
from gateway.outbox.frames import Frame
from gateway.outbox.store import Outbox
from tests.gateway.home import (
    ARRIVAL,
    METER,
    NOON,
    TIMED,
    TestClock,
    draft,
    keep,
    outbox,
    readings_in,
    sealed,
)

FRAME = Frame(0, METER.address, "blood_pressure", "2A35", b"\x00\x01", TestClock()())


def kept_in_transfers(box: Outbox, *transfers: int, time: str = "ea070301080000") -> list[bool]:
    """Keep so many identical timed records in each transfer; whether each was new."""
    news: list[bool] = []
    for records in transfers:
        transfer = box.begin(sends_once=True)
        news += [box.keep(draft(TIMED, time=time), (), transfer=transfer).is_new for _ in range(records)]
        box.end(transfer)
    return news


def test_two_equal_readings_60_s_apart_from_a_meter_without_a_clock_stay_two() -> None:
    clock = TestClock()
    box = outbox(clock=clock)
    transfer = box.begin(sends_once=True)
    first = box.keep(draft(ARRIVAL, time="", heard=clock()), (), transfer=transfer)
    clock.forward(seconds=60)

    second = box.keep(draft(ARRIVAL, time="", heard=clock()), (), transfer=transfer)

    assert first.reading.reading_id != second.reading.reading_id
    assert box.counts().unsent == 2


def test_identical_records_of_one_transfer_are_told_apart_by_their_place() -> None:
    assert kept_in_transfers(outbox(), 2) == [True, True]


def test_a_record_said_twice_by_a_clock_that_shows_seconds_is_one() -> None:
    box = outbox()

    assert kept_in_transfers(box, 2, time="ea070301080017") == [True, False]
    assert kept_in_transfers(box, 2, time="ea070301090000") == [True, False]
    assert box.counts().at_risk == 0


def test_a_memory_read_twice_gives_the_same_readings() -> None:
    box = outbox()

    assert kept_in_transfers(box, 2, 2) == [True, True, False, False]
    assert box.counts().unsent == 2


def test_every_id_that_content_gives_can_be_checked_from_content() -> None:
    box = outbox()
    transfer = box.begin(sends_once=True)

    kept = [box.keep(draft(identity), (), transfer=transfer) for identity in (TIMED, TIMED, None, ARRIVAL)]

    assert all(is_identity_true(one.reading) for one in kept)


def test_an_equal_reading_in_another_transfer_of_a_clock_of_minutes_is_at_risk_once() -> None:
    box = outbox()

    kept_in_transfers(box, 1, 1, 1)

    assert box.counts().at_risk == 1


def test_a_clock_that_shows_seconds_puts_no_reading_at_risk() -> None:
    box = outbox()

    kept_in_transfers(box, 1, 1, time="ea070301080017")

    assert box.counts().at_risk == 0


def test_a_reading_that_the_wire_forbids_never_enters() -> None:
    box = outbox()
    transfer = box.begin(sends_once=True)

    with pytest.raises(WireError):
        box.keep(draft(value="not hex"), (), transfer=transfer)

    assert box.counts().unsent == 0


def test_making_the_reading_settles_its_frame() -> None:
    box = outbox()
    transfer = box.begin(sends_once=True)
    frame = box.hear(FRAME)

    box.keep(draft(), (frame,), transfer=transfer)

    assert box.unsettled() == []


def test_an_undecodable_frame_is_kept_and_counted_once() -> None:
    box = outbox()
    frame = box.hear(FRAME)

    box.spoil(frame, "systolic: truncated")
    box.spoil(frame, "systolic: truncated")

    assert box.counts().undecodable == 1
    assert box.unsettled() == []


def test_frames_that_could_not_be_written_are_at_risk() -> None:
    box = outbox()
    broken = Frame(0, METER.address, "blood_pressure", "2A35", "text", TestClock()())  # type: ignore[arg-type]

    with pytest.raises(sqlite3.Error):
        box.hear(broken)

    assert box.counts().at_risk == 1
    box.hear(FRAME)
    assert box.counts().at_risk == 1


def test_an_interrupted_transfer_of_a_meter_that_sends_once_is_at_risk() -> None:
    box = outbox()
    box.begin(sends_once=True)
    box.begin(sends_once=False)

    box.recovered()

    assert box.counts().at_risk == 1


def test_a_transfer_that_the_radios_stack_did_not_survive_is_at_risk_once() -> None:
    box = outbox()
    for sends_once in (True, False):
        box.break_off(box.begin(sends_once=sends_once))

    box.recovered()

    assert box.counts().at_risk == 1


def test_a_meters_key_stays_as_it_was_at_first_contact() -> None:
    box = outbox()
    transfer = box.begin(sends_once=True)
    nameless = Meter(METER.address, "address", 1, None, METER.address)
    box.keep(draft(meter=nameless), (), transfer=transfer)

    later = box.keep(draft(meter=METER), (), transfer=transfer).reading.meter

    assert (later.key, later.key_kind) == (METER.address, "address")
    assert later.model == "BP-1"


def test_the_last_record_kept_of_a_memory_is_known_by_number_and_words_after_a_restart(
    tmp_path: Path,
) -> None:
    box = outbox(tmp_path / "outbox.db")
    assert box.cursor(METER.address) is None
    box.remember(METER, Mark(500, b"\xea\x07\x00"))
    box.remember(METER, Mark(2, b"\xea\x07\x01"))
    box.close()

    again = outbox(tmp_path / "outbox.db")

    assert again.cursor(METER.address) == Mark(2, b"\xea\x07\x01")


def test_a_meter_whose_memory_was_never_read_has_no_last_record() -> None:
    box = outbox()
    keep(box)
    assert box.cursor(METER.address) is None


def test_the_oldest_unsent_reading_tells_how_far_delivery_lags() -> None:
    box = outbox()
    keep(box, 3)

    assert box.counts().oldest_unsent == NOON


def numbered(context: Context | None, quality: Quality = "ok") -> Reading:
    """A glucometer's record, with the context and verdict that this transfer gave it."""
    return replace(draft(BySequence(7)), context=context, quality=quality)


def keep_each(box: Outbox, *versions: Reading) -> list[bool]:
    return [box.keep(version, (), transfer=box.begin(sends_once=False)).is_new for version in versions]


def test_a_context_that_comes_late_is_sent_too() -> None:
    box = outbox()

    assert keep_each(box, numbered(None), numbered(Context(meal="reserved"), "ketone")) == [True, True]
    assert box.counts().unsent == 2


def test_a_record_that_comes_again_without_its_context_tells_nothing() -> None:
    assert keep_each(outbox(), numbered(Context(meal="fasting")), numbered(None)) == [True, False]


def test_the_same_context_again_tells_nothing() -> None:
    fasting = numbered(Context(meal="fasting"))

    assert keep_each(outbox(), fasting, numbered(None), fasting) == [True, False, False]


def test_both_versions_of_a_record_survive_a_new_stream() -> None:
    box = outbox()
    keep_each(box, numbered(None), numbered(Context(meal="fasting")))
    box.seal()

    box.open_stream()

    assert [len(readings_in(sealed(box, batch))) for batch in box.unsent()] == [2]
