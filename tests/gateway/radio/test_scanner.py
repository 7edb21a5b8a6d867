"""The scanner on a radio made of lists: who is contacted, in which order, and what it survives."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable, Sequence
from contextlib import asynccontextmanager, suppress

import pytest

from device_drivers.registry import driver_for
from gateway.radio.contact import Contact
from gateway.radio.runner import Ears, Link, LinkLost
from gateway.radio.scanner import LINKS, RadioFailed, Scanner, Seen, rest_after
from tests.gateway.home import outbox
from tests.gateway.radio.test_runner import FRAME, TableLink, desk

CUFF = Seen("C0:00:00:00:00:01", ("1810",), None)
OTHER_CUFF = Seen("C0:00:00:00:00:02", ("1810",), None)
HEADPHONES = Seen("C0:00:00:00:00:03", ("110B",), None)


class ListRadio:
    """Says its advertisements when scanning starts; `over` when it had the contacts it was to have."""

    def __init__(
        self, advertisements: Sequence[Seen], contacts: int, failures: Sequence[Exception] = ()
    ) -> None:
        self._advertisements = advertisements
        self._left = contacts
        self._failures = list(failures)
        self.contacted: list[str] = []
        self.held: list[str] = []
        self.most_at_once = 0
        self.over = asyncio.Event()

    @asynccontextmanager
    async def scanning(self, seen: Callable[[Seen], None]) -> AsyncIterator[None]:
        for advertisement in self._advertisements:
            seen(advertisement)
        yield

    @asynccontextmanager
    async def connected(self, meter: Seen, ears: Ears) -> AsyncIterator[Link]:
        self.contacted.append(meter.address)
        assert meter.address not in self.held
        self.held.append(meter.address)
        self.most_at_once = max(self.most_at_once, len(self.held))
        try:
            if self._failures:
                raise self._failures.pop(0)
            yield await self._link(meter, ears)
        finally:
            self.held.remove(meter.address)
            self._left -= 1
            if self._left == 0:
                self.over.set()

    async def _link(self, _meter: Seen, ears: Ears) -> Link:
        return TableLink(ears, {}, {"2A35": [FRAME]})


async def served(radio: ListRadio, allowed: Sequence[str] = ()) -> list[str]:
    """Scan until the radio's contacts are over; who was contacted."""
    scanner = asyncio.create_task(Scanner(radio, desk(outbox()), driver_for, allowed, radio_rest=0).run())
    async with asyncio.timeout(10):
        await radio.over.wait()
    scanner.cancel()
    with suppress(asyncio.CancelledError):
        await scanner
    return radio.contacted


def contacts(
    advertisements: Sequence[Seen], expected: int, *failures: Exception, allowed: Sequence[str] = ()
) -> list[str]:
    async def scenario() -> list[str]:
        return await served(ListRadio(advertisements, expected, failures), allowed)

    return asyncio.run(scenario())


def test_every_meter_in_the_air_gets_one_contact_in_its_turn() -> None:
    both = [CUFF.address, OTHER_CUFF.address]

    assert contacts([CUFF, OTHER_CUFF, CUFF], 2) == both


def test_what_is_no_meter_of_ours_is_left_alone() -> None:
    assert contacts([HEADPHONES, CUFF], 1) == [CUFF.address]


def test_a_list_of_meters_excludes_the_neighbours() -> None:
    assert contacts([OTHER_CUFF, CUFF], 1, allowed=[CUFF.address.lower()]) == [CUFF.address]


@pytest.mark.parametrize("failure", [LinkLost("no answer"), ValueError("a driver's mistake")])
def test_a_contact_that_fails_does_not_silence_the_next_meter(failure: Exception) -> None:
    assert contacts([CUFF, OTHER_CUFF], 2, failure) == [CUFF.address, OTHER_CUFF.address]


@pytest.mark.parametrize(("fruitless", "rest"), [(0, 0), (1, 1), (2, 2), (3, 4), (50, 30)])
def test_a_meter_that_gives_nothing_is_asked_ever_less_often(fruitless: int, rest: float) -> None:
    assert rest_after(fruitless) == rest


class BrokenOnce(ListRadio):
    is_broken = True

    @asynccontextmanager
    async def scanning(self, seen: Callable[[Seen], None]) -> AsyncIterator[None]:
        if self.is_broken:
            self.is_broken = False
            raise RadioFailed("no adapter")
        async with super().scanning(seen):
            yield


