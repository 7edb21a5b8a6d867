"""What bleak tells in our words: who was heard, and who only comes to BlueZ's mind."""

from __future__ import annotations

import asyncio
from typing import cast

from bleak import BleakClient
from bleak.backends.device import BLEDevice
from bleak.backends.scanner import AdvertisementData

from gateway.radio.bleak_link import BOND_S, CONNECT_S, NOT_HEARD, BleakLink, heard, patience
from gateway.radio.runner import Ears

CUFF = BLEDevice("D0:00:00:00:00:01", "HL-BP-0000", None)


def told(rssi: int) -> AdvertisementData:
    services = ["00001810-0000-1000-8000-00805f9b34fb", "6e400001-b5a3-f393-e0a9-e50e24dcca9e"]
    return AdvertisementData(None, {}, {}, services, None, rssi, ())


def test_an_advertisement_names_its_services_by_their_four_digits_where_they_have_four() -> None:
    seen = heard(CUFF, told(-60))

    assert seen is not None
    assert seen.services == ("1810", "6e400001-b5a3-f393-e0a9-e50e24dcca9e")
    assert (seen.address, seen.name) == ("D0:00:00:00:00:01", "HL-BP-0000")


def test_a_meter_that_bluez_remembers_without_a_signal_was_not_heard() -> None:
    """A bluetoothd that has just come tells of every bonded meter; none of them is on air."""
    assert heard(CUFF, told(NOT_HEARD)) is None


def test_a_meter_without_a_bond_gets_the_time_that_a_person_needs_for_digits() -> None:
    """BlueZ pairs while it connects: after 15 s the digits on the display were worth nothing any more."""
    stranger, ours = (BLEDevice("D0:00:00:00:00:01", None, {"props": {"Paired": it}}) for it in (False, True))

    assert patience(stranger, CONNECT_S) == CONNECT_S + BOND_S
    assert patience(ours, CONNECT_S) == CONNECT_S


class Client:
    """Of bleak's client, what a subscription asks of it."""

    is_connected = True

    def __init__(self) -> None:
        self.asked: list[str] = []

    async def start_notify(self, uuid: str, _hear: object) -> None:
        self.asked.append(uuid)


class Standing:
    """Listens to results since before the link."""

    async def stands(self, characteristic: str) -> bool:
        return characteristic == "2A35"


def test_what_is_listened_to_since_before_the_link_is_not_subscribed_to_again() -> None:
    """BlueZ says each value once for each subscription: a second one would double it."""
    client = Client()

    async def scenario() -> None:
        ears = Ears(lambda _characteristic, _value: None, ("2A35",))
        link = BleakLink(cast("BleakClient", client), ears, Standing(), call_s=1.0)
        for characteristic in ("2A35", "2A2B"):
            await link.subscribe(characteristic)

    asyncio.run(scenario())
    assert client.asked == ["00002a2b-0000-1000-8000-00805f9b34fb"]
