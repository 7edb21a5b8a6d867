"""A home over a day: twenty meters, a gateway of the real parts, all that goes wrong. In simulated time."""

from __future__ import annotations

import asyncio
import gc
import os
from collections import Counter
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager, closing, suppress
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from pathlib import Path
from random import Random

from device_drivers.wire.batch import Body, open_envelope
from device_drivers.wire.codec import decode, encode
from device_drivers.wire.reading import Heard
from device_drivers.wire.signing import public_hex
from device_drivers.wire.topics import Channel
from firmware_sim import bleak_backend
from firmware_sim.bleak_backend.adapter import Adapter, on
from firmware_sim.controller import Air, Radio
from firmware_sim.home import Meter, nameplate
from firmware_sim.measured import Pressure, Sugar
from firmware_sim.meters.blood_pressure import BloodPressureMeter
from firmware_sim.meters.glucometer import Glucometer
from firmware_sim.meters.peripheral import Habits
from firmware_sim.plan import Kind
from gateway.chain import Ends, joined
from gateway.cloud.sender import Sender
from gateway.cloud.sending import Patience, Schedule
from gateway.endurance.hands import StepFailed
from gateway.endurance.ladder import Daemon, Step
from gateway.endurance.notify import Systemd
from gateway.endurance.watch import Watch
from gateway.log import Fact
from gateway.outbox.store import Outbox, Surroundings
from gateway.pairing.household import Household
from gateway.radio.bleak_link import BleakRadio
from gateway.radio.scanner import RadioFailed, Seen
from gateway.trust.sealing import Signer
from tests.gateway.home import GATEWAY, OURS, ROOT, Cloud, announcement

BEGIN = datetime(2026, 3, 2, tzinfo=UTC)
HOUR_S = 3600.0


@dataclass(frozen=True, slots=True)
class Breaks:
    """When, in seconds, the adapter starts no scan any more, bluetoothd goes away, the adapter falls deaf."""

    stuck_at: float
    gone_at: float
    deaf_at: float


class Tally:
    """A Log that counts events by name."""

    def __init__(self) -> None:
        self.events: Counter[str] = Counter()

    def info(self, event: str, **_facts: Fact) -> None:
        self.events[event] += 1

    def warning(self, event: str, **_facts: Fact) -> None:
        self.events[event] += 1

    def failure(self, event: str, error: Exception, **_facts: Fact) -> None:
        self.events[f"{event}: {error!r}"] += 1


class FrailRadio(BleakRadio):
    """Once stuck, no scan starts until the adapter was switched off and on."""

    is_stuck = False

    @asynccontextmanager
    async def scanning(self, seen: Callable[[Seen], None]) -> AsyncIterator[None]:
        if self.is_stuck:
            raise RadioFailed("org.bluez.Error.InProgress")
        async with super().scanning(seen):
            yield


@dataclass
class Helper:
    """Hands on that radio, and on a daemon that only a restart brings back."""

    radio: FrailRadio
    says: Daemon = "well"
    taken: Counter[Step] = field(default_factory=Counter)

    async def daemon(self) -> Daemon:
        return self.says

    async def take(self, step: Step) -> None:
        self.taken[step] += 1
        match step:
            case Step.POWER_CYCLE:
                self.radio.is_stuck = False
            case Step.RESTART_DAEMON:
                self.says = "well"
            case Step.RESET_ADAPTER:
                raise StepFailed("not permitted")


class Clerk:
    """A Transport and the cloud behind it: believes each batch, and answers in half a second."""

    def __init__(self) -> None:
        self._cloud = Cloud()
        self.sender: Sender | None = None
        self.stored: Counter[object] = Counter()
        self.at_last: dict[object, None] = {}

    def publish(self, channel: Channel, payload: bytes, *, retain: bool = False) -> None:
        if channel == "up":
            sealed = open_envelope(payload)
            for reading in decode(bytes(sealed.body), Body).readings:
                self.at_last[reading.reading_id] = None
            asyncio.get_running_loop().call_later(0.5, self._answer, encode(self._cloud.receipt(sealed)))

    def refresh(self) -> None: ...

    def _answer(self, receipt: bytes) -> None:
        if self.sender is not None:
            self.sender.receive("receipt", receipt)


@dataclass
class Day:
    """What a day left: records taken and stored, memory by the hour (bytes), and what had to be done."""

    taken: int
    pending: int
    stored: int
    resident: list[int]
    log: Counter[str]
    helped: Counter[Step]
    fired: Counter[str]


