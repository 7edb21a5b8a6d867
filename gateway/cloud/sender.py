"""Brings sealed batches out and receipts in. Decides nothing: `sending`, `receipts` and `lineage` do.

All of it runs in the thread of the event loop, which also owns the outbox. Nothing here waits: each event (a
reading kept, a message, a timer) does what can be done now and arms one timer for the next moment of note.
"""

from __future__ import annotations

import asyncio
import sqlite3
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from typing import Final

from device_drivers.wire.codec import WireError, decode
from device_drivers.wire.receipt import Lineage, Receipt
from device_drivers.wire.topics import Channel
from gateway.cloud import sending
from gateway.cloud.line import Transport
from gateway.cloud.sending import Schedule
from gateway.cloud.silence import Silence
from gateway.log import Log
from gateway.outbox.keeping import Kept
from gateway.outbox.store import Outbox
from gateway.trust import receipts
from gateway.trust.lineage import Disregard

SILENCE_S: Final = 120.0

UNWELL_S: Final = 5.0
"""Seconds before sealing is tried again where nothing could be written."""


@dataclass(slots=True)
class _Gathering:
    """The readings that wait to be sealed."""

    count: int
    size: int = 0
    since: float = 0

    def add(self, size: int, now: float) -> None:
        if self.count == 0:
            self.since = now
        self.count += 1
        self.size += size


