"""A gateway in this process: the chain that `gateway.main` joins, on a simulated radio and a courier."""

from __future__ import annotations

import asyncio
from collections import Counter
from collections.abc import Callable
from contextlib import closing
from dataclasses import dataclass, field
from datetime import datetime
from random import Random
from uuid import UUID

from bumble import hci
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from device_drivers.wire.reading import Heard
from firmware_sim import bleak_backend
from firmware_sim.bleak_backend.adapter import Adapter, on
from firmware_sim.controller import Air, Radio
from gateway.chain import Ends, joined
from gateway.cloud.sender import Sender
from gateway.cloud.sending import Patience, Schedule
from gateway.log import Fact
from gateway.outbox.store import Outbox, Surroundings
from gateway.radio.bleak_link import BleakRadio
from gateway.trust.sealing import Signer
from hearthline.simulation.courier import Courier, Take

PATIENCE = Patience(receipt=10, base=1, cap=20)


@dataclass
class Tally:
    """A Log that counts events by name."""

    events: Counter[str] = field(default_factory=Counter)

    def info(self, event: str, **_facts: Fact) -> None:
        self.events[event] += 1

    def warning(self, event: str, **_facts: Fact) -> None:
        self.events[event] += 1

    def failure(self, event: str, error: Exception, **_facts: Fact) -> None:
        self.events[event] += 1
        self.events[f"{event}: {type(error).__name__}: {error}"] += 1


@dataclass(frozen=True, slots=True)
class Place:
    """Where a gateway stands: `number` tells it from others on that air."""

    air: Air
    number: int
    tag: str
    """Unlike that of any other scenario or seed."""
    now: Callable[[], datetime]


class Box:
    """One gateway. Its outbox is in memory: what a kill leaves of it is asked elsewhere, of processes."""

    def __init__(self, place: Place, *, root: str, greeting: bytes, take: Take) -> None:
        chance = Random(f"box {place.tag} {place.number}")  # noqa: S311  a simulated home has no secrets
        key = Ed25519PrivateKey.from_private_bytes(chance.randbytes(32))
        self.signer = Signer(UUID(bytes=chance.randbytes(16), version=4), key)
        self.log = Tally()
        self._place = place
        self._greeting = greeting
        self._adapter = Adapter(on(_radio(place)), bonds=None)
        self._courier = Courier(self.signer.gateway, take, chance)
        self.outbox = Outbox(":memory:", self.signer, Surroundings(root, self._heard, chance.randbytes))
        self._sender: Sender | None = None

    async def run(self) -> None:
        """Until cancelled."""
        bleak_backend.use(self._adapter)
        with closing(self.outbox):
            schedule = Schedule(PATIENCE, Random(self._place.tag))  # noqa: S311  jitter
            ends = Ends(clock=self._heard, log=self.log, radio=BleakRadio(None), schedule=schedule)
            chain = joined(self.outbox, ends)
            self._sender = chain.sender
            chain.sender.connect(self._courier)
            chain.sender.receive("lineage", self._greeting)
            try:
                await chain.scanner.run()
            finally:
                chain.sender.close()
                await self._adapter.close()

    def answer(self, receipt: bytes) -> None:
        """A receipt sets out on its way."""
        if self._sender is not None:
            self._courier.answer(self._sender, receipt)

    async def forget(self, address: str) -> None:
        """Somebody removes the bond, so that the next contact pairs anew."""
        await self._adapter.forget(hci.Address(address))

    def _heard(self) -> Heard:
        uptime_ms = round(asyncio.get_running_loop().time() * 1000)
        return Heard(self._place.now(), synced=True, boot="simulated", uptime_ms=uptime_ms)


def _radio(place: Place) -> Radio:
    address = f"00:1B:DC:{place.number >> 8 & 0xFF:02X}:{place.number & 0xFF:02X}:00"
    return Radio(f"gateway {place.number}", place.air, public_address=address)
