"""The page from start to end of a gateway that has one. Decides nothing."""

from __future__ import annotations

import asyncio

from gateway.log import Log
from gateway.page.server import serving
from gateway.page.site import Routes, Site


async def shown(at: tuple[str, int], code: str | None, routes: Routes, log: Log) -> None:
    """For ever. A gateway reads meters without its page too."""
    try:
        async with serving(*at, Site(routes, code).answer) as port:
            log.info("page.opened", host=at[0], port=port)
            await asyncio.Event().wait()
    except OSError as error:
        log.failure("page.unopened", error)