class Sender:
    """`at` is told of `batch.sent` and `receipt.received`."""

    def __init__(
        self,
        outbox: Outbox,
        schedule: Schedule,
        log: Log,
        at: Callable[[str], None],
        *,
        silence_s: float = SILENCE_S,
        dated: Callable[[datetime], None] = lambda _cloud_time: None,
    ) -> None:
        """`silence_s`: without any receipt for so long, another node may be better. `dated` is told the
        cloud's time in each receipt that counted."""
        self._outbox = outbox
        self._schedule = schedule
        self._silence = Silence(silence_s)
        self._log = log
        self._at = at
        self._dated = dated
        self.settled: Callable[[Receipt], bool] = lambda _receipt: False
        """Takes receipts that are for no batch; whether this was one."""
        self.refused: Callable[[], None] = lambda: None
        """Told when the cloud does not want us."""
        self._loop = asyncio.get_running_loop()
        self._transport: Transport | None = None
        self._gathering = _Gathering(0)
        self._arrived: list[Receipt] = []
        self._soon: asyncio.Handle | None = None
        self._timer: asyncio.TimerHandle | None = None
        self._lineage = outbox.lineage()
        self.is_refused = False
        """The cloud does not know this gateway: nothing is sent until it announces its lineage again."""
        self.ignored: Counter[str] = Counter()
        """Messages that changed nothing, by reason."""
        self._count_anew()

    def kept(self, kept: Kept) -> None:
        """A reading is in the outbox."""
        if kept.is_new:
            self._gathering.add(kept.size, self._loop.time())
            self._pump_soon()

    def carry(self, payload: bytes) -> None:
        """Something else for the cloud's door, if there is a way just now. Whoever wants it kept keeps it."""
        if self._transport is not None:
            self._transport.publish("up", payload)

    def connect(self, transport: Transport) -> None:
        """The way is open, receipts can be heard."""
        self._transport = transport
        self._pump_soon()

    def disconnect(self) -> None:
        self._transport = None
        self._schedule.disconnect()

    def receive(self, channel: Channel, payload: bytes) -> None:
        """A message from the broker, which may be anyone's."""
        try:
            if channel == "receipt":
                self._receive_receipt(decode(payload, Receipt))
            elif channel == "lineage":
                self._heed(decode(payload, Lineage))
        except WireError as error:
            self._ignore(error.reason)

    def is_unheard(self) -> bool:
        """Whether the node should be left for another, since nothing of what was sent is answered."""
        return self._silence.is_too_long(self._loop.time())

    def close(self) -> None:
        """Arm no more timers, act on no more receipts."""
        self._arrived.clear()
        for handle in (self._soon, self._timer):
            if handle is not None:
                handle.cancel()

    # Receipts are gathered for one turn of the loop: a burst of them costs one sync to disk.

    def _receive_receipt(self, receipt: Receipt) -> None:
        self._at("receipt.received")
        self._silence.heard()
        if self.settled(receipt):
            return
        self._arrived.append(receipt)
        if len(self._arrived) == 1:
            self._loop.call_soon(self._act)

    def _act(self) -> None:
        arrived, self._arrived = self._arrived, []
        if not arrived:  # closed meanwhile
            return
        try:
            actions = self._outbox.act_on(arrived)
        except sqlite3.Error as error:  # they come again, as their batches are sent again
            self._log.warning("receipt.unwritten", error=str(error))
            return
        for receipt, action in zip(arrived, actions, strict=True):
            if not isinstance(action, receipts.FetchKeys | receipts.Ignore):
                self._dated(receipt.cloud_time)
            self._follow(action)
        self._notice_rewind()
        self._pump_soon()

    def _follow(self, action: receipts.Action) -> None:
        match action:
            case receipts.MarkStored(batch=batch) | receipts.MarkRejected(batch=batch):
                self._schedule.settle(batch)
            case receipts.OpenNewStream(batch=batch) | receipts.MoveRowsToCurrent(batch=batch):
                self._schedule.settle(batch)
                self._count_anew()
            case receipts.StopSending():
                self.is_refused = True
                self.refused()
                self._log.warning("gateway.refused")
            case receipts.FetchKeys(kid=kid):
                self._log.warning("receipt.unknown_key", kid=kid)
                if self._transport is not None:
                    self._transport.refresh()
            case receipts.Ignore(reason=reason):
                self._ignore(reason)

    def _heed(self, message: Lineage) -> None:
        judged = self._outbox.heed(message)
        if isinstance(judged, Disregard):
            self._ignore(judged.reason)
        elif (
            self.is_refused
        ):  # said at each connect and after an enrolment: worth one more try, with one batch
            self.is_refused = False
            self._schedule.disconnect()
        self._notice_rewind()
        self._pump_soon()

    def _notice_rewind(self) -> None:
        lineage = self._outbox.lineage()
        if lineage != self._lineage:
            self._lineage = lineage
            self._log.warning("lineage.risen", lineage=lineage)
            self._count_anew()

    def _ignore(self, reason: str) -> None:
        self.ignored[reason] += 1
        self._log.warning("message.ignored", reason=reason)

    def _count_anew(self) -> None:
        self._schedule.hold(self._outbox.unsent())
        self._gathering = _Gathering(self._outbox.waiting())

    # Sending

    def _pump_soon(self) -> None:
        if self._soon is None:
            self._soon = self._loop.call_soon(self._pump)

    def _pump(self) -> None:
        self._soon = None
        if self._transport is None or self.is_refused:
            return
        now = self._loop.time()
        self._schedule.expire(now)
        self._seal(now)
        while (batch := self._schedule.take(now)) is not None:
            self._send(batch, self._transport)
        self._arm(now)

    def _seal(self, now: float) -> None:
        waits = self._gathering
        in_flight, waited = self._schedule.in_flight, now - waits.since
        if sending.is_due(in_flight=in_flight, waiting=waits.count, size=waits.size, waited=waited):
            try:
                sealed = self._outbox.seal()
            except sqlite3.Error as error:  # what is sealed already can be sent all the same
                self._log.warning("batch.unwritten", error=str(error))
                waits.since = now + UNWELL_S
                return
            for batch in sealed:
                self._schedule.add(batch.id)
            self._gathering = _Gathering(self._outbox.waiting())

    def _send(self, batch: int, transport: Transport) -> None:
        payload = self._outbox.payload(batch)
        if payload is not None:
            transport.publish("up", payload)
            self._silence.asked(self._loop.time())
            self._at("batch.sent")

    def _arm(self, now: float) -> None:
        if self._timer is not None:
            self._timer.cancel()
        moments = [self._schedule.wake_at()]
        if self._gathering.count:
            moments.append(max(now, self._gathering.since + sending.CLOSE_AFTER))
        known = [moment for moment in moments if moment is not None]
        self._timer = self._loop.call_at(min(known), self._pump) if known else None
