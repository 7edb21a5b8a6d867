"""What became of one contact with a meter, and who is told. Judges nothing."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final, Protocol


@dataclass(frozen=True, slots=True, kw_only=True)
class Contact:
    """Times in the loop's seconds. `reached`: a link was made. `served`: the meter took a subscription.
    `bonded`: it bonded in this contact. `refused`: it, or the stack, would not have our bond or make one.
    `was_heard`: it went on advertising while we tried to reach it. `broken`: the radio's stack began anew in
    the middle. `gain`: new readings."""

    address: str
    name: str | None
    began_at: float
    ended_at: float
    sends_once: bool
    reached: bool = False
    served: bool = False
    bonded: bool = False
    refused: bool = False
    was_heard: bool = False
    broken: bool = False
    gain: int = 0


class Company(Protocol):
    """Who decides which meters are company, and hears what became of each contact."""

    def welcomes(self, address: str) -> bool: ...
    def met(self, address: str, name: str | None) -> None: ...
    def parted(self, contact: Contact, device: object) -> None:
        """`device`: what the radio needs to speak of this meter again."""


class OpenHouse:
    """Company that welcomes everybody and keeps nothing."""

    def welcomes(self, address: str) -> bool:  # noqa: ARG002
        return True

    def met(self, address: str, name: str | None) -> None: ...
    def parted(self, contact: Contact, device: object) -> None: ...


OPEN_HOUSE: Final = OpenHouse()
