"""The command lines of the air process, parsed. Pure: carries nothing out."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from decimal import DecimalException
from typing import Any, Final

from firmware_sim.faults import Faults
from firmware_sim.measured import Pressure, Sugar, pressure, sugar
from firmware_sim.plan import Kind

KINDS = {"bp": Kind.BLOOD_PRESSURE, "glucose": Kind.GLUCOSE}


class CommandError(ValueError):
    """The line is no command."""


@dataclass(frozen=True, slots=True)
class Report:
    """Tell the memories of all meters."""


@dataclass(frozen=True, slots=True)
class Measure:
    """Let a person measure now; None: what the physiology says."""

    home: int
    kind: Kind
    values: Pressure | Sugar | None


@dataclass(frozen=True, slots=True)
class Fault:
    """From now on the meter has these faults."""

    home: int
    kind: Kind
    faults: Faults


@dataclass(frozen=True, slots=True)
class Drop:
    """Let the meter hang up."""

    home: int
    kind: Kind


@dataclass(frozen=True, slots=True)
class Start:
    """Begin with the planned measurements, where they wait for it."""


@dataclass(frozen=True, slots=True)
class Stop:
    """Take no more planned measurements; stay on air."""


@dataclass(frozen=True, slots=True)
class Quit:
    """End the process."""


Command = Report | Measure | Fault | Drop | Start | Stop | Quit


def parse(line: str) -> Command:
    """Raises CommandError with the reason."""
    try:
        return _command(json.loads(line))
    except CommandError:
        raise
    except (ValueError, KeyError, TypeError, AttributeError, DecimalException) as error:
        raise CommandError(f"{type(error).__name__}: {error}") from error


_BARE: Final[Mapping[str, Command]] = {"report": Report(), "start": Start(), "stop": Stop(), "quit": Quit()}


def _command(order: Mapping[str, Any]) -> Command:
    match order["do"]:
        case "report" | "start" | "stop" | "quit" as word:
            return _BARE[word]
        case "drop":
            return Drop(int(order["home"]), KINDS[order["meter"]])
        case "fault":
            return Fault(int(order["home"]), KINDS[order["meter"]], _faults(order["faults"]))
        case "measure":
            kind = KINDS[order["meter"]]
            return Measure(int(order["home"]), kind, _values(kind, order.get("values")))
        case unknown:
            raise CommandError(f"do what? {unknown}")


def _values(kind: Kind, texts: Mapping[str, str] | None) -> Pressure | Sugar | None:
    if texts is None:
        return None
    return pressure(texts) if kind is Kind.BLOOD_PRESSURE else sugar(texts)


def _faults(order: Mapping[str, Any]) -> Faults:
    records = order.get("records")
    return Faults(
        records=None if records is None else frozenset(records),
        keep_bytes=order.get("keep_bytes"),
        reserved_flags=order.get("reserved_flags", 0),
        trailing=bytes.fromhex(order.get("trailing", "")),
        drop_link_after=order.get("drop_link_after"),
    )
