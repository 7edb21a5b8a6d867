"""The guest itself: a BlueZ of the distribution on a controller outside."""

from __future__ import annotations

import pytest

from tests.bluez.conftest import POWERED
from tests.bluez.guest import Guest
from tests.e2e.homes import Homes

pytestmark = pytest.mark.bluez


def test_bluez_powers_the_simulated_controller_on(house: tuple[Homes, Guest]) -> None:
    _, guest = house
    shown = guest.until(f"bluetoothctl show; {POWERED}")
    assert "00:1B:DC:00:00:00" in shown
    assert "Powered: yes" in shown


def test_the_guest_runs_our_code_on_what_a_pi_gets(house: tuple[Homes, Guest]) -> None:
    _, guest = house
    assert "Listen for meters" in guest.run("python3 -m hearthline gateway run --help")


def test_bluez_hears_a_meter_that_has_something_to_say(house: tuple[Homes, Guest]) -> None:
    meters, guest = house
    meters.tell(do="measure", home=0, meter="bp")
    guest.run("bluetoothctl --timeout 10 scan on")
    assert "D0:00:00:00:00:01" in guest.run("bluetoothctl devices")
