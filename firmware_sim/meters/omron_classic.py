"""A classic Omron cuff on the air: a service of the maker's own, a lock, four channels each way."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Sequence
from datetime import datetime

from bumble.att import AttributeValue
from bumble.gatt import Characteristic, Service

from firmware_sim.controller import Air
from firmware_sim.makers.omron import OmronMemory
from firmware_sim.meters.peripheral import (
    Callbacks,
    Habits,
    Nameplate,
    Peripheral,
    Permissions,
    Properties,
)

SERVICE = "ecbe3980-c9a2-11e1-b1bd-0002a5d5c51b"
LOCK = "b305b680-aee7-11e1-a730-0002a5d5c51b"
TO_CUFF = "db5b55e0-aee7-11e1-965e-0002a5d5c51b"
FROM_CUFF = (
    "49123040-aee8-11e1-a74d-0002a5d5c51b",
    "4d0bf320-aee8-11e1-a0d9-0002a5d5c51b",
    "5128ce60-aee8-11e1-b84b-0002a5d5c51b",
    "560f1420-aee8-11e1-8184-0002a5d5c51b",
)


class OmronClassicMeter:
    """Answers requests from its memory; `memory.violations` says what it should never have been asked."""

    def __init__(
        self,
        air: Air,
        nameplate: Nameplate,
        memory: OmronMemory,
        *,
        clock: Callable[[], datetime],
        habits: Habits = Habits(),  # noqa: B008  # frozen
    ) -> None:
        self.memory = memory
        self.left = asyncio.Event()
        """Set when a collector has gone."""
        self._lock = _told(LOCK, self._on_lock, Properties.WRITE | Properties.NOTIFY)
        self._channels: list[Characteristic[bytes]] = [
            Characteristic(one, Properties.NOTIFY, Permissions(0)) for one in FROM_CUFF
        ]
        requests = _told(TO_CUFF, self._on_request, Properties.WRITE)
        callbacks = Callbacks(
            clock=clock,
            has_news=lambda: memory.has_news,
            on_subscribed=lambda: None,
            on_gone=self._on_gone,
        )
        profile = Service(SERVICE, [self._lock, requests, *self._channels])
        self.on_air = Peripheral(air, nameplate, habits, callbacks, profile=profile)

    def _on_gone(self) -> None:
        self.memory.is_open = self.memory.is_reading = False
        self.left.set()

    def _on_lock(self, words: bytes) -> None:
        self.on_air.spawn(self._say([(self._lock, self.memory.unlock(words))]))

    def _on_request(self, request: bytes) -> None:
        parts = self.memory.answer(request)
        self.on_air.spawn(self._say(list(zip(self._channels, parts, strict=False))))

    async def _say(self, notes: Sequence[tuple[Characteristic[bytes], bytes]]) -> None:
        for characteristic, note in notes:
            await self.on_air.notify(characteristic, note)


def _told(uuid: str, hear: Callable[[bytes], None], properties: Properties) -> Characteristic[bytes]:
    written = AttributeValue[bytes](write=lambda _, value: hear(value))
    return Characteristic(uuid, properties, Permissions.WRITEABLE, written)
