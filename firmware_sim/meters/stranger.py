"""A neighbour's gadget: advertises a health service, and has none of it or says anything."""

from __future__ import annotations

import random
from datetime import datetime

from bumble.gatt import Characteristic, Service

from firmware_sim.controller import Air
from firmware_sim.meters.peripheral import (
    Callbacks,
    Habits,
    Nameplate,
    Peripheral,
    Permissions,
    Properties,
    readable,
)

LONGEST = 20
SERVICES = {"1810": "2A35", "1808": "2A18"}
HABITS = Habits(advertising_ms=2000, always_advertises=True)


class Stranger:
    """With an even seed its service is empty; with an odd one it sends random bytes to each subscriber."""

    def __init__(self, air: Air, nameplate: Nameplate, *, service: str, seed: int) -> None:
        self.nameplate = nameplate
        self._chance = random.Random(f"stranger {seed}")
        self._said: Characteristic[bytes] = Characteristic(
            SERVICES[service], Properties.NOTIFY | Properties.INDICATE, Permissions(0)
        )
        feature = readable("2A49", lambda: b"")
        profile = Service(service, [self._said, feature] if seed % 2 else [feature])
        callbacks = Callbacks(
            clock=datetime.now, has_news=lambda: True, on_subscribed=self._babble, on_gone=self._count
        )
        self.on_air = Peripheral(air, nameplate, HABITS, callbacks, profile=profile)

    async def start(self) -> None:
        await self.on_air.start()

    def stop(self) -> None:
        self.on_air.stop()

    def _babble(self) -> None:
        noise = self._chance.randbytes(self._chance.randint(1, LONGEST))
        self.on_air.spawn(self.on_air.notify(self._said, noise))

    def _count(self) -> None:
        self.on_air.fired["garbage_service"] += 1
