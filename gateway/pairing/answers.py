"""What the home answers to a meter that bonds: digits from the page, met with the agent's questions.

Who is admitted is told by whoever holds the contacts. Keeps nothing beyond one pairing.
"""

from __future__ import annotations

import asyncio
import re
from collections.abc import Callable
from typing import Final

from gateway.bluez.agent import Declined

ANSWER_S: Final = 28.0
"""A meter gives up 30 s after its last question (Security Manager timeout: Core, vol 3 part H, 3.4)."""

_SIX_DIGITS: Final = re.compile(r"[0-9]{6}")


class NotSixDigits(ValueError):  # noqa: N818  says what is wrong with it
    """A passkey is six digits, from 000000 to 999999 (Core, vol 3 part H, 2.3.5.3)."""


def passkey_of(typed: str) -> int:
    """What somebody typed, blanks and dashes between. Raises NotSixDigits."""
    digits = re.sub(r"[\s-]", "", typed)
    if not _SIX_DIGITS.fullmatch(digits):
        raise NotSixDigits(typed)
    return int(digits)


class Answers:
    """A Person whose answers come from a page. Made and used in the event loop."""

    def __init__(self, admits: Callable[[str], bool], *, answer_s: float = ANSWER_S) -> None:
        self._admits = admits
        self._answer_s = answer_s
        self._given: int | None = None
        self._asked: asyncio.Future[int] | None = None
        self._confirmation: asyncio.Future[bool] | None = None
        self.asked: set[str] = set()
        """Meters (upper-case addresses) that somebody was asked about; whoever counts contacts clears it."""
        self.shown: str | None = None
        """Digits to be typed into the meter, or compared with what it shows."""

    @property
    def wants_passkey(self) -> bool:
        return self._asked is not None

    @property
    def wants_confirmation(self) -> bool:
        return self._confirmation is not None

    def give(self, passkey: int) -> None:
        """From the page, before the meter asks or while it waits."""
        self._given = passkey
        if self._asked is not None and not self._asked.done():
            self._asked.set_result(passkey)

    def confirm(self, *, is_same: bool) -> None:
        """From the page."""
        if self._confirmation is not None and not self._confirmation.done():
            self._confirmation.set_result(is_same)

    def forget(self) -> None:
        """A pairing is over: its digits must not open the next meter."""
        self._given = None
        self.withdraw()

    def admits(self, address: str) -> bool:
        return self._admits(address)

    async def passkey(self, address: str) -> int:
        """The digits that were given, or are given in time. Once used they are forgotten: wrong ones must not
        be tried again, and no other meter gets them."""
        self.asked.add(address.upper())
        if self._given is None:
            self._asked = asyncio.get_running_loop().create_future()
            try:
                async with asyncio.timeout(self._answer_s):
                    self._given = await self._asked
            except TimeoutError as error:
                raise Declined(f"nobody gave the digits of {address}") from error
            finally:
                self._asked = None
        given, self._given = self._given, None
        return given

    async def confirms(self, address: str, passkey: int) -> bool:
        self.asked.add(address.upper())
        self.show(address, f"{passkey:06d}")
        self._confirmation = asyncio.get_running_loop().create_future()
        try:
            async with asyncio.timeout(self._answer_s):
                return await self._confirmation
        except TimeoutError:
            return False
        finally:
            self._confirmation = None
            self.shown = None

    def show(self, _address: str, digits: str) -> None:
        self.shown = digits

    def withdraw(self) -> None:
        self.shown = None
        self.confirm(is_same=False)
        if self._asked is not None and not self._asked.done():
            self._asked.set_exception(Declined("the meter asks no more"))
