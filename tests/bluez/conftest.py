"""One guest for the tests of a module: an emulated machine takes a while to boot."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.bluez.guest import Guest, booted, image
from tests.e2e.homes import Homes, homes

# On a slow machine the kernel switches a new controller off again before bluetoothd is there.
POWERED = "bluetoothctl power on; bluetoothctl show | grep 'Powered: yes'"


@pytest.fixture(scope="session")
def guest_image() -> Path:
    return image()


@pytest.fixture(scope="module")
def house(guest_image: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[Homes, Guest]]:
    """A home's meters on this machine, and the guest that is plugged into their air."""
    folder = tmp_path_factory.mktemp("guest")
    with homes() as (meters, hci), booted(guest_image, folder, hci) as guest:
        guest.until(POWERED)
        yield meters, guest
