"""The guest itself: a BlueZ of the distribution on a controller outside."""

from __future__ import annotations

import pytest

from tests.bluez.conftest import POWERED
from tests.bluez.home import CUFF, House

pytestmark = pytest.mark.bluez


def test_bluez_powers_the_simulated_controller_on(house: House) -> None:
    shown = house.guest.until(f"bluetoothctl show; {POWERED}")
    assert "00:1B:DC:00:00:00" in shown


def test_bluez_hears_a_meter_that_has_something_to_say(house: House) -> None:
    house.meters.tell(do="measure", home=0, meter="bp")
    house.guest.run("bluetoothctl --timeout 10 scan on")
    assert CUFF in house.guest.run("bluetoothctl devices")
