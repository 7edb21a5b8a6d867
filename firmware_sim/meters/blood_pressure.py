"""A classic upper-arm cuff: Blood Pressure Service 0x1810. A confirmed record is never sent again.

It speaks one of the two forms of a measurement: that of version 1.0, or the enhanced one of 1.1.
"""

from __future__ import annotations

import asyncio
from collections import deque
from collections.abc import Callable
from datetime import datetime, timedelta
from decimal import Decimal
from typing import Literal

from bumble.gatt import Characteristic, Service

from firmware_sim import encode
from firmware_sim.controller import Air
from firmware_sim.faults import NO_FAULTS, Faults
from firmware_sim.measured import Pressure, Taken
from firmware_sim.meters.peripheral import (
    NOTIFICATIONS,
    Callbacks,
    Habits,
    Nameplate,
    Peripheral,
    Permissions,
    Properties,
    readable,
)

FEATURES = 0b0001_1111  # movement, cuff fit, irregular pulse, pulse range, position: table of 0x2A49


Form = Literal["2A35", "2B34"]
"""The characteristic by which results are told."""

AHEAD_OF_UTC = timedelta(hours=8)
"""The wall clock of a cuff that is sold in China, for those that also keep UTC."""


class BloodPressureMeter:
    """Sends stored records oldest first, one confirmed indication at a time; its history is the witness."""

    kind = "blood_pressure"

    def __init__(  # noqa: PLR0913  # each is how cuffs differ
        self,
        air: Air,
        nameplate: Nameplate,
        *,
        clock: Callable[[], datetime],
        on_confirmed: Callable[[Taken], None],
        habits: Habits = Habits(),  # noqa: B008  # frozen
        faults: Faults = NO_FAULTS,
        has_clock: bool = True,
        form: Form = "2A35",
    ) -> None:
        self.nameplate = nameplate
        self.faults = faults
        self.history: list[Taken] = []
        self._pending: deque[Taken] = deque()
        self._clock = clock
        self._has_clock = has_clock
        self._form = form
        self._on_confirmed = on_confirmed
        self._delivery: asyncio.Task[None] | None = None
        self._measurement: Characteristic[bytes] = Characteristic(form, Properties.INDICATE, Permissions(0))
        self._cuff: Characteristic[bytes] = Characteristic("2A36", Properties.NOTIFY, Permissions(0))
        features = readable("2A49", lambda: encode.u16(FEATURES))
        callbacks = Callbacks(
            clock=clock,
            has_news=lambda: bool(self._pending),
            on_subscribed=self._deliver_as_needed,
            on_gone=self._stop_delivery,
        )
        profile = Service("1810", [self._measurement, self._cuff, features])
        self.on_air = Peripheral(air, nameplate, habits, callbacks, profile=profile)

    async def start(self) -> None:
        await self.on_air.start()

    def stop(self) -> None:
        self.on_air.stop()

    async def drop_link(self) -> None:
        await self.on_air.drop_link()

    @property
    def pending(self) -> tuple[Taken, ...]:
        """Records no collector has confirmed."""
        return tuple(self._pending)

    @property
    def violations(self) -> tuple[str, ...]:
        """Nothing a collector may write could harm this memory."""
        return ()

    def measure(self, values: Pressure) -> Taken:
        """The person has measured: store the record and offer it."""
        record = self._record(values)
        self.history.append(record)
        self._pending.append(record)
        self.on_air.announce()
        self.on_air.spawn(self._show_deflation(values))
        self._deliver_as_needed()
        return record

    def _record(self, values: Pressure) -> Taken:
        number = len(self.history)
        time = self._clock().replace(microsecond=0) if self._has_clock else None
        words = None if time is None else self.faults.time_words or encode.date_time(time)
        frame = _frame(values, words) if self._form == "2A35" else _enhanced_frame(values, time)
        frame = self.faults.spoil(number, frame)
        return Taken(number=number, sequence=None, time=time, values=values, frame=frame)

    async def _show_deflation(self, values: Pressure) -> None:
        """Intermediate cuff pressures of a measurement that a collector watches."""
        if not self.on_air.subscribed(self._cuff, to=NOTIFICATIONS):
            return
        top = values.systolic if isinstance(values.systolic, Decimal) else Decimal(180)
        for step in range(3):
            pressure = encode.cuff_pressure(top - 20 * step, unit=values.unit)
            await self.on_air.notify(self._cuff, pressure)

    def _deliver_as_needed(self) -> None:
        if self._delivery is None or self._delivery.done():
            self._delivery = self.on_air.spawn(self._deliver())

    def _stop_delivery(self) -> None:
        if self._delivery is not None:
            self._delivery.cancel()
            self._delivery = None

    async def _deliver(self) -> None:
        sent = 0
        while self._pending:
            if sent == self.faults.drop_link_after:
                await self.on_air.drop_link()
                return
            record = self._pending[-1 if self.faults.is_newest_first else 0]
            if not await self._say(record):
                return
            self._pending.remove(record)
            self._on_confirmed(record)
            sent += 1

    async def _say(self, record: Taken) -> bool:
        """Whether the collector confirmed it, as often as it was said."""
        fired = self.on_air.fired
        is_early = self.faults.is_newest_first and record is not self._pending[0]
        await self.on_air.pause(self.faults.pause_s)
        for time in range(self.faults.times(record.number)):
            fired["duplicate"] += time
            if not await self.on_air.indicate(self._measurement, record.frame):
                return False
        fired["out_of_order"] += is_early
        return True


def _frame(values: Pressure, time: bytes | None) -> bytes:
    return encode.blood_pressure(_fields(values, time))


def _enhanced_frame(values: Pressure, time: datetime | None) -> bytes:
    stamp = None if time is None else encode.seconds_since_2000(time - AHEAD_OF_UTC)
    shown = None if time is None else encode.seconds_since_2000(time)
    return encode.enhanced_blood_pressure(_fields(values, stamp), shown=shown)


def _fields(values: Pressure, time: bytes | None) -> encode.BloodPressureFrame:
    return encode.BloodPressureFrame(
        systolic=values.systolic,
        diastolic=values.diastolic,
        mean=values.mean,
        unit=values.unit,
        time=time,
        pulse=values.pulse,
        user=values.user,
        status=values.status,
    )
