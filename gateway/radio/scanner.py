"""Listens for meters, always, and holds a few contacts at once. Which drivers there are is given to it."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Iterable, Sequence
from contextlib import AbstractAsyncContextManager
from dataclasses import dataclass
from typing import Any, Final, Protocol

from device_drivers.driver import Driver
from gateway.radio import runner
from gateway.radio.contact import OPEN_HOUSE, Company, Contact
from gateway.radio.remembering import Remembered, Remembering
from gateway.radio.runner import Ears, Link, LinkLost, LinkRefused
from gateway.radio.transfer import Desk, Transfer

LONGEST_REST: Final = 30.0
"""Seconds; a meter that advertises for days with nothing to give is asked that seldom."""

LONGEST_CONTACT: Final = 300.0
"""Seconds; a meter that never falls silent must not keep the others waiting. What it sent is kept."""

LINKS: Final = 3
"""Contacts at once. A meter lingers for seconds after its last record, another advertises for no longer than
that; the weakest adapters hold five links."""

RADIO_REST: Final = 5.0
"""Seconds before the radio is tried again after it failed."""

STILL_HEARD: Final = 2.0
"""Seconds into a contact after which a meter that still advertises is held by nobody."""

STEADY: Final = 60.0
"""Seconds after which a scan that fails counts as the first failure again."""

MOST_METERS: Final = 256
"""Addresses remembered at most. Phones and neighbours' meters change theirs each quarter of an hour."""


class RadioFailed(Exception):  # noqa: N818  a state of the world more than an error
    """The adapter or its daemon is gone, or went silent."""


@dataclass(frozen=True, slots=True)
class Seen:
    """An advertisement: whose, for which services (four-digit upper-case UUIDs), what the radio needs to
    connect to it, and the name that it goes by."""

    address: str
    services: tuple[str, ...]
    device: object
    name: str | None = None


FindDriver = Callable[[Iterable[str], str | None], Driver | None]
"""The driver for a meter that advertises these services under this name."""


class Radio(Protocol):
    """Where meters advertise. Both contexts raise RadioFailed, LinkLost or LinkRefused, and end in time.
    Whoever advertises is told of, meter or not: only so is a deaf radio known from a quiet home. Links may be
    held side by side, and asked for while another is being made."""

    def scanning(self, seen: Callable[[Seen], None]) -> AbstractAsyncContextManager[None]: ...
    def connected(self, meter: Seen, ears: Ears) -> AbstractAsyncContextManager[Link]: ...


def is_allowed(address: str, allowed: Sequence[str]) -> bool:
    """Whether this meter may be listened to. No list allows all."""
    return not allowed or address.upper() in {one.upper() for one in allowed}


def rest_after(fruitless: int) -> float:
    """Seconds before the next contact after so many in a row that brought nothing."""
    return 0.0 if fruitless == 0 else min(LONGEST_REST, 0.5 * 2.0 ** min(fruitless, 10))


