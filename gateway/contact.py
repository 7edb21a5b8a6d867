"""What became of one contact with a meter, and a link that remembers it. Judges nothing."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final, Protocol

from gateway.runner import BOND_FIRST, Link, LinkRefused


@dataclass(frozen=True, slots=True, kw_only=True)
class Contact:
    """Times in the loop's seconds. `reached`: a link was made. `served`: the meter took a subscription.
    `bonded`: it bonded in this contact. `refused`: it, or the stack, would not have our bond or make one.
    `was_heard`: it went on advertising while we tried to reach it. `gain`: new readings."""

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


class Remembered:
    """What a contact brought so far."""

    def __init__(self, began_at: float) -> None:
        self.began_at = began_at
        self.reached = False
        self.served = False
        self.bonded = False
        self.refused = False

    def fail(self, error: Exception) -> None:
        """It broke off. A refusal comes from somebody who was reached."""
        if isinstance(error, LinkRefused):
            self.reached = True
            self.refused = self.refused or error.code in BOND_FIRST


class Remembering:
    """A Link over another, for one contact."""

    def __init__(self, link: Link, memory: Remembered) -> None:
        self._link = link
        self._memory = memory
        memory.reached = True

    async def subscribe(self, characteristic: str) -> None:
        try:
            await self._link.subscribe(characteristic)
        except LinkRefused as no:
            if self._memory.bonded and no.code in BOND_FIRST:
                self._memory.refused = True
            raise
        self._memory.served = True

    async def read(self, characteristic: str) -> bytes:
        return await self._link.read(characteristic)

    async def write(self, characteristic: str, value: bytes) -> None:
        await self._link.write(characteristic, value)

    async def bond(self) -> None:
        try:
            await self._link.bond()
        except LinkRefused:
            self._memory.refused = True
            raise
        self._memory.bonded = True
