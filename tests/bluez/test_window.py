"""How long a cuff's record is nowhere but in our process: from BlueZ's confirmation to the outbox's fsync."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import UTC, datetime

import pytest

from tests.bluez import box
from tests.bluez.home import House, wait_for
from tests.gateway.stub_cloud import stub_cloud

pytestmark = pytest.mark.bluez

RECORDS = 10
_CONFIRMED = re.compile(
    r"ACL Data TX[^\n]* (?P<at>\d{4}-\d\d-\d\d \d\d:\d\d:\d\d\.\d+)\s*\n\s*ATT: Handle Value Confirmation"
)


def test_the_window_between_confirmation_and_fsync_is_measured(
    house: House, broker: str, record_property: Callable[[str, object], None]
) -> None:
    guest = house.guest
    box.fresh(guest)
    unread = house.take_pressures(RECORDS)
    guest.start("exec btmon -T", "/tmp/btmon")  # noqa: S108  the guest's
    with stub_cloud(broker, box.GATEWAY) as cloud, box.running(guest, broker):
        wait_for(cloud, unread)
    trace = guest.run("pkill btmon; cat /tmp/btmon")
    confirmed = [_seconds(found["at"]) for found in _CONFIRMED.finditer(trace)]
    windows = [
        written - sent for written, sent in zip(box.points(guest, "frame.heard"), confirmed, strict=True)
    ]
    record_property("windows_ms", [round(1000 * window, 1) for window in windows])
    assert len(windows) == unread
    assert box.status(guest)["outbox"]["at_risk"] == 0


def _seconds(said: str) -> float:
    """The guest's clock is UTC."""
    return datetime.fromisoformat(said).replace(tzinfo=UTC).timestamp()
