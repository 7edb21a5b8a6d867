"""What the tests of a real BlueZ share: the house, and looks at what arrived. Runs nothing."""

from __future__ import annotations

import time
from dataclasses import dataclass
from typing import Any, Final

from device_drivers.wire.reading import Reading
from tests.bluez.guest import Guest
from tests.e2e.homes import Homes
from tests.gateway.stub_cloud import StubCloud

CUFF: Final = "D0:00:00:00:00:01"
"""Of home 0."""

PATIENCE_S: Final = 240.0
"""The guest is emulated, and other tests run beside it."""


@dataclass(frozen=True)
class House:
    """A home's meters on this machine, and the guest that is plugged into their air."""

    meters: Homes
    guest: Guest

    def unread(self, kind: str) -> list[dict[str, Any]]:
        """The records of a meter that no gateway has taken yet."""
        meter = self.meters.memories()[kind]
        return [record for record in meter["records"] if record["number"] in meter["pending"]]

    def wait_until_taken(self, kind: str, *, most: int) -> None:
        """Until at most so many records of a meter are unread."""
        deadline = time.monotonic() + PATIENCE_S
        while len(self.unread(kind)) > most:
            assert time.monotonic() < deadline
            time.sleep(0.2)


def wait_for(cloud: StubCloud, readings: int) -> None:
    """Until so many different readings came."""
    cloud.wait_until(lambda heard: distinct(heard) >= readings, patience_s=PATIENCE_S)


def distinct(cloud: StubCloud) -> int:
    return len(newest(cloud))


def newest(cloud: StubCloud) -> list[Reading]:
    """Each reading once, in the order in which they first came."""
    return list({reading.reading_id: reading for reading in cloud.readings()}.values())
