"""What a driver is: data about a kind of meter, with its conversation. Talks to no radio."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import Field, dataclass
from typing import Any, ClassVar, Protocol

from device_drivers.conversation import Conversation, Memory
from device_drivers.measurement import Measurement


@dataclass(frozen=True, slots=True)
class Driver:
    """How to talk to the meters that advertise one of these services (upper-case UUIDs, of four digits where
    the Bluetooth SIG gave one) and, where others use that service too, one of these names.

    Notes of an `irreplaceable` characteristic are never sent again: they are kept before they are decoded,
    and `recover(characteristic, value)` decodes one that was left over. It raises DecodeError.
    """

    name: str
    version: str
    services: tuple[str, ...]
    conversation: Callable[[Memory], Conversation]
    irreplaceable: tuple[str, ...]
    recover: Callable[[str, bytes], Measurement]
    names: tuple[str, ...] = ()
    """How the advertised name begins, whatever its case; none: any name, or no name."""


class Said(Protocol):
    """What a decoder returns: a frozen dataclass whose `notes` say what was odd about the bytes."""

    __dataclass_fields__: ClassVar[dict[str, Field[Any]]]

    @property
    def notes(self) -> tuple[str, ...]: ...


Decoder = Callable[[bytes], Said]
"""From the bytes of one value to what it says. Raises DecodeError."""
