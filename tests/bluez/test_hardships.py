"""What goes wrong on a real BlueZ: links lost, bluetoothd killed, a gateway killed before its fsync."""

from __future__ import annotations

import pytest

from device_drivers.wire.reading import Glucose
from tests.bluez import box
from tests.bluez.home import House, newest, wait_for
from tests.gateway.stub_cloud import stub_cloud

pytestmark = pytest.mark.bluez

PACKETS = 95
"""A contact that must bond first needs about 66 until the first record, and two for each."""


def test_a_link_lost_in_the_middle_of_a_memory_loses_and_doubles_nothing(house: House, broker: str) -> None:
    guest, meters = house.guest, house.meters
    box.fresh(guest)
    for _ in range(30):
        meters.tell(do="measure", home=0, meter="glucose")
    taken = meters.memories()["glucose"]["taken"]
    meters.tell(do="fade", home=0, meter="glucose", after=[PACKETS])
    with stub_cloud(broker, box.GATEWAY) as cloud, box.running(guest, broker):
        wait_for(cloud, taken, Glucose)
    assert len(newest(cloud, Glucose)) == taken
    assert box.status(guest)["outbox"]["undecodable"] == 0
    # It was in the middle: the second contact begins with the last record of the first.
    assert [kept["is_new"] for kept in box.events(guest, "reading.kept")].count(False) >= 1


def test_a_gateway_goes_on_when_bluetoothd_was_killed(house: House, broker: str) -> None:
    guest = house.guest
    box.fresh(guest)
    first = house.take_pressures(1)
    with stub_cloud(broker, box.GATEWAY) as cloud, box.running(guest, broker):
        wait_for(cloud, first)
        box.kill_bluetoothd(guest)
        wait_for(cloud, first + house.take_pressures(1))
    assert len(box.events(guest, "agent.registered")) == 2


@pytest.mark.parametrize("harm", ["hciconfig hci0 reset", "bluetoothctl power off; bluetoothctl power on"])
def test_a_gateway_scans_again_when_its_adapter_was_off(house: House, broker: str, harm: str) -> None:
    guest = house.guest
    box.fresh(guest)
    with stub_cloud(broker, box.GATEWAY) as cloud, box.running(guest, broker):
        guest.run(harm)
        wait_for(cloud, house.take_pressures(1))


def test_what_bluez_confirmed_to_a_dead_gateway_is_asked_back_from_it(house: House, broker: str) -> None:
    """BlueZ confirms for us: a cuff's second record is gone from it, and nobody here has heard it."""
    guest = house.guest
    box.fresh(guest)
    taken = house.take_pressures(2)
    with stub_cloud(broker, box.GATEWAY) as cloud:
        with box.running(guest, broker, {"STOP_AT": "frame.heard"}):
            house.wait_until_read("blood_pressure")
            box.stop(guest, "KILL")
        # A meter never met before: its frames wait on disk for a contact that reads the meter's names.
        taken += house.take_pressures(1)
        with box.running(guest, broker):
            wait_for(cloud, taken)
    assert len(newest(cloud)) == taken
    assert len(box.events(guest, "frame.recalled")) == 1
    assert box.status(guest)["outbox"]["at_risk"] == 1
