"""Run in a mount namespace of its own, on a small file system: a cuff tells readings while the disk is full,
and after it has room again. Prints what was seen as JSON."""

from __future__ import annotations

import json
import sys
from pathlib import Path
from shutil import disk_usage

from device_drivers.conversation import Emit, Learn
from device_drivers.measurement import DeviceInformation
from device_drivers.profiles import blood_pressure
from gateway.outbox.store import Outbox
from gateway.radio.transfer import Desk, Transfer, recover_held
from tests.gateway.home import TestClock, outbox
from tests.gateway.quiet_log import QuietLog

CLOCK = TestClock()


def measure(desk: Desk, minute: int) -> None:
    transfer = Transfer(desk, "C0:00:00:00:00:01", blood_pressure.DRIVER)
    transfer.want(Learn(DeviceInformation(serial="20231100042")))
    frame = bytes.fromhex("02780050006200ea07030108") + bytes([minute, 0])
    number = transfer.hear("2A35", frame)
    transfer.want(Emit(blood_pressure.decode(frame), () if number is None else (number,)))
    transfer.finish()


def see(box: Outbox, unsaved: list[int]) -> dict[str, object]:
    held = box.counts()
    return {
        "unsent": held.unsent,
        "at_risk": held.at_risk,
        "trouble": box.trouble,
        "announced": len(unsaved),
    }


def main(folder: Path) -> None:
    unsaved: list[int] = []
    box = outbox(folder / "outbox.db", clock=CLOCK)
    desk = Desk(box, CLOCK, lambda _kept: None, QuietLog(), None, lambda: unsaved.append(1))
    box.make_room(disk_usage(folder).free)
    measure(desk, 1)
    seen = [see(box, unsaved)]
    filler = folder / "filler"
    with filler.open("wb", buffering=0) as file:
        try:
            while True:
                file.write(bytes(4096))
        except OSError:
            pass
    for minute in range(2, 5):
        measure(desk, minute)
    seen.append(see(box, unsaved))
    filler.unlink()
    recover_held(desk)
    box.make_room(disk_usage(folder).free)
    seen.append(see(box, unsaved))
    box.close()
    print(json.dumps(seen))  # noqa: T201  the answer to the test


main(Path(sys.argv[1]))
