"""How a meter with a quirk wants to be spoken to: what comes before its results, and what after its names."""

from __future__ import annotations

from collections.abc import Generator

from device_drivers.conversation import Adopt, Bond, Conversation, Event, Listen, Memory, Wish
from device_drivers.profiles import clocks, facts
from device_drivers.quirks.quirk import Clock, Quirk
from device_drivers.quirks.table import choose, named


def foreseen(driver: str, memory: Memory) -> Quirk | None:
    """The quirk to begin with: the one it was found to have, else the one that its name tells."""
    return named(memory.quirk) or choose(driver, memory.name, None)


def before_results(quirk: Quirk | None) -> Conversation:
    """What this meter wants done before anything is subscribed to."""
    if quirk is None:
        return
    if quirk.bonds_first:
        yield Bond()
    if quirk.pause_s:
        yield Listen(quirk.pause_s)
    if quirk.clock is Clock.DATE_TIME_FIRST:
        yield from clocks.learn_date_time()
        yield from clocks.set_date_time()


def get_to_know(driver: str, memory: Memory, quirk: Quirk | None) -> Generator[Wish, Event, Quirk | None]:
    """Ask what the meter says of itself; the quirk that it has, told once and kept for good."""
    has_told_time = quirk is not None and quirk.clock is Clock.DATE_TIME_FIRST
    device = yield from facts.ask_all(asks_time=not has_told_time)
    found = named(memory.quirk) or choose(driver, memory.name, device)
    if found is not None and found.name != memory.quirk:
        yield Adopt(found.name)
    if found is not None and found.clock is Clock.DATE_TIME:
        yield from clocks.learn_date_time()
    return found
