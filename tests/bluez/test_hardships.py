"""What goes wrong on a real BlueZ: links lost, bluetoothd killed, a gateway killed before its fsync."""

from __future__ import annotations

import pytest

from tests.bluez import box
from tests.bluez.home import House, distinct, wait_for
from tests.gateway.stub_cloud import stub_cloud

pytestmark = pytest.mark.bluez


def test_a_link_lost_in_the_middle_of_a_memory_loses_and_doubles_nothing(house: House, broker: str) -> None:
    guest, meters = house.guest, house.meters
    box.fresh(guest)
    for _ in range(5):
        meters.tell(do="measure", home=0, meter="glucose")
    taken = meters.memories()["glucose"]["taken"]
    meters.tell(do="fade", home=0, meter="glucose", after=[60])
    with stub_cloud(broker, box.GATEWAY) as cloud, box.running(guest, broker):
        wait_for(cloud, taken)
    assert distinct(cloud) == taken
    assert box.status(guest)["outbox"]["undecodable"] == 0


def test_a_gateway_goes_on_when_bluetoothd_was_killed(house: House, broker: str) -> None:
    guest, meters = house.guest, house.meters
    box.fresh(guest)
    with stub_cloud(broker, box.GATEWAY) as cloud, box.running(guest, broker):
        box.kill_bluetoothd(guest)
        meters.tell(do="measure", home=0, meter="bp")
        unread = len(house.unread("blood_pressure"))
        wait_for(cloud, unread)
    assert len(box.events(guest, "agent.registered")) == 2


def test_what_bluez_confirmed_to_a_dead_gateway_is_counted_as_at_risk(house: House, broker: str) -> None:
    """BlueZ confirms for us: a cuff's second record is gone from it while nobody here has heard it."""
    guest, meters = house.guest, house.meters
    box.fresh(guest)
    for _ in range(2):
        meters.tell(do="measure", home=0, meter="bp")
    unread = house.unread("blood_pressure")
    with stub_cloud(broker, box.GATEWAY) as cloud:
        with box.running(guest, broker, {"STOP_AT": "frame.heard"}):
            house.wait_until_taken("blood_pressure", most=len(unread) - 2)
            box.stop(guest, "KILL")
        with box.running(guest, broker):
            wait_for(cloud, 1)
    lost = len(unread) - distinct(cloud)
    assert lost >= 1
    assert box.status(guest)["outbox"]["at_risk"] >= 1
