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
class Fade:
    """Let the link be lost after so many radio packets, in each of the next connections."""

    home: int
    kind: Kind
    after: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class Forget:
    """Let the meter forget its bonds, as after new batteries or another phone."""

    home: int
    kind: Kind


@dataclass(frozen=True, slots=True)
class Passkey:
    """From the next pairing on the meter shows these digits; None: it bonds without any."""

    home: int
    kind: Kind
    digits: int | None


@dataclass(frozen=True, slots=True)
class Keep:
    """From now on the meter keeps a bonded collector's subscriptions between connections, or forgets them."""

    home: int
    kind: Kind
    is_on: bool


@dataclass(frozen=True, slots=True)
class Start:
    """Begin with the planned measurements, where they wait for it."""


@dataclass(frozen=True, slots=True)
class Stop:
    """Take no more planned measurements; stay on air."""


@dataclass(frozen=True, slots=True)
class Quit:
    """End the process."""


Command = Report | Measure | Fault | Drop | Fade | Forget | Passkey | Keep | Start | Stop | Quit


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
        case "measure" | "fault" | "drop" | "fade" | "forget" | "passkey" | "keep" as word:
            return _to_a_meter(word, int(order["home"]), KINDS[order["meter"]], order)
        case unknown:
            raise CommandError(f"do what? {unknown}")


_BARE_TO_A_METER: Final[Mapping[str, type[Drop | Forget]]] = {"drop": Drop, "forget": Forget}


def _to_a_meter(word: str, home: int, kind: Kind, order: Mapping[str, Any]) -> Command:
    match word:
        case "measure":
            return Measure(home, kind, _values(kind, order.get("values")))
        case "fault":
            return Fault(home, kind, _faults(order["faults"]))
        case "drop" | "forget" as bare:
            return _BARE_TO_A_METER[bare](home, kind)
        case "fade":
            return Fade(home, kind, tuple(int(packets) for packets in order["after"]))
        case "keep":
            return Keep(home, kind, bool(order["subscriptions"]))
        case _:
            digits = order["digits"]
            return Passkey(home, kind, None if digits is None else int(digits))


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
