"""Bonds on a real BlueZ: digits that a meter shows, and a bond that outlives every process."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from gateway.pairing.steps import AWAY_S
from tests.bluez import box
from tests.bluez.home import CUFF, House, wait_for
from tests.gateway.stub_cloud import stub_cloud

pytestmark = pytest.mark.bluez

READING_S = 18
"""Somebody of 76 reads six digits and types them: that takes longer than a connection may otherwise."""


@pytest.fixture
def showing(house: House) -> Iterator[House]:
    """The cuff shows six digits, and must be paired by them."""
    house.meters.tell(do="passkey", home=0, meter="bp", digits="024680")
    yield house
    house.meters.tell(do="passkey", home=0, meter="bp", digits=None)


def test_digits_typed_on_the_page_bond_a_meter_and_the_page_says_when_it_is_proven(
    showing: House, broker: str
) -> None:
    guest = showing.guest
    box.fresh(guest)
    with stub_cloud(broker, box.GATEWAY) as cloud, box.running(guest, broker):
        box.press(guest, "do=begin")
        taken = showing.take_pressures(1)
        for digits, answer in (("111111", '"trouble":"refused"'), ("024680", '"stage":"proving"')):
            box.until_page(guest, '"wants_passkey":true')
            guest.run(f"sleep {READING_S}")
            box.press(guest, f"do=digits&digits={digits}")
            box.until_page(guest, answer)
        wait_for(cloud, taken)
        assert "Bonded: yes" in guest.run(f"bluetoothctl info {CUFF}; true")
        guest.run(f"sleep {AWAY_S + 1}")  # as long as it takes to change batteries
        showing.take_pressures(1)
        box.until_page(guest, '"stage":"done"')
    asked = [event["what"] for event in box.events(guest, "agent.asked")]
    assert asked.count("passkey") == 2


def test_a_bond_outlives_gateway_and_bluetoothd(house: House, broker: str) -> None:
    guest = house.guest
    box.fresh(guest)
    first = house.take_pressures(1)
    with stub_cloud(broker, box.GATEWAY) as cloud, box.running(guest, broker):
        wait_for(cloud, first)
    box.kill_bluetoothd(guest)
    second = house.take_pressures(1)
    with stub_cloud(broker, box.GATEWAY) as cloud, box.running(guest, broker):
        wait_for(cloud, second)
    # Asked once, by the first pairing: the second contact had a bond.
    assert len(box.events(guest, "agent.asked")) == 1


def test_a_bond_that_the_meter_lost_is_noticed_dropped_and_made_again(house: House, broker: str) -> None:
    guest = house.guest
    box.fresh(guest)
    first = house.take_pressures(1)
    with stub_cloud(broker, box.GATEWAY) as cloud, box.running(guest, broker):
        wait_for(cloud, first)
        guest.until(f"bluetoothctl info {CUFF} | grep 'Connected: no'")
        house.meters.tell(do="forget", home=0, meter="bp")
        wait_for(cloud, first + house.take_pressures(1))
    assert [event["trouble"] for event in box.events(guest, "meter.troubled")] == ["bond_lost"]
    assert len(box.events(guest, "bond.dropped")) == 1
    assert len(box.events(guest, "agent.asked")) == 2