class LongLife:
    """One home's. Every meter measures every `every_s`, more or less."""

    def __init__(self, folder: Path, breaks: Breaks, *, seed: int, hours: int, every_s: float) -> None:
        self._seed = seed
        self._folder = folder
        self._breaks = breaks
        self._hours = hours
        self._every_s = every_s
        self._air = Air()
        self._controller = Radio("gateway", self._air, public_address="00:1B:DC:00:00:00")
        self._radio = FrailRadio(None)
        self._helper = Helper(self._radio)
        self._clerk = Clerk()
        self._log = Tally()
        self._resident: list[int] = []

    async def live(self) -> Day:
        meters = [self._meter(number) for number in range(20)]
        for meter in meters:
            await meter.start()
        adapter = Adapter(on(self._controller), bonds=None)
        bleak_backend.use(adapter)
        gateway = asyncio.create_task(self._gateway())
        work = [self._measure(meter) for meter in meters]
        await asyncio.gather(*work, self._break(), self._weigh())
        await asyncio.sleep(HOUR_S)
        gateway.cancel()
        with suppress(asyncio.CancelledError):
            await gateway
        for meter in meters:
            meter.stop()
        await adapter.close()
        return Day(
            taken=sum(len(meter.history) for meter in meters),
            pending=sum(len(meter.pending) for meter in meters),
            stored=len(self._clerk.at_last),
            resident=self._resident,
            log=self._log.events,
            helped=self._helper.taken,
            fired=sum((meter.on_air.fired for meter in meters), Counter[str]()),
        )

    async def _gateway(self) -> None:
        around = Surroundings(public_hex(ROOT), self._heard, Random(1).randbytes)
        with closing(Outbox(self._folder / "outbox.db", Signer(GATEWAY, OURS), around)) as outbox:
            outbox.heed(announcement())
            household = Household(self._folder, self._radio.forget, self._log, is_open=True)
            ends = Ends(
                clock=self._heard,
                log=self._log,
                radio=self._radio,
                schedule=Schedule(Patience(), Random(2)),
                company=household,
            )
            chain = joined(outbox, ends)
            self._clerk.sender = chain.sender
            chain.sender.connect(self._clerk)
            watch = Watch(chain.scanner, self._helper, Systemd({}), self._log)
            try:
                async with asyncio.TaskGroup() as group:
                    group.create_task(chain.scanner.run())
                    group.create_task(watch.run())
            finally:
                chain.sender.close()

    def _meter(self, number: int) -> Meter:
        kind = Kind.BLOOD_PRESSURE if number % 2 else Kind.GLUCOSE
        make = BloodPressureMeter if kind is Kind.BLOOD_PRESSURE else Glucometer
        return make(
            self._air,
            nameplate(number, kind),
            clock=lambda: self._heard().at.replace(tzinfo=None),
            on_confirmed=lambda _record: None,
            habits=Habits(advertising_ms=1000),
        )

    async def _measure(self, meter: Meter) -> None:
        chance = Random(f"{self._seed} {meter.nameplate.serial}")
        end = self._hours * HOUR_S
        while (pause := self._every_s * chance.uniform(0.5, 1.5)) + _now() < end:
            await asyncio.sleep(pause)
            if chance.random() < 0.02:
                await meter.on_air.forget_bonds()
                meter.on_air.fired["bond_lost"] += 1
            if chance.random() < 0.15:
                meter.on_air.fade((chance.randint(5, 60),))
            match meter:
                case BloodPressureMeter():
                    meter.measure(Pressure(systolic=Decimal(chance.randint(100, 190)), diastolic=Decimal(80)))
                case Glucometer():
                    meter.measure(Sugar(amount=Decimal(chance.randint(70, 200))))

    async def _break(self) -> None:
        await _until(self._breaks.stuck_at)
        self._radio.is_stuck = True
        self._controller.le_scan_enable = False
        await _until(self._breaks.gone_at)
        self._helper.says = "gone"
        await _until(self._breaks.deaf_at)
        self._controller.le_scan_enable = False

    async def _weigh(self) -> None:
        for hour in range(self._hours + 1):
            await _until(hour * HOUR_S)
            gc.collect()
            self._resident.append(_resident())

    def _heard(self) -> Heard:
        return Heard(
            BEGIN + timedelta(seconds=_now()), synced=True, boot="soak", uptime_ms=round(_now() * 1000)
        )


def _resident() -> int:
    """Bytes of this process in memory: the second field of proc(5), statm."""
    pages = int(Path("/proc/self/statm").read_text(encoding="ascii").split()[1])
    return pages * os.sysconf("SC_PAGE_SIZE")


def _now() -> float:
    return asyncio.get_running_loop().time()


async def _until(second: float) -> None:
    await asyncio.sleep(max(0.0, second - _now()))


async def live(folder: Path, breaks: Breaks, *, seed: int, hours: int, every_s: float) -> Day:
    """In simulated time, with `bleak_backend.several`."""
    return await LongLife(folder, breaks, seed=seed, hours=hours, every_s=every_s).live()
