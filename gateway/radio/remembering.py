"""A link that remembers what became of a contact. Judges nothing."""

from __future__ import annotations

from gateway.radio.runner import BOND_FIRST, Link, LinkRefused


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