def test_a_failed_radio_is_tried_again() -> None:
    async def scenario() -> list[str]:
        return await served(BrokenOnce([CUFF], 1))

    assert asyncio.run(scenario()) == [CUFF.address]


class DyingRadio(ListRadio):
    """Its stack dies before a link is made, or when one stands: nothing is ever heard of it."""

    def __init__(self, *, is_linked: bool) -> None:
        super().__init__([CUFF], 1)
        self._is_linked = is_linked

    @asynccontextmanager
    async def connected(self, meter: Seen, ears: Ears) -> AsyncIterator[Link]:
        async with super().connected(meter, ears) as link:
            if not self._is_linked:
                await asyncio.Event().wait()
            yield link

    async def _link(self, _meter: Seen, ears: Ears) -> Link:
        return TableLink(ears, {}, {})


class Diary:
    """Company that remembers which contacts were broken."""

    def __init__(self) -> None:
        self.broken: list[bool] = []

    def welcomes(self, _address: str) -> bool:
        return True

    def met(self, _address: str, _name: str | None) -> None: ...

    def parted(self, contact: Contact, _device: object) -> None:
        self.broken.append(contact.broken)


@pytest.mark.parametrize("is_linked", [False, True])
def test_another_bluetoothd_ends_what_the_one_before_left_hanging(*, is_linked: bool) -> None:
    """Only a meter that was linked may have had a record confirmed that nobody got."""
    diary, radio, box = Diary(), DyingRadio(is_linked=is_linked), outbox()

    async def scenario() -> None:
        scanner = Scanner(radio, desk(box), driver_for, (), company=diary)
        running = asyncio.create_task(scanner.run())
        async with asyncio.timeout(10):
            while not radio.contacted:  # noqa: ASYNC110  the scanner has no event for it
                await asyncio.sleep(0)
            await asyncio.sleep(0)
            scanner.renewed()
            scanner.renewed()
            while not diary.broken:  # noqa: ASYNC110
                await asyncio.sleep(0)
        running.cancel()
        with suppress(asyncio.CancelledError):
            await running

    asyncio.run(scenario())
    assert diary.broken == [True]
    assert box.counts().at_risk == is_linked


class LingeringRadio(ListRadio):
    """Every meter keeps its link until as many as `crowd` hold one."""

    def __init__(self, advertisements: Sequence[Seen], contacts: int, *, crowd: int) -> None:
        super().__init__(advertisements, contacts)
        self._is_crowded = asyncio.Event()
        self._crowd = crowd

    async def _link(self, meter: Seen, ears: Ears) -> Link:
        if len(self.held) == self._crowd:
            self._is_crowded.set()
        await self._is_crowded.wait()
        return await super()._link(meter, ears)


def test_a_meter_that_lingers_keeps_no_other_waiting() -> None:
    async def scenario() -> list[str]:
        return await served(LingeringRadio([CUFF, OTHER_CUFF], 2, crowd=2))

    assert asyncio.run(scenario()) == [CUFF.address, OTHER_CUFF.address]


def test_a_ward_full_of_meters_takes_no_more_links_than_an_adapter_holds() -> None:
    ward = [Seen(f"C0:00:00:00:01:{number:02X}", ("1810",), None) for number in range(2 * LINKS)]

    async def scenario() -> int:
        radio = LingeringRadio(ward, len(ward), crowd=LINKS)
        assert await served(radio) == [meter.address for meter in ward]
        return radio.most_at_once

    assert asyncio.run(scenario()) == LINKS


class ChattyRadio(ListRadio):
    """A meter that goes on advertising while it is held."""

    @asynccontextmanager
    async def scanning(self, seen: Callable[[Seen], None]) -> AsyncIterator[None]:
        self._say = seen
        async with super().scanning(seen):
            yield

    async def _link(self, meter: Seen, ears: Ears) -> Link:
        self._say(meter)
        self._say(OTHER_CUFF)
        return await super()._link(meter, ears)


def test_a_meter_in_contact_is_not_contacted_once_more_for_what_it_says_meanwhile() -> None:
    async def scenario() -> list[str]:
        return await served(ChattyRadio([CUFF], 2))

    assert asyncio.run(scenario()) == [CUFF.address, OTHER_CUFF.address]
