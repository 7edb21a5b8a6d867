"""What lies between a gateway and the cloud: it loses, repeats and reorders, by a seed. Promises nothing."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from dataclasses import dataclass
from random import Random
from typing import Final
from uuid import UUID

from device_drivers.wire.topics import Channel, topic
from gateway.cloud.sender import Sender
from ingest.door.intake import Message

LOST: Final = 0.1
REPEATED: Final = 0.1
LONGEST_S: Final = 3.0

Take = Callable[[Message], None]


@dataclass
class Courier:
    """A gateway's Transport. `lost` and `repeated` count messages, both ways."""

    gateway: UUID
    take: Take
    chance: Random
    lost: int = 0
    repeated: int = 0

    def publish(self, channel: Channel, payload: bytes, *, retain: bool = False) -> None:  # noqa: ARG002
        message = Message(topic(self.gateway, channel), payload)
        self._carry(lambda: self.take(message))

    def refresh(self) -> None:
        """Subscriptions are never lost here."""

    def answer(self, sender: Sender, receipt: bytes) -> None:
        self._carry(lambda: sender.receive("receipt", receipt))

    def _carry(self, deliver: Callable[[], None]) -> None:
        if self.chance.random() < LOST:
            self.lost += 1
            return
        is_repeated = self.chance.random() < REPEATED
        self.repeated += is_repeated
        for _ in range(1 + is_repeated):
            asyncio.get_running_loop().call_later(self.chance.uniform(0, LONGEST_S), deliver)
