"""Brings the home's answers to the cloud: each is sent until its receipt comes. Says nothing to the home.

Kept in memory alone: the home hears within seconds if an answer has not arrived, and after a restart nothing
old is said to anybody (rule 16).
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from dataclasses import dataclass
from typing import Final

from device_drivers.wire.answer import Answer, Answered, seal
from device_drivers.wire.codec import encode
from device_drivers.wire.receipt import Receipt
from gateway.clock.own import Clock
from gateway.log import Log
from gateway.trust.receipts import Trust, distrust
from gateway.trust.sealing import Signer
from gateway.voice.happenings import AnswerArrived, Send

AGAIN_S: Final = 2.0
"""Seconds between two tries: a yes to the red flags should arrive while somebody can still help."""

LONGEST_S: Final = 900.0
"""Seconds after which an answer is given up, as the question was."""

MOST: Final = 16


@dataclass(frozen=True, slots=True)
class _Waiting:
    answered: Answered
    payload: bytes
    until: float


class Answering:
    """`carry` takes bytes to the cloud if there is a way now; `arrived` is told of each receipt."""

    def __init__(
        self,
        signer: Signer,
        clock: Clock,
        trust: Callable[[], Trust],
        log: Log,
        *,
        randbytes: Callable[[int], bytes],
    ) -> None:
        self._signer = signer
        self._clock = clock
        self._trust = trust
        self._log = log
        self._randbytes = randbytes
        self._loop = asyncio.get_running_loop()
        self._waiting: dict[str, _Waiting] = {}
        self._timer: asyncio.TimerHandle | None = None
        self.carry: Callable[[bytes], None] = lambda _payload: None
        self.arrived: Callable[[AnswerArrived], None] = lambda _event: None

    def send(self, told: Send) -> None:
        """At once, and again until it is settled."""
        answer = Answer(told.question, told.what, told.answer, "button", self._clock())
        stream = self._randbytes(16).hex()
        answered = seal(answer, gateway=self._signer.gateway, stream=stream, key=self._signer.key)
        if len(self._waiting) < MOST:
            until = self._loop.time() + LONGEST_S
            self._waiting[stream] = _Waiting(answered, encode(answered), until)
        self._try()

    def settle(self, receipt: Receipt) -> bool:
        """Whether this receipt was for an answer."""
        waits = self._waiting.get(receipt.stream)
        if waits is None or (receipt.seq, receipt.link) != (1, waits.answered.link):
            return False
        if distrust(receipt, self._trust()) is None and receipt.outcome == "stored":
            del self._waiting[receipt.stream]
            self._log.info("answer.received", question=str(waits.answered.answer.question))
            self.arrived(AnswerArrived(waits.answered.answer.question))
        return True

    def close(self) -> None:
        """Arm no more timers."""
        if self._timer is not None:
            self._timer.cancel()

    def _try(self) -> None:
        now = self._loop.time()
        self._waiting = {stream: one for stream, one in self._waiting.items() if now <= one.until}
        for one in self._waiting.values():
            self.carry(one.payload)
        self.close()
        self._timer = self._loop.call_later(AGAIN_S, self._try) if self._waiting else None
