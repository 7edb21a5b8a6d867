"""The voice at work: what happens goes in, decisions are made elsewhere, sentences and answers come out.

Everything runs in the event loop. Whoever tells it something is never made to wait for a sentence.
"""

from __future__ import annotations

import asyncio
from collections.abc import Collection
from dataclasses import dataclass
from typing import Final, Protocol
from uuid import UUID
from zoneinfo import ZoneInfo

from device_drivers.wire.downlink import Question
from device_drivers.wire.reading import BloodPressure
from gateway.clock.cloud import CloudClock
from gateway.log import Log
from gateway.outbox.keeping import Kept
from gateway.trust.receipts import Fate
from gateway.voice import deciding
from gateway.voice.deciding import Home
from gateway.voice.happenings import (
    Happening,
    Kind,
    Moment,
    NotSaved,
    Say,
    Send,
    Settled,
    ShutOut,
    TimePassed,
)
from gateway.voice.happenings import Kept as KeptInHome
from gateway.voice.night import is_night
from gateway.voice.port import Voice, VoiceFailed
from gateway.voice.sentences import Name

LOOK_S: Final = 1.0
"""Seconds between two looks for receipts, while readings just measured wait for one."""

MOST_UNSAID: Final = 32
MOST_SHOWN: Final = 5


class Fates(Protocol):
    """Asks the outbox what became of readings; those without a receipt are not in the answer."""

    def fates(self, readings: Collection[UUID]) -> dict[UUID, Fate]: ...


class Answers(Protocol):
    """Takes an answer of the home to the cloud."""

    def send(self, answer: Send) -> None: ...


@dataclass(frozen=True, slots=True)
class Surroundings:
    """`zone` is the home's."""

    voice: Voice
    fates: Fates
    answers: Answers
    clock: CloudClock
    zone: ZoneInfo
    log: Log


class HomeVoice:
    """`happened` may be called from any callback in the loop."""

    def __init__(self, around: Surroundings) -> None:
        self._around = around
        self._loop = asyncio.get_running_loop()
        self._home = Home()
        self._unsaid: asyncio.Queue[Say] = asyncio.Queue()
        self._timer: asyncio.TimerHandle | None = None
        self.said: tuple[Name, ...] = ()
        """The last sentences whose turn came, heard or not; the last one last."""
        self.is_mute = False
        """The last sentence was not heard: the status and the heartbeat may say so."""

    @property
    def asks(self) -> Question | None:
        """What waits for an answer, or for a better one."""
        now = self._loop.time()
        alive = [one for one in self._home.asking.open if now <= one.until and one.answer != "yes"]
        return alive[0].what if alive else None

    def kept(self, kept: Kept) -> None:
        """A reading is in the outbox."""
        if kept.is_new:
            is_pressure = isinstance(kept.reading.values, BloodPressure)
            kind: Kind = "blood_pressure" if is_pressure else "other"
            self.happened(KeptInHome(kept.reading.reading_id, kind))

    def not_saved(self) -> None:
        """A reading was heard and cannot be written."""
        self.happened(NotSaved())

    def shut_out(self) -> None:
        """The cloud takes nothing of ours."""
        self.happened(ShutOut())

    def happened(self, event: Happening) -> None:
        self._home, deeds = deciding.decide(self._home, event, self._moment())
        for deed in deeds:
            match deed:
                case Say():
                    self._queue(deed)
                case Send():
                    self._around.log.info("answer.given", question=str(deed.question))
                    self._around.answers.send(deed)
        self._arm()

    async def run(self) -> None:
        """Speak, for ever, one sentence after the other."""
        while True:
            await self._speak(await self._unsaid.get())

    def close(self) -> None:
        """Arm no more timers."""
        if self._timer is not None:
            self._timer.cancel()

    def _queue(self, say: Say) -> None:
        if self._unsaid.qsize() < MOST_UNSAID:
            self._unsaid.put_nowait(say)
        else:
            self._around.log.warning("sentence.dropped", sentence=say.sentence)

    async def _speak(self, say: Say) -> None:
        if self._loop.time() > say.until:
            self._around.log.info("sentence.expired", sentence=say.sentence)
            return
        self.said = (*self.said[1 - MOST_SHOWN :], say.sentence)
        try:
            await self._around.voice.say(say.sentence)
        except VoiceFailed as error:
            self.is_mute = True
            self._around.log.warning("voice.failed", sentence=say.sentence, error=str(error))
            return
        self.is_mute = False
        self._around.log.info("sentence.said", sentence=say.sentence)

    def _moment(self) -> Moment:
        at = self._around.clock.now()
        return Moment(self._loop.time(), None if at is None else is_night(at, self._around.zone))

    def _arm(self) -> None:
        if self._timer is not None:
            self._timer.cancel()
        due = deciding.due_at(self._home)
        if self._home.fresh.waiting:
            due = min(due or float("inf"), self._loop.time() + LOOK_S)
        self._timer = None if due is None else self._loop.call_at(due, self._look)

    def _look(self) -> None:
        fates = self._around.fates.fates(self._home.fresh.waiting)
        self.happened(Settled(tuple(fates.items())) if fates else TimePassed())
