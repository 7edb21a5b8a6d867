"""Which meter gets which quirk."""

from __future__ import annotations

import pytest

from device_drivers.measurement import DeviceInformation
from device_drivers.quirks.table import QUIRKS, choose, named
from device_drivers.registry import DRIVERS

CUFF, GLUCOMETER = "blood-pressure-profile", "glucose-profile"


@pytest.mark.parametrize(
    ("driver", "name", "quirk"),
    [
        (CUFF, "A&D_UA-651BLE_4C8D79", "a-and-d"),
        (CUFF, "BLEsmart_00000116AABBCCDDEEFF", "omron-sig"),
        (CUFF, "BLESmart_0000011600AA", "omron-sig"),
        (CUFF, "BM59", "beurer-big-endian"),
        (CUFF, "ELITE900", "beurer-big-endian"),
        (CUFF, "BM67", None),
        (GLUCOMETER, "meter+03581234", "accu-chek"),
        (GLUCOMETER, "Contour7800H1234567", "contour"),
        (GLUCOMETER, "CareSens 0042", "i-sens"),
        (GLUCOMETER, "TAIDOC TD4257", "taidoc"),
        (GLUCOMETER, "FORA DIAMOND MINI", "taidoc"),
        (GLUCOMETER, "BLEsmart_00000116", None),
        (GLUCOMETER, "", None),
        (GLUCOMETER, None, None),
    ],
)
def test_a_name_tells_the_maker(driver: str, name: str | None, quirk: str | None) -> None:
    found = choose(driver, name, None)
    assert (found and found.name) == quirk


@pytest.mark.parametrize(
    ("driver", "device", "quirk"),
    [
        (CUFF, DeviceInformation(manufacturer="A&D Medical", model="UA-651BLE"), "a-and-d"),
        (CUFF, DeviceInformation(manufacturer="A&D Medical", model="UC-352BLE"), None),
        (CUFF, DeviceInformation(manufacturer="OMRON HEALTHCARE"), "omron-sig"),
        (CUFF, DeviceInformation(manufacturer="Beurer GmbH", model="BM85"), "beurer-big-endian"),
        (GLUCOMETER, DeviceInformation(manufacturer="Roche"), "accu-chek"),
        (GLUCOMETER, DeviceInformation(manufacturer="Ascensia Diabetes Care"), "contour"),
        (GLUCOMETER, DeviceInformation(manufacturer="i-SENS"), "i-sens"),
        (GLUCOMETER, DeviceInformation(), None),
    ],
)
def test_a_meter_without_a_telling_name_is_known_by_what_it_says_of_itself(
    driver: str, device: DeviceInformation, quirk: str | None
) -> None:
    found = choose(driver, "a name of its own", device)
    assert (found and found.name) == quirk


def test_every_quirk_has_one_name_a_source_a_sign_and_a_driver() -> None:
    assert len({quirk.name for quirk in QUIRKS}) == len(QUIRKS)
    assert all(quirk.source and quirk.signs for quirk in QUIRKS)
    assert {quirk.driver for quirk in QUIRKS} <= {driver.name for driver in DRIVERS}


def test_no_sign_is_empty() -> None:
    """It would be every meter's."""
    signs = [sign for quirk in QUIRKS for sign in quirk.signs]
    assert all(sign.name or sign.manufacturer or sign.model for sign in signs)


def test_a_quirk_is_found_by_its_name_and_a_forgotten_one_is_none() -> None:
    assert named("taidoc") is not None
    assert named("of an earlier version") is None
    assert named(None) is None
