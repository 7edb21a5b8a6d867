"""The port to a subscription that stands before its link does. Holds none.

A server keeps a bonded client's subscription from one connection to the next (Core, vol 3 part G, 3.3.3.3),
and may speak as soon as the link is encrypted. BlueZ confirms that also while nobody here listens.
"""

from __future__ import annotations

from collections.abc import AsyncIterator, Callable
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from typing import Final, Protocol

from gateway.radio.runner import Ears


class Early(Protocol):
    """What is listened to from before a link was made until after it was lost."""

    async def stands(self, characteristic: str) -> bool:
        """Whether this is listened to here, and the meter has taken it. After a no nothing of it is heard
        here: then it is for the link to subscribe."""


Listening = Callable[[str, Ears], AbstractAsyncContextManager[Early]]
"""For one contact with the meter of that address (AA:BB:CC:DD:EE:FF). A bonded meter that sends once and
cannot be listened to beforehand is told to the ears (`miss`)."""


class _Nothing:
    async def stands(self, characteristic: str) -> bool:  # noqa: ARG002 (the port's word)
        return False


NOTHING: Final[Early] = _Nothing()


@asynccontextmanager
async def nothing_early(_address: str, _ears: Ears) -> AsyncIterator[Early]:
    """For a stack that confirms nothing unheard."""
    yield NOTHING
