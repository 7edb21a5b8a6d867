"""The gateway on a real BlueZ: it finds meters, bonds with them, reads them, and delivers what they took."""

from __future__ import annotations

import pytest

from device_drivers.wire.reading import BloodPressure, Glucose
from tests.bluez import box
from tests.bluez.guest import Guest
from tests.e2e.homes import Homes
from tests.gateway.stub_cloud import StubCloud, stub_cloud

pytestmark = pytest.mark.bluez


def distinct(cloud: StubCloud) -> int:
    return len({reading.reading_id for reading in cloud.readings()})


def test_a_cuff_is_found_bonded_and_read(house: tuple[Homes, Guest], broker: str) -> None:
    meters, guest = house
    box.fresh(guest)
    with stub_cloud(broker, box.GATEWAY) as cloud, box.running(guest, broker):
        meters.tell(do="measure", home=0, meter="bp")
        cloud.wait_until(lambda c: distinct(c) == 1)
        assert "Bonded: yes" in guest.run("bluetoothctl info D0:00:00:00:00:01; true")
    cuff = meters.memories()["blood_pressure"]
    (reading,) = {reading.reading_id: reading for reading in cloud.readings()}.values()
    assert isinstance(reading.values, BloodPressure)
    assert reading.values.systolic == cuff["records"][0]["values"]["systolic"]
    assert reading.meter.key == cuff["serial"]


def test_a_glucometers_memory_is_asked_for(house: tuple[Homes, Guest], broker: str) -> None:
    meters, guest = house
    box.fresh(guest)
    for _ in range(3):
        meters.tell(do="measure", home=0, meter="glucose")
    with stub_cloud(broker, box.GATEWAY) as cloud, box.running(guest, broker):
        cloud.wait_until(lambda c: distinct(c) == 3)
    glucometer = meters.memories()["glucose"]
    assert all(isinstance(reading.values, Glucose) for reading in cloud.readings())
    assert glucometer["pending"] == []
    assert glucometer["violations"] == []
