"""A glucometer: Glucose Service 0x1808 with stored records. Its memory can be read again, never deleted."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal

from bumble.att import ATT_Error, AttributeValue, ErrorCode
from bumble.gatt import Characteristic, Service

from firmware_sim import encode
from firmware_sim.controller import Air
from firmware_sim.faults import NO_FAULTS, Faults
from firmware_sim.measured import Sugar, Taken
from firmware_sim.meters import racp
from firmware_sim.meters.peripheral import (
    INDICATIONS,
    NOTIFICATIONS,
    Callbacks,
    Habits,
    Nameplate,
    Peripheral,
    Permissions,
    Properties,
    readable,
)

FEATURES = 0b0011_1111_1111  # every detection of table 0x2A51, one bond
# Glucose Service 1.0 has 0x80 and 0x81 for these; the Core Specification Supplement gives all services:
PROCEDURE_IN_PROGRESS = 0xFE
CCCD_IMPROPERLY_CONFIGURED = 0xFD
TO_SI = {"mg/dL": ("kg/L", -5), "mmol/L": ("mol/L", -3)}  # display unit: unit on air, power of ten


@dataclass(frozen=True, slots=True, kw_only=True)
class Numbering:
    """How records are numbered and when the end of a report is told."""

    first_sequence: int = 0
    """Of the first record; counts up and wraps after 65535."""
    completion_overtakes: int = 0
    """The completion indication goes out before that many last records, as some stacks let it."""


class Glucometer:
    """Reports what the collector asks for; its history is the witness."""

    kind = "glucose"

    def __init__(
        self,
        air: Air,
        nameplate: Nameplate,
        *,
        clock: Callable[[], datetime],
        on_confirmed: Callable[[Taken], None],
        habits: Habits = Habits(),  # noqa: B008  # frozen
        faults: Faults = NO_FAULTS,
        numbering: Numbering = Numbering(),  # frozen
    ) -> None:
        self.nameplate = nameplate
        self.faults = faults
        self.history: list[Taken] = []
        self._violations: list[str] = []
        self._unread: set[int] = set()
        self._clock = clock
        self._numbering = numbering
        self._on_confirmed = on_confirmed
        self._procedure: asyncio.Task[None] | None = None
        self._measurement: Characteristic[bytes] = Characteristic("2A18", Properties.NOTIFY, Permissions(0))
        self._context: Characteristic[bytes] = Characteristic("2A34", Properties.NOTIFY, Permissions(0))
        self._control: Characteristic[bytes] = Characteristic(
            "2A52",
            Properties.WRITE | Properties.INDICATE,
            Permissions.WRITEABLE | Permissions.WRITE_REQUIRES_ENCRYPTION,
            AttributeValue(write=lambda _, request: self._on_request(request)),
        )
        features = readable("2A51", lambda: encode.u16(FEATURES))
        callbacks = Callbacks(
            clock=clock,
            has_news=lambda: bool(self._unread),
            on_subscribed=lambda: None,
            on_gone=self._stop_procedure,
        )
        profile = Service("1808", [self._measurement, self._context, features, self._control])
        self.on_air = Peripheral(air, nameplate, habits, callbacks, profile=profile)

    async def start(self) -> None:
        await self.on_air.start()

    def stop(self) -> None:
        self.on_air.stop()

    async def drop_link(self) -> None:
        await self.on_air.drop_link()

    @property
    def pending(self) -> tuple[Taken, ...]:
        """Records that no completed report held and no collector passed over."""
        return tuple(record for record in self.history if record.number in self._unread)

    @property
    def violations(self) -> tuple[str, ...]:
        """Requests that would have destroyed the memory, in hex."""
        return tuple(self._violations)

    def load(self, past: Iterable[tuple[datetime, Sugar]]) -> None:
        """Fill the memory with what a person measured before, oldest first."""
        for time, values in past:
            self._store(time, values)

    def measure(self, values: Sugar) -> Taken:
        """The person has measured: store the record and offer it."""
        record = self._store(self._clock().replace(microsecond=0), values)
        self.on_air.announce()
        return record

    def _store(self, time: datetime, values: Sugar) -> Taken:
        number = len(self.history)
        sequence = (self._numbering.first_sequence + number) % 0x10000
        words = self.faults.time_words or encode.date_time(time)
        record = Taken(
            number=number,
            sequence=sequence,
            time=time,
            values=values,
            frame=self.faults.spoil(number, _measurement_frame(sequence, words, values)),
            context=_context_frame(sequence, values),
        )
        self.history.append(record)
        self._unread.add(number)
        return record

    def _on_request(self, request: bytes) -> None:
        """A write to the control point: refuse it by an ATT error, or run it beside the write's response."""
        if not request:
            raise ATT_Error(ErrorCode.INVALID_ATTRIBUTE_LENGTH)
        if request[0] == racp.Opcode.DELETE:
            self._violations.append(request.hex())
        if not self._configured():
            raise ATT_Error(ErrorCode(CCCD_IMPROPERLY_CONFIGURED))
        answer = racp.answer(request, self.history)
        running = self._is_running()
        if isinstance(answer, racp.Abort):
            self._stop_procedure()
            result = racp.Result.SUCCESS if running else racp.Result.ABORT_UNSUCCESSFUL
            answer = racp.Response(racp.Opcode.ABORT, result)
        elif running:
            raise ATT_Error(ErrorCode(PROCEDURE_IN_PROGRESS))
        self._procedure = self.on_air.spawn(self._carry_out(answer, known=len(self.history)))

    def _is_running(self) -> bool:
        """A procedure ends with the confirmation of its answer. A collector may write its next request in the
        same breath, before the task that waits for the confirmation has its turn."""
        is_working = self._procedure is not None and not self._procedure.done()
        return is_working and not self.on_air.was_just_confirmed

    def _configured(self) -> bool:
        subscribed = self.on_air.subscribed
        return subscribed(self._control, to=INDICATIONS) and subscribed(self._measurement, to=NOTIFICATIONS)

    def _stop_procedure(self) -> None:
        if self._procedure is not None:
            self._procedure.cancel()
            self._procedure = None

    async def _carry_out(self, answer: racp.Answer, *, known: int) -> None:
        match answer:
            case racp.Report(records, is_all_wanted):
                if await self._report(self._in_order(records)):
                    self._unread -= {record.number for record in records}
                    self._mark_read(known if is_all_wanted else 0)
            case racp.Count(number):
                if await self._tell(encode.racp_count(number)) and not number:
                    self._mark_read(known)
            case racp.Response(request, result):
                caught_up = result is racp.Result.NO_RECORDS
                if await self._tell(encode.racp_response(request, result)) and caught_up:
                    self._mark_read(known)

    async def _report(self, records: tuple[Taken, ...]) -> bool:
        """Whether the collector confirmed that it is complete."""
        early = len(records) - self._numbering.completion_overtakes
        for sent, record in enumerate(records[: max(early, 0)]):
            if sent == self.faults.drop_link_after:
                await self.on_air.drop_link()
                return False
            await self._send(record)
        if not await self._tell(encode.racp_response(racp.Opcode.REPORT, racp.Result.SUCCESS)):
            return False
        for record in records[max(early, 0) :]:
            await self._send(record)
        for record in records:
            self._on_confirmed(record)
        return True

    def _in_order(self, records: tuple[Taken, ...]) -> tuple[Taken, ...]:
        if not self.faults.is_newest_first or len(records) < 2:
            return records
        self.on_air.fired["out_of_order"] += 1
        return records[::-1]

    async def _send(self, record: Taken) -> None:
        await self.on_air.pause(self.faults.pause_s)
        for time in range(self.faults.times(record.number)):
            self.on_air.fired["duplicate"] += time
            await self.on_air.notify(self._measurement, record.frame)
            if record.context is not None:
                await self.on_air.notify(self._context, record.context)

    async def _tell(self, response: bytes) -> bool:
        return await self.on_air.indicate(self._control, response)

    def _mark_read(self, known: int) -> None:
        """The collector wants nothing more of the first `known` records: stop calling for it."""
        self._unread = {number for number in self._unread if number >= known}


def _measurement_frame(sequence: int, time: bytes, values: Sugar) -> bytes:
    unit, power = TO_SI[values.unit]
    amount = values.amount
    return encode.glucose(
        encode.GlucoseFrame(
            sequence=sequence,
            base_time=time,
            concentration=amount.scaleb(power) if isinstance(amount, Decimal) else amount,
            unit="mol/L" if unit == "mol/L" else "kg/L",
            sample_type=values.sample_type,
            location=values.location,
            status=values.status,
            context_follows=values.meal is not None,
        )
    )


def _context_frame(sequence: int, values: Sugar) -> bytes | None:
    if values.meal is None:
        return None
    return encode.glucose_context(encode.ContextFrame(sequence=sequence, meal=values.meal))
