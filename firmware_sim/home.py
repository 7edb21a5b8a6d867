"""One home on its own air: a cuff, a glucometer, the gateway's port. Who measures when is decided above."""

from __future__ import annotations

import random
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta, timezone

from firmware_sim import fingerstick
from firmware_sim.controller import Air
from firmware_sim.hci_port import HciPort
from firmware_sim.measured import Pressure, Sugar, Taken
from firmware_sim.meters.blood_pressure import BloodPressureMeter, Form
from firmware_sim.meters.glucometer import Glucometer
from firmware_sim.meters.peripheral import Habits, Nameplate
from firmware_sim.plan import Kind

HOME_ZONE = timezone(timedelta(hours=8))  # Asia/Shanghai, without summer time since 1991
CLOCK_ERROR_S = 120  # how far a meter's clock is off at most
Meter = BloodPressureMeter | Glucometer


@dataclass(frozen=True, slots=True, kw_only=True)
class Furnishing:
    """What differs between homes."""

    seed: int
    idle_s: float | None = Habits().idle_s
    """Seconds without traffic after which a meter hangs up."""
    has_clock: bool = True
    """Whether the cuff's records carry a time."""
    cuff_form: Form = "2A35"
    """How the cuff tells its results."""
    person: str | None = None
    """One of `fingerstick.PERSONS`, whose past is in the glucometer's memory."""


@dataclass(frozen=True, slots=True)
class Home:
    index: int
    port: HciPort
    cuff: BloodPressureMeter
    glucometer: Glucometer

    @property
    def meters(self) -> tuple[Meter, Meter]:
        return self.cuff, self.glucometer

    def meter(self, kind: Kind) -> Meter:
        return self.cuff if kind is Kind.BLOOD_PRESSURE else self.glucometer

    def measure(self, values: Pressure | Sugar) -> tuple[Meter, Taken]:
        """Which meter took it, and what it stored."""
        match values:
            case Pressure():
                return self.cuff, self.cuff.measure(values)
            case Sugar():
                return self.glucometer, self.glucometer.measure(values)

    def close(self) -> None:
        self.port.close()
        for meter in self.meters:
            meter.stop()


async def open_home(
    index: int, furnishing: Furnishing, *, on_confirmed: Callable[[str, Taken], None]
) -> Home:
    """Switch everything on; `on_confirmed` gets a meter's serial and the record that arrived."""
    air = Air()
    cuff = BloodPressureMeter(
        air,
        plate := nameplate(index, Kind.BLOOD_PRESSURE),
        clock=_clock(furnishing.seed, plate),
        on_confirmed=lambda record: on_confirmed(cuff.nameplate.serial, record),
        habits=Habits(idle_s=furnishing.idle_s),
        has_clock=furnishing.has_clock,
        form=furnishing.cuff_form,
    )
    glucometer = Glucometer(
        air,
        plate := nameplate(index, Kind.GLUCOSE),
        clock=_clock(furnishing.seed, plate),
        on_confirmed=lambda record: on_confirmed(glucometer.nameplate.serial, record),
        habits=Habits(idle_s=furnishing.idle_s),
    )
    if furnishing.person is not None:
        past = fingerstick.person(furnishing.person)
        glucometer.load(past.ending_at(datetime.now(HOME_ZONE).replace(tzinfo=None)).sticks)
    port = await HciPort.open(air, public_address=f"00:1B:DC:00:{index >> 8:02X}:{index & 0xFF:02X}")
    home = Home(index, port, cuff, glucometer)
    for meter in home.meters:
        await meter.start()
    return home


def nameplate(home: int, kind: Kind) -> Nameplate:
    """Unique for each meter of a run, and the same in each run."""
    letters, model, place = ("BP", "SIM-BP1", 1) if kind is Kind.BLOOD_PRESSURE else ("GL", "SIM-GL1", 2)
    return Nameplate(
        address=f"D0:00:00:{home >> 8:02X}:{home & 0xFF:02X}:{place:02X}",
        name=f"HL-{letters}-{home:04d}",
        manufacturer="Hearthline Simulation",
        model=model,
        serial=f"SIM{letters}{home:06d}",
    )


def _clock(seed: int, plate: Nameplate) -> Callable[[], datetime]:
    """A meter's wall clock: naive, local, and somewhat off."""
    error = timedelta(
        seconds=random.Random(f"clock {seed} {plate.serial}").randint(-CLOCK_ERROR_S, CLOCK_ERROR_S)
    )
    return lambda: datetime.now(UTC).astimezone(HOME_ZONE).replace(tzinfo=None) + error
