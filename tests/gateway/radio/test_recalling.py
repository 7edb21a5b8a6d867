"""What a crash cut off, and the radio's stack still holds, is written down once."""

from __future__ import annotations

from pathlib import Path

from device_drivers.profiles import blood_pressure
from gateway.outbox.frames import Contact, Interrupted
from gateway.outbox.store import Outbox
from gateway.radio.recalling import Said, recalled
from gateway.radio.transfer import Desk, Transfer, recall, recover_all
from tests.gateway.home import TestClock, draft, outbox
from tests.gateway.quiet_log import QuietLog
from tests.gateway.radio.test_runner import ADDRESS, CLOCKLESS, FRAME, acquainted, desk

BEGAN = TestClock()()
CUT_OFF = Interrupted(7, Contact(ADDRESS, "cuff", BEGAN))
SAID = Said(ADDRESS, "2A35", FRAME)
ONCE = {"cuff": ("2A35", "2B34"), "glucometer": ()}
CUFFS = (blood_pressure.DRIVER,)


def of(*held: Said, heard: bool = False, cut_off: Interrupted = CUT_OFF) -> list[bytes]:
    return [one.value for one in recalled(held, [cut_off], ONCE, was_heard=lambda _said: heard)]


def test_only_what_a_cuff_said_in_a_contact_that_was_cut_off_and_nobody_heard_is_recalled() -> None:
    glucometers = Interrupted(7, Contact(ADDRESS, "glucometer", BEGAN))
    forgotten = Interrupted(7, Contact(ADDRESS, "no driver any more", BEGAN))

    assert of(SAID) == [FRAME]
    assert of(SAID, Said(ADDRESS, "2B34", b"\x01")) == [FRAME, b"\x01"]
    assert of(SAID, heard=True) == []
    assert of(Said("C0:00:00:00:00:02", "2A35", FRAME)) == []
    assert of(Said(ADDRESS, "2A36", FRAME)) == []
    assert of(SAID, cut_off=glucometers) == []
    assert of(SAID, cut_off=forgotten) == []


def test_a_recalled_frame_counts_as_heard_when_its_contact_began() -> None:
    frame = recalled([SAID], [CUT_OFF], ONCE, was_heard=lambda _said: False)[0]

    assert (frame.transfer, frame.driver, frame.heard) == (7, "cuff", BEGAN)


def begun(box: Outbox) -> Transfer:
    return Transfer(desk(box), ADDRESS, blood_pressure.DRIVER)


def start_again(box: Outbox, *held: Said) -> int:
    """Readings in the outbox after it."""
    recall(desk(box), CUFFS, held)
    recover_all(desk(box), CUFFS)
    return box.counts().unsent


def test_a_frame_that_the_radio_confirmed_and_nobody_wrote_becomes_its_reading_at_the_next_start() -> None:
    box = acquainted()
    begun(box)

    assert start_again(box, SAID) == 2
    assert start_again(box, SAID) == 2


def test_a_frame_that_was_heard_before_the_crash_is_not_heard_twice_though_no_clock_tells_it_apart() -> None:
    box = acquainted()
    begun(box).hear("2A35", CLOCKLESS)

    assert start_again(box, Said(ADDRESS, "2A35", CLOCKLESS)) == 2


def test_what_was_heard_in_an_earlier_contact_is_not_news_in_one_that_a_crash_cut_off() -> None:
    box = acquainted()
    earlier = begun(box)
    earlier.hear("2A35", CLOCKLESS)
    earlier.finish()
    begun(box)

    assert start_again(box, Said(ADDRESS, "2A35", CLOCKLESS)) == 2


def test_a_contact_that_ended_leaves_nothing_to_recall() -> None:
    box = acquainted()
    begun(box).finish()

    assert box.interrupted() == []
    assert start_again(box, SAID) == 1


def test_a_contact_that_a_version_before_began_is_counted_and_not_asked_about(tmp_path: Path) -> None:
    box = outbox(tmp_path / "outbox.db")
    box.keep(draft(), (), transfer=box.begin(sends_once=True))

    assert box.interrupted() == []
    assert start_again(box, SAID) == 1
    assert box.counts().at_risk == 1


def test_what_meters_said_last_outlives_the_process_and_lies_in_the_file_blind(tmp_path: Path) -> None:
    path = tmp_path / "outbox.db"
    box = outbox(path)
    Transfer(Desk(box, TestClock(), lambda _kept: None, QuietLog()), ADDRESS, blood_pressure.DRIVER).hear(
        "2A35", FRAME
    )
    box.close()

    again = outbox(path, seed=1)

    assert again.was_last(ADDRESS, "2A35", FRAME)
    assert not again.was_last(ADDRESS, "2A35", CLOCKLESS)
    assert not again.was_last(ADDRESS, "2B34", FRAME)
    assert [(one.contact.address, one.contact.driver) for one in again.interrupted()] == [
        (ADDRESS, blood_pressure.DRIVER.name)
    ]
    assert FRAME not in path.read_bytes() + path.with_name("outbox.db-wal").read_bytes()
