"""The gateway on a real BlueZ: it finds meters, bonds with them, reads them, and delivers what they took."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from device_drivers.wire.reading import BloodPressure, Glucose
from tests.bluez import box
from tests.bluez.home import CUFF, House, newest, wait_for
from tests.gateway.stub_cloud import stub_cloud

pytestmark = pytest.mark.bluez


@pytest.fixture
def keeping(house: House) -> Iterator[House]:
    """The cuff keeps a bonded collector's subscription from one connection to the next."""
    house.meters.tell(do="keep", home=0, meter="bp", subscriptions=True)
    yield house
    house.meters.tell(do="keep", home=0, meter="bp", subscriptions=False)


def test_a_cuff_is_found_bonded_without_digits_and_read(house: House, broker: str) -> None:
    guest = house.guest
    box.fresh(guest)
    house.take_pressures(1)
    unread = house.unread("blood_pressure")
    with stub_cloud(broker, box.GATEWAY) as cloud, box.running(guest, broker):
        wait_for(cloud, len(unread))
        assert "Bonded: yes" in guest.run(f"bluetoothctl info {CUFF}; true")
    arrived = [reading.values for reading in newest(cloud)]
    assert {values.systolic for values in arrived if isinstance(values, BloodPressure)} == {
        record["values"]["systolic"] for record in unread
    }
    assert {reading.meter.key for reading in newest(cloud)} == {"SIMBP000000"}
    assert [asked["what"] for asked in box.events(guest, "agent.asked")] == ["authorization"]


def test_a_glucometers_memory_is_asked_for(house: House, broker: str) -> None:
    guest, meters = house.guest, house.meters
    box.fresh(guest)
    for _ in range(3):
        meters.tell(do="measure", home=0, meter="glucose")
    with stub_cloud(broker, box.GATEWAY) as cloud, box.running(guest, broker):
        taken = meters.memories()["glucose"]["taken"]
        wait_for(cloud, taken, Glucose)
    glucometer = meters.memories()["glucose"]
    assert len(newest(cloud, Glucose)) == taken
    assert glucometer["pending"] == []
    assert glucometer["violations"] == []


@pytest.mark.xfail(strict=True, reason="BlueZ confirms a bonded cuff's record before we have subscribed")
def test_a_bonded_cuff_that_keeps_its_subscription_loses_nothing(keeping: House, broker: str) -> None:
    """A known hole: docs/explanation/what-can-be-lost.md."""
    guest = keeping.guest
    box.fresh(guest)
    first = keeping.take_pressures(1)
    with stub_cloud(broker, box.GATEWAY) as cloud, box.running(guest, broker):
        wait_for(cloud, first)
        guest.until(f"bluetoothctl info {CUFF} | grep 'Connected: no'")
        keeping.take_pressures(1)
        keeping.wait_until_read("blood_pressure")
        guest.until(f"bluetoothctl info {CUFF} | grep 'Connected: no'")
        assert len(newest(cloud)) == first + 1
