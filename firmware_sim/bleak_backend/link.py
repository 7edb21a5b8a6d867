"""One bumble connection as bleak's rules want it: work ends when the link does, errors are bleak's."""

from __future__ import annotations

import asyncio
from collections.abc import Coroutine, Iterator
from contextlib import contextmanager
from typing import Any, TypeVar

from bleak.exc import BleakError, BleakGATTProtocolError
from bumble import core
from bumble.att import ATT_Error
from bumble.device import Connection, Device

Result = TypeVar("Result")


class Link:
    """A connection and when it ended."""

    def __init__(self, connection: Connection) -> None:
        self.connection = connection
        self.gone: asyncio.Future[None] = asyncio.get_running_loop().create_future()
        connection.on(Connection.EVENT_DISCONNECTION, self._end)
        connection.device.on(Device.EVENT_FLUSH, self._end)  # the controller itself is gone
        if connection.device.lookup_connection(connection.handle) is not connection:
            self._end()  # lost before anybody could listen

    async def carry_out(self, operation: Coroutine[Any, Any, Result]) -> Result:
        """Its result. Raises BleakError when the link is lost meanwhile.

        bumble cancels a pending request at link loss, or lets it wait for 30 s: neither may reach the caller.
        """
        task = asyncio.create_task(operation)
        task.add_done_callback(_is_heard)
        try:
            await asyncio.wait((task, self.gone), return_when=asyncio.FIRST_COMPLETED)
        finally:
            task.cancel()
        if not task.done() or task.cancelled():
            raise BleakError("the link was lost")
        error = task.exception()
        if error is not None:
            raise in_bleaks_terms(error) from error
        return task.result()

    def _end(self, *_reason: int) -> None:
        if not self.gone.done():
            self.connection.device.remove_listener(Device.EVENT_FLUSH, self._end)
            self.gone.set_result(None)


def _is_heard(task: asyncio.Task[Any]) -> None:
    """What an operation says after its link was lost interests nobody."""
    if not task.cancelled():
        task.exception()


def in_bleaks_terms(error: BaseException) -> BaseException:
    """The error a bleak backend raises for it."""
    match error:
        case ATT_Error():
            return BleakGATTProtocolError(error.error_code)
        case core.TimeoutError():
            return TimeoutError(str(error))
        case core.BaseBumbleError():
            return BleakError(str(error))
        case _:
            return error


@contextmanager
def bleaks_errors() -> Iterator[None]:
    """For work that belongs to no link."""
    try:
        yield
    except core.BaseBumbleError as error:
        raise in_bleaks_terms(error) from error
