"""Puts the home's voice together from the settings: what speaks, what listens, where answers go."""

from __future__ import annotations

import asyncio
import os
from dataclasses import dataclass
from typing import Final

from gateway.button.input_device import InputDevice
from gateway.clock.cloud import CloudClock
from gateway.clock.own import Clock
from gateway.cloud.sender import Sender
from gateway.log import Log
from gateway.outbox.store import Outbox
from gateway.settings import Settings, home_zone
from gateway.trust.sealing import Signer
from gateway.voice.answering import Answering
from gateway.voice.espeak import Espeak, Studio
from gateway.voice.happenings import Pressed
from gateway.voice.home import HomeVoice, Surroundings
from gateway.voice.port import Silent, Voice

FOLDER: Final = "voice"
"""Below `data_dir`: the sounds that were made."""


@dataclass(frozen=True, slots=True)
class Speaking:
    """The voice, its button, and the answers under way."""

    home: HomeVoice
    answering: Answering
    button: InputDevice | None

    def join(self, sender: Sender) -> None:
        """Answers leave by its way, and it tells of their receipts."""
        self.answering.carry = sender.carry
        sender.settled, sender.refused = self.answering.settle, self.home.shut_out

    async def run(self) -> None:
        """For ever."""
        async with asyncio.TaskGroup() as group:
            group.create_task(self.home.run())
            if self.button is not None:
                group.create_task(self.button.run())

    def close(self) -> None:
        self.home.close()
        self.answering.close()


def voice_of(chosen: Settings) -> Voice:
    if chosen.voice == "silent":
        return Silent()
    player = tuple(chosen.voice_player.split())
    return Espeak(Studio(chosen.data_dir / FOLDER, chosen.language, chosen.recordings, player))


def speaking(
    chosen: Settings, outbox: Outbox, signer: Signer, *, clock: Clock, cloud: CloudClock, log: Log
) -> Speaking:
    """Make it in the event loop."""
    answering = Answering(signer, clock, outbox.trust, log, outbox.answers, randbytes=os.urandom)
    around = Surroundings(voice_of(chosen), outbox, answering, cloud, home_zone(chosen), log)
    home = HomeVoice(around)
    answering.arrived = home.happened
    button = None
    if chosen.button is not None:
        button = InputDevice(chosen.button, lambda answer: home.happened(Pressed(answer)), log)
    return Speaking(home, answering, button)
