"""What bleak tells in our words: who was heard, and who only comes to BlueZ's mind."""

from __future__ import annotations

from bleak.backends.device import BLEDevice
from bleak.backends.scanner import AdvertisementData

from gateway.radio.bleak_link import BOND_S, CONNECT_S, NOT_HEARD, heard, patience

CUFF = BLEDevice("D0:00:00:00:00:01", "HL-BP-0000", None)


def told(rssi: int) -> AdvertisementData:
    services = ["00001810-0000-1000-8000-00805f9b34fb", "6e400001-b5a3-f393-e0a9-e50e24dcca9e"]
    return AdvertisementData(None, {}, {}, services, None, rssi, ())


def test_an_advertisement_names_its_services_by_their_four_digits_where_they_have_four() -> None:
    seen = heard(CUFF, told(-60))

    assert seen is not None
    assert seen.services == ("1810", "6e400001-b5a3-f393-e0a9-e50e24dcca9e")
    assert (seen.address, seen.name) == ("D0:00:00:00:00:01", "HL-BP-0000")


def test_a_meter_that_bluez_remembers_without_a_signal_was_not_heard() -> None:
    """A bluetoothd that has just come tells of every bonded meter; none of them is on air."""
    assert heard(CUFF, told(NOT_HEARD)) is None


def test_a_meter_without_a_bond_gets_the_time_that_a_person_needs_for_digits() -> None:
    """BlueZ pairs while it connects: after 15 s the digits on the display were worth nothing any more."""
    stranger, ours = (BLEDevice("D0:00:00:00:00:01", None, {"props": {"Paired": it}}) for it in (False, True))

    assert patience(stranger, CONNECT_S) == CONNECT_S + BOND_S
    assert patience(ours, CONNECT_S) == CONNECT_S
