"""What contacts say of a bond, and of somebody else who takes the meter."""

from __future__ import annotations

from dataclasses import replace
from functools import reduce

import pytest

from gateway.pairing import ties
from gateway.pairing.ties import Tie, app_of, trouble_of
from gateway.radio.contact import Contact
from tests.gateway.pairing.contacts import CUFF, again, contact, first

FLASH = contact(100, lasted=1, reached=True)
OUT_OF_REACH = contact(100, was_heard=True)
SNATCHED = contact(100, was_heard=False)
BROKEN = replace(contact(100), broken=True)
EMPTY = contact(100, served=True)


def after(*contacts: Contact) -> Tie:
    return reduce(ties.after, contacts, Tie(CUFF))


def test_a_bond_is_unproven_until_it_serves_again() -> None:
    assert after(first()).state == "unproven"
    assert after(first(), again(60)).state == "kept"


def test_a_bond_that_bluez_made_by_itself_is_guarded_like_one_that_we_asked_for() -> None:
    assert after(again(10)).state == "unproven"
    assert after(again(10), again(60)).state == "kept"
    assert after(again(10), FLASH, FLASH, FLASH).state == "lost"


def test_a_meter_that_was_never_served_has_no_bond_to_lose() -> None:
    assert after(FLASH, FLASH, FLASH).state is None


def test_a_bond_that_the_meter_refuses_is_lost() -> None:
    assert trouble_of(after(first(), again(60), contact(100, refused=True))) == "bond_lost"


def test_a_pair_that_bluez_believes_in_and_the_meter_refuses_is_lost() -> None:
    """Bleak's pair() says yes at once where BlueZ still has a key."""
    believed = contact(100, bonded=True, refused=True)

    assert trouble_of(after(first(), again(60), believed)) == "bond_lost"


def test_three_links_that_end_at_once_are_a_lost_bond_and_two_are_weather() -> None:
    assert after(first(), FLASH, FLASH).state == "unproven"
    assert after(first(), FLASH, FLASH, FLASH).state == "lost"


def test_a_bond_that_brings_the_stack_down_three_times_is_lost() -> None:
    """Linux 6.1.192 in Debian: a key that the meter no longer has kills bluetoothd, and nothing says why."""
    assert after(first(), BROKEN, BROKEN).state == "unproven"
    assert after(first(), BROKEN, BROKEN, BROKEN).state == "lost"
    assert after(first(), BROKEN, BROKEN, again(200), BROKEN).state == "kept"
    assert after(BROKEN, BROKEN, BROKEN).state is None


def test_links_that_end_at_once_now_and_then_are_no_lost_bond() -> None:
    assert after(first(), FLASH, FLASH, again(200), FLASH, FLASH).state == "kept"


def test_a_meter_at_the_edge_of_reach_keeps_its_bond() -> None:
    assert after(first(), again(60), *[OUT_OF_REACH] * 20).state == "kept"
    assert trouble_of(after(first(), again(60), *[OUT_OF_REACH] * 20)) is None


def test_a_lost_bond_is_mended_by_a_new_one() -> None:
    assert after(first(), contact(100, refused=True), first(200)).state == "unproven"
    assert after(first(), contact(100, refused=True), again(200)).state == "unproven"


def test_a_meter_that_falls_silent_whenever_we_reach_for_it_is_taken_by_another() -> None:
    assert trouble_of(after(first(), SNATCHED, SNATCHED)) is None
    assert trouble_of(after(first(), SNATCHED, SNATCHED, SNATCHED)) == "taken"
    assert trouble_of(after(first(), SNATCHED, SNATCHED, SNATCHED, again(300))) is None


def test_a_cuff_that_has_nothing_three_times_in_a_row_was_emptied_by_another() -> None:
    assert trouble_of(after(first(), EMPTY, EMPTY, EMPTY)) == "emptied"
    assert trouble_of(after(first(), EMPTY, EMPTY, again(300), EMPTY)) is None


def test_a_glucometer_that_has_nothing_new_is_as_it_should_be() -> None:
    resting = contact(100, served=True, sends_once=False)

    assert trouble_of(after(first(), *[resting] * 9)) is None


@pytest.mark.parametrize(
    ("name", "app"),
    [
        ("BLESmart_0000021F5A2B", "OMRON connect"),
        ("A&D_UA-651BLE_1A2B", "A&D Connect"),
        ("meter+0012", "mySugr / Accu-Chek Connect"),
        ("HL-BP-0000", None),
        (None, None),
    ],
)
def test_the_app_that_competes_is_named_by_the_meters_name(name: str | None, app: str | None) -> None:
    assert app_of(name) == app
