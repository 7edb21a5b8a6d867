"""Brings the home's answers to the cloud: each is sent until its receipt comes. Says nothing to the home.

What a crash cut off is sent on, and nothing of it is said: after a restart nothing old is (rule 16).
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from dataclasses import dataclass
from typing import Final, Protocol

from device_drivers.wire.answer import Answer, Answered, seal
from device_drivers.wire.codec import WireError, decode, encode
from device_drivers.wire.receipt import Receipt
from gateway.clock.own import Clock, elapsed
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


class Kept(Protocol):
    """Where answers outlive the process, by their streams."""

    def put(self, stream: str, payload: bytes) -> None: ...
    def drop(self, stream: str) -> None: ...
    def left(self) -> list[tuple[str, bytes]]: ...


class Answering:
    """`carry` takes bytes to the cloud if there is a way now; `arrived` is told of each receipt."""

    def __init__(
        self,
        signer: Signer,
        clock: Clock,
        trust: Callable[[], Trust],
        log: Log,
        kept: Kept,
        *,
        randbytes: Callable[[int], bytes],
    ) -> None:
        self._signer = signer
        self._clock = clock
        self._trust = trust
        self._log = log
        self._kept = kept
        self._randbytes = randbytes
        self._loop = asyncio.get_running_loop()
        self._waiting: dict[str, _Waiting] = {}
        self.carry: Callable[[bytes], None] = lambda _payload: None
        self.arrived: Callable[[AnswerArrived], None] = lambda _event: None
        for stream, payload in kept.left():
            self._resume(stream, payload)
        self._timer: asyncio.Handle | None = self._loop.call_soon(self._try)  # once there is who carries

    def send(self, told: Send) -> None:
        """At once, and again until it is settled."""
        answer = Answer(told.question, told.what, told.answer, "button", self._clock())
        stream = self._randbytes(16).hex()
        answered = seal(answer, gateway=self._signer.gateway, stream=stream, key=self._signer.key)
        if len(self._waiting) < MOST:
            one = _Waiting(answered, encode(answered), self._loop.time() + LONGEST_S)
            self._kept.put(stream, one.payload)
            self._waiting[stream] = one
        self._try()

    def settle(self, receipt: Receipt) -> bool:
        """Whether this receipt was for an answer."""
        waits = self._waiting.get(receipt.stream)
        if waits is None or (receipt.seq, receipt.link) != (1, waits.answered.link):
            return False
        if distrust(receipt, self._trust()) is None and receipt.outcome == "stored":
            self._forget(receipt.stream)
            self._log.info("answer.received", question=str(waits.answered.answer.question))
            self.arrived(AnswerArrived(waits.answered.answer.question))
        return True

    def close(self) -> None:
        """Arm no more timers."""
        if self._timer is not None:
            self._timer.cancel()

    def _resume(self, stream: str, payload: bytes) -> None:
        try:
            answered = decode(payload, Answered)
        except WireError:
            self._kept.drop(stream)
            return
        age = max(0.0, elapsed(answered.answer.given, self._clock()).total_seconds())
        self._waiting[stream] = _Waiting(answered, payload, self._loop.time() + LONGEST_S - age)

    def _try(self) -> None:
        now = self._loop.time()
        for stream in [stream for stream, one in self._waiting.items() if now > one.until]:
            self._forget(stream)
        for one in self._waiting.values():
            self.carry(one.payload)
        self.close()
        self._timer = self._loop.call_later(AGAIN_S, self._try) if self._waiting else None

    def _forget(self, stream: str) -> None:
        del self._waiting[stream]
        self._kept.drop(stream)