class Scanner:
    """Every advertisement re-arms its meter. Each has one contact at a time, and none is polled."""

    def __init__(
        self,
        radio: Radio,
        desk: Desk,
        driver_for: FindDriver,
        allowed: Sequence[str],
        *,
        company: Company = OPEN_HOUSE,
        radio_rest: float = RADIO_REST,
    ) -> None:
        self._radio = radio
        self._desk = desk
        self._driver_for = driver_for
        self._allowed = allowed
        self._company = company
        self._radio_rest = radio_rest
        self._waiting: dict[str, Seen] = {}
        self._held: dict[str, float] = {}
        """When each meter in contact last advertised, in the loop's seconds."""
        self._ends: dict[str, asyncio.Timeout] = {}
        self._broken: set[str] = set()
        """Meters in whose contact bluetoothd or its adapter was renewed."""
        self._fruitless: dict[str, int] = {}
        self._resting_until: dict[str, float] = {}
        self._news = asyncio.Event()
        self._shall_rescan = False
        self.heard_at = asyncio.get_running_loop().time()
        """When anybody at all was heard, in the loop's seconds."""
        self.scanning_since: float | None = None
        self.failures = 0
        """Scans in a row that did not start, or not for long."""
        self.seen: dict[str, None] = {}
        """Addresses of the meters that were in contact, the latest last."""

    async def run(self) -> None:
        """For ever; a failed radio is tried again."""
        async with asyncio.TaskGroup() as contacts:
            while True:
                try:
                    async with self._radio.scanning(self._on_advertisement):
                        self._desk.log.info("scanner.started")
                        self.scanning_since = asyncio.get_running_loop().time()
                        await self._serve(contacts)
                except RadioFailed as error:
                    self._count_failure()
                    self._desk.log.warning("scanner.failed", error=str(error))
                    await asyncio.sleep(self._radio_rest)

    def rescan(self) -> None:
        """Scan anew; contacts go on."""
        self._shall_rescan = True
        self._news.set()

    def renewed(self) -> None:
        """There is another bluetoothd, or its adapter was off: it has none of our links and does not scan for
        us. A contact would wait in vain, and keep the adapter from others."""
        ends, self._ends = self._ends, {}
        for address, end in ends.items():
            self._broken.add(address)
            end.reschedule(asyncio.get_running_loop().time())
        self.rescan()

    def _count_failure(self) -> None:
        since, self.scanning_since = self.scanning_since, None
        is_steady = since is not None and asyncio.get_running_loop().time() - since >= STEADY
        self.failures = 1 if is_steady else self.failures + 1

    def _on_advertisement(self, seen: Seen) -> None:
        """What a meter says while it is held tells nothing: it counts from the end of the contact on."""
        now = self.heard_at = asyncio.get_running_loop().time()
        self.failures = 0
        if seen.address in self._held:
            self._held[seen.address] = now
        elif self._resting_until.get(seen.address, 0) <= now and self._is_company(seen):
            self._waiting[seen.address] = seen
            self._news.set()

    def _is_company(self, seen: Seen) -> bool:
        if self._driver_for(seen.services, seen.name) is None or not is_allowed(seen.address, self._allowed):
            return False
        return self._company.welcomes(seen.address)

    async def _serve(self, contacts: asyncio.TaskGroup) -> None:
        """Until told to scan anew. News is an advertisement, or a contact's end that left room for one."""
        self._shall_rescan = False
        while not self._shall_rescan:
            await self._news.wait()
            self._news.clear()
            while self._waiting and len(self._held) < LINKS:
                seen = self._waiting.pop(next(iter(self._waiting)))
                driver = self._driver_for(seen.services, seen.name)
                if driver is not None:
                    self._held[seen.address] = asyncio.get_running_loop().time()
                    contacts.create_task(self._contact(seen, driver))

    async def _contact(self, seen: Seen, driver: Driver) -> None:
        self.seen.pop(seen.address, None)
        self.seen[seen.address] = None
        transfer = Transfer(self._desk, seen.address, driver, name=seen.name)
        ears = Ears(transfer.hear)
        memory = Remembered(asyncio.get_running_loop().time())
        self._company.met(seen.address, seen.name)
        try:
            async with asyncio.timeout(None) as end:
                self._ends[seen.address] = end
                async with self._radio.connected(seen, ears) as link, asyncio.timeout(LONGEST_CONTACT):
                    conversation = driver.conversation(transfer.memory)
                    remembering = Remembering(link, memory)
                    await runner.run(conversation, remembering, ears, transfer.want, transfer.tell_time)
        except (LinkLost, LinkRefused, TimeoutError) as error:
            memory.fail(error)
            reason = str(error) or "broken off"
            self._desk.log.warning("meter.unreached", meter=seen.address, error=reason)
        except Exception as error:  # noqa: BLE001  the outermost loop: one meter must not silence the others
            self._desk.log.failure("contact.failed", error, meter=seen.address)
        finally:
            self._ends.pop(seen.address, None)
            transfer.finish(is_broken=memory.reached and seen.address in self._broken)
        self._part(seen, driver, memory, transfer.gain)
        self._rest(seen.address, transfer.gain)

    def _part(self, seen: Seen, driver: Driver, memory: Remembered, gain: int) -> None:
        contact = Contact(
            address=seen.address,
            name=seen.name,
            began_at=memory.began_at,
            ended_at=asyncio.get_running_loop().time(),
            sends_once=bool(driver.irreplaceable),
            reached=memory.reached,
            served=memory.served,
            bonded=memory.bonded,
            refused=memory.refused,
            was_heard=self._held[seen.address] - memory.began_at >= STILL_HEARD,
            broken=seen.address in self._broken,
            gain=gain,
        )
        self._broken.discard(seen.address)
        self._company.parted(contact, seen.device)

    def _rest(self, address: str, gain: int) -> None:
        self._fruitless[address] = 0 if gain else self._fruitless.get(address, 0) + 1
        rest = rest_after(self._fruitless[address])
        self._resting_until[address] = asyncio.get_running_loop().time() + rest
        for remembered in (self._fruitless, self._resting_until, self.seen):
            _forget_oldest(remembered)
        del self._held[address]
        self._news.set()


def _forget_oldest(remembered: dict[str, Any]) -> None:
    while len(remembered) > MOST_METERS:
        del remembered[next(iter(remembered))]
