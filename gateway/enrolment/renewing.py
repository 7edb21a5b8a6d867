"""Renewal beside the gateway that runs: looks at times, and has a short-lived process do it.

X.509 takes some megabytes that the process which runs for ever does not need.
"""

from __future__ import annotations

import asyncio
import sys
from collections.abc import Callable
from datetime import datetime
from pathlib import Path
from typing import Final
from uuid import UUID

from gateway.enrolment import held
from gateway.enrolment.due import is_due
from gateway.log import Log

LOOK_S: Final = 3600.0
_LONGEST_S: Final = 120.0


class Renewing:
    """Of the gateway in this folder. `now`: a moment that has certainly passed, None where nobody knows."""

    def __init__(self, folder: Path, gateway: UUID, now: Callable[[], datetime | None], log: Log) -> None:
        self._folder = folder
        self._gateway = gateway
        self._now = now
        self._log = log

    async def watch(self, begin_anew: Callable[[], None], *, look_s: float = LOOK_S) -> None:
        """For ever, or until there are new papers to begin with."""
        while True:
            found = held.read(self._folder)
            if found is not None and is_due(found, self._gateway, self._now()) and await self._renew():
                begin_anew()
                return
            await asyncio.sleep(look_s)

    async def _renew(self) -> bool:
        words = ("-m", "gateway.enrolment", str(self._folder))
        process = await asyncio.create_subprocess_exec(sys.executable, *words)
        try:
            async with asyncio.timeout(_LONGEST_S):
                is_renewed = await process.wait() == 0
        except TimeoutError:
            process.kill()
            is_renewed = False
        if not is_renewed:
            self._log.warning("certificate.not_renewed")
        return is_renewed
