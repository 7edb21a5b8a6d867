"""A Microlife cuff on the air: service 0xFFF0, commands without response, answers of twenty bytes a note."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from datetime import datetime

from bumble.att import AttributeValue
from bumble.gatt import Characteristic, Service

from firmware_sim.controller import Air
from firmware_sim.makers.microlife import MicrolifeMemory
from firmware_sim.meters.peripheral import (
    Callbacks,
    Habits,
    Nameplate,
    Peripheral,
    Permissions,
    Properties,
)

PART = 20


class MicrolifeMeter:
    """Answers commands from its memory; `memory.violations` says what it should never have been asked."""

    def __init__(
        self,
        air: Air,
        nameplate: Nameplate,
        memory: MicrolifeMemory,
        *,
        clock: Callable[[], datetime],
        habits: Habits = Habits(),  # noqa: B008  # frozen
    ) -> None:
        self.memory = memory
        self.left = asyncio.Event()
        """Set when a collector has gone."""
        self._answers: Characteristic[bytes] = Characteristic("FFF1", Properties.NOTIFY, Permissions(0))
        commands: Characteristic[bytes] = Characteristic(
            "FFF2",
            Properties.WRITE_WITHOUT_RESPONSE,
            Permissions.WRITEABLE,
            AttributeValue(write=lambda _, frame: self._on_command(frame)),
        )
        callbacks = Callbacks(
            clock=clock,
            has_news=lambda: memory.has_news,
            on_subscribed=lambda: None,
            on_gone=self.left.set,
        )
        profile = Service("FFF0", [self._answers, commands])
        self.on_air = Peripheral(air, nameplate, habits, callbacks, profile=profile)

    def _on_command(self, frame: bytes) -> None:
        whole = self.memory.answer(frame)
        if whole is not None:
            self.on_air.spawn(self._say(whole))

    async def _say(self, whole: bytes) -> None:
        for at in range(0, len(whole), PART):
            await self.on_air.notify(self._answers, whole[at : at + PART])
