"""What the tests of a real BlueZ share: the house, and looks at what arrived. Runs nothing."""

from __future__ import annotations

import time
from dataclasses import dataclass
from typing import Any, Final

from device_drivers.wire.reading import BloodPressure, Reading, Values
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

    def take_pressures(self, count: int) -> int:
        """The cuff takes so many, none like another; how many records wait in it then, if nobody took one
        meanwhile. Its clock shows whole seconds: equal values within one would be one reading, told twice."""
        waiting = len(self.unread("blood_pressure"))
        taken = self.meters.memories()["blood_pressure"]["taken"]
        for number in range(taken, taken + count):
            values = {"systolic": str(100 + number % 100), "diastolic": str(60 + number % 30)}
            self.meters.tell(do="measure", home=0, meter="bp", values=values)
        return waiting + count

    def unread(self, kind: str) -> list[dict[str, Any]]:
        """The records of a meter that no gateway has taken yet."""
        meter = self.meters.memories()[kind]
        return [record for record in meter["records"] if record["number"] in meter["pending"]]

    def wait_until_read(self, kind: str) -> None:
        """Until no record of a meter waits."""
        deadline = time.monotonic() + PATIENCE_S
        while self.unread(kind):
            assert time.monotonic() < deadline
            time.sleep(0.2)


def wait_for(cloud: StubCloud, readings: int, kind: type[Values] = BloodPressure) -> None:
    """Until so many different readings of a kind came; other meters may speak meanwhile."""
    cloud.wait_until(lambda heard: len(newest(heard, kind)) >= readings, patience_s=PATIENCE_S)


def newest(cloud: StubCloud, kind: type[Values] = BloodPressure) -> list[Reading]:
    """Each reading of a kind once, in the order in which they first came."""
    found = {reading.reading_id: reading for reading in cloud.readings() if isinstance(reading.values, kind)}
    return list(found.values())
