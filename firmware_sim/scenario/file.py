"""A scenario file (TOML): homes × meters × faults × clock factor. Read and checked; plans nothing."""

from __future__ import annotations

import hashlib
import tomllib
from enum import StrEnum
from importlib import resources
from pathlib import Path
from typing import Annotated, Final

import msgspec
from msgspec import Meta, Struct

from firmware_sim.plan import Kind

Positive = Annotated[float, Meta(gt=0)]


class Fault(StrEnum):
    """What may go wrong, by the names of the file."""

    RADIO_LOSS = "radio_loss"
    """The link is lost in the middle of a contact, at any packet."""
    DUPLICATE = "duplicate"
    """Each record is said twice."""
    OUT_OF_ORDER = "out_of_order"
    """The newest record is said first."""
    WRONG_CLOCK = "wrong_clock"
    """Reset to 2019, days or hours off, or a date that no calendar has."""
    NO_NUMBER = "nan"
    """The measurement failed: its numbers are NaN."""
    HI_LO = "hi_lo"
    """Beyond what the glucometer can measure."""
    CONTROL_SOLUTION = "control_solution"
    KETONE = "ketone"
    WRONG_USER = "wrong_user"
    """A user number that is nobody's."""
    BOND_LOST = "bond_lost"
    """The meter forgets its bonds; somebody pairs it again a minute later."""
    LOW_BATTERY = "low_battery"
    SHORT_WINDOW = "short_window"
    """It advertises for three seconds after a measurement, and then no more."""
    SLOW = "slow"
    """Seconds pass before each record."""
    GARBLED = "garbled"
    """A frame is cut short."""
    GARBAGE_SERVICE = "garbage_service"
    """A neighbour's gadget advertises our services and says anything."""
    TWO_GATEWAYS = "two_gateways"
    """Two gateways hear each meter of the home."""


GLUCOSE_ALONE: Final = frozenset({Fault.HI_LO, Fault.CONTROL_SOLUTION, Fault.KETONE})
CUFF_ALONE: Final = frozenset({Fault.WRONG_USER})


class ScenarioError(ValueError):
    """The file says something that cannot be played; the message says what."""


class Trouble(Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """One fault: of which meters, and of which part of their measurements or contacts."""

    fault: Fault
    meters: tuple[Kind, ...] = tuple(Kind)
    share: Annotated[float, Meta(gt=0, le=1)] = 0.5

    def strikes(self, kind: Kind) -> bool:
        """Whether this kind of meter can have it, and shall."""
        if kind not in self.meters:
            return False
        other = CUFF_ALONE if kind is Kind.GLUCOSE else GLUCOSE_ALONE
        return self.fault not in other


class Trial(Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """What a scenario file says.

    People measure for `seconds` of the simulated time. Every `every_s` seconds a meter is used for a sitting
    of so many measurements, `apart_s` apart and out of the gateway's reach until the last. `factor` is how
    many seconds of physiology pass in one.
    """

    name: Annotated[str, Meta(min_length=1, max_length=80)]
    seed: int = 1
    homes: Annotated[int, Meta(ge=1, le=50)] = 1
    meters: tuple[Kind, ...] = tuple(Kind)
    seconds: Positive = 300
    every_s: Positive = 120
    sitting: Annotated[int, Meta(ge=1, le=20)] = 3
    apart_s: Positive = 20
    factor: Positive = 60
    faults: tuple[Trouble, ...] = ()

    @property
    def tag(self) -> str:
        """Eight hexadecimal digits, others for each name and seed: many runs may share one database."""
        return hashlib.sha256(f"{self.name} {self.seed}".encode()).hexdigest()[:8]

    def of(self, fault: Fault) -> Trouble | None:
        return next((trouble for trouble in self.faults if trouble.fault is fault), None)


def shipped() -> dict[str, Trial]:
    """The scenarios that come with the package, by name: one for each fault, and everything at once."""
    files = resources.files("firmware_sim").joinpath("scenarios").iterdir()
    trials = (parse(file.read_text(encoding="utf-8")) for file in files if file.name.endswith(".toml"))
    return {trial.name: trial for trial in sorted(trials, key=lambda trial: trial.name)}


def read(path: Path) -> Trial:
    """Raises ScenarioError with the reason."""
    try:
        return parse(path.read_text(encoding="utf-8"))
    except (OSError, UnicodeDecodeError) as error:
        raise ScenarioError(f"{path} cannot be read: {error}") from error
    except ScenarioError as error:
        raise ScenarioError(f"{path}: {error}") from error


def parse(text: str) -> Trial:
    """Raises ScenarioError with the reason."""
    try:
        trial = msgspec.convert(tomllib.loads(text), Trial)
    except (tomllib.TOMLDecodeError, msgspec.ValidationError) as error:
        raise ScenarioError(str(error)) from error
    _check(trial)
    return trial


def _check(trial: Trial) -> None:
    named = [trouble.fault for trouble in trial.faults]
    if len(set(named)) < len(named):
        raise ScenarioError("a fault is named twice: name it once, with the greater share")
    if not trial.meters:
        raise ScenarioError("meters is empty: name blood_pressure, glucose or both")
    if trial.sitting * trial.apart_s > trial.every_s:
        raise ScenarioError("a sitting lasts longer than every_s: the next would begin within it")
    for trouble in trial.faults:
        if not any(trouble.strikes(kind) for kind in trial.meters):
            raise ScenarioError(f"{trouble.fault} can strike none of the meters of this scenario")
