"""The repairs of bumble's virtual controller: each of these hangs, or is silently wrong, without one."""

from __future__ import annotations

import asyncio

import pytest
from bumble.core import TimeoutError as BumbleTimeoutError
from bumble.device import Connection, Device
from bumble.hci import Address, HCI_Disconnect_Command, HCI_Error, LeFeatureMask, OwnAddressType

from firmware_sim.controller import Air, Radio
from tests.firmware_sim.central import ALWAYS, CUFF_PLATE, WAIT_S, Central, cuff

ABSENT = Address("D0:00:00:00:00:99")
PUBLIC = OwnAddressType.PUBLIC
CONNECTION_TERMINATED_BY_LOCAL_HOST = 0x16
CONNECTION_FAILED_TO_BE_ESTABLISHED = 0x3E


async def test_a_connect_to_an_absent_peer_times_out_and_the_next_one_works() -> None:
    air = Air()
    async with cuff(air, habits=ALWAYS):
        central = Central(air)
        await central.device.power_on()
        with pytest.raises(BumbleTimeoutError):
            await central.device.connect(ABSENT, own_address_type=PUBLIC, timeout=0.1)
        await central.connect(CUFF_PLATE)


async def test_a_central_with_a_public_address_is_answered() -> None:
    air = Air()
    async with cuff(air, habits=ALWAYS):
        central = Central(air)
        connection = await central.connect(CUFF_PLATE, encrypted=False)
        assert connection.self_address.is_public
        assert await central.read("2A25") == b"BP1"


async def test_a_connect_to_an_advertiser_that_fell_silent_meanwhile_ends(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    air = Air()
    async with cuff(air, habits=ALWAYS):
        (advertiser,) = air.controllers
        monkeypatch.setattr(advertiser, "on_le_connect_ind", lambda _packet: None)
        central = Central(air)
        await central.device.power_on()
        ended: asyncio.Queue[int] = asyncio.Queue()
        central.device.on(
            Device.EVENT_CONNECTION,
            lambda connection: connection.on(Connection.EVENT_DISCONNECTION, ended.put_nowait),
        )
        await central.device.connect(Address(CUFF_PLATE.address), own_address_type=PUBLIC, timeout=WAIT_S)
        assert await asyncio.wait_for(ended.get(), WAIT_S) == CONNECTION_FAILED_TO_BE_ESTABLISHED


async def test_a_disconnect_of_a_link_that_is_gone_is_refused() -> None:
    air = Air()
    central = Central(air)
    await central.device.power_on()
    with pytest.raises(HCI_Error):
        await central.device.send_async_command(HCI_Disconnect_Command(connection_handle=7, reason=0x13))


async def test_whoever_hangs_up_is_told_that_it_was_its_own_wish() -> None:
    air = Air()
    async with cuff(air, habits=ALWAYS):
        connection = await Central(air).connect(CUFF_PLATE)
        ended: asyncio.Queue[int] = asyncio.Queue()
        connection.on(Connection.EVENT_DISCONNECTION, ended.put_nowait)
        await connection.disconnect()
        assert await asyncio.wait_for(ended.get(), WAIT_S) == CONNECTION_TERMINATED_BY_LOCAL_HOST


async def test_a_controller_that_vanishes_ends_the_link_for_its_peer() -> None:
    air = Air()
    async with cuff(air, habits=ALWAYS):
        dying = Central(air)
        await dying.connect(CUFF_PLATE)
        dying.die()
        await Central(air).connect(CUFF_PLATE)


async def test_advertisements_reach_only_those_who_listen(monkeypatch: pytest.MonkeyPatch) -> None:
    air = Air()
    deaf = Radio("deaf", air)
    heard: list[object] = []
    monkeypatch.setattr(deaf, "on_ll_advertising_pdu", heard.append)
    async with cuff(air, habits=ALWAYS):
        central = Central(air)
        await central.device.power_on()
        found = asyncio.Event()
        central.device.on(Device.EVENT_ADVERTISEMENT, lambda _advertisement: found.set())
        await central.device.start_scanning()
        await asyncio.wait_for(found.wait(), WAIT_S)
    assert heard == []


async def test_features_without_their_events_are_not_announced() -> None:
    radio = Radio("any", Air())
    assert not radio.le_features & (LeFeatureMask.LL_PRIVACY | LeFeatureMask.LE_EXTENDED_ADVERTISING)
