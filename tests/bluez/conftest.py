"""One guest for all: an emulated machine takes a while to boot. Each test has a gateway of its own."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.bluez.guest import booted, image
from tests.bluez.home import House
from tests.e2e.homes import homes

# On a slow machine the kernel switches a new controller off again before bluetoothd is there.
POWERED = "bluetoothctl power on; bluetoothctl show | grep 'Powered: yes'"


@pytest.fixture(scope="session")
def guest_image() -> Path:
    return image()


@pytest.fixture(scope="session")
def house(guest_image: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[House]:
    folder = tmp_path_factory.mktemp("guest")
    with homes("--idle", "8") as (meters, hci), booted(guest_image, folder, hci) as guest:
        guest.until(POWERED)
        yield House(meters, guest)
