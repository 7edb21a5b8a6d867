"""The page of a gateway that has one; of one that has none, not even its code. Decides nothing."""

from __future__ import annotations

from collections.abc import Callable, Coroutine

from gateway import settings
from gateway.log import Log
from gateway.pairing.household import Household
from gateway.settings import Settings
from gateway.voice.home import HomeVoice


def page(
    chosen: Settings, household: Household, home: HomeVoice, is_saving: Callable[[], bool], log: Log
) -> tuple[Coroutine[None, None, None], ...]:
    """The work of showing it, if there is any. Raises SettingsError."""
    address = settings.page_address(chosen)
    if address is None:
        return ()
    from gateway.page import hearing, opening, pairing  # noqa: PLC0415  a Pi has little memory

    routes = {**pairing.routes(household, is_saving), **hearing.routes(home)}
    return (opening.shown(address, chosen.page_code, routes, log),)
