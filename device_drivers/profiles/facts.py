"""The slow questions of every conversation: the meter's clock, its names, its battery. Needs none of them."""

from __future__ import annotations

from collections.abc import Generator

from device_drivers.conversation import Conversation, Event, Gone, Learn, Read, Spoil, Value, Wish
from device_drivers.measurement import DeviceInformation
from device_drivers.profiles import battery, current_time, device_information
from device_drivers.reader import DecodeError


def ask() -> Conversation:
    """Learn what the meter is willing to say. A refusal or a lost link only leaves a fact unknown."""
    yield from ask_all(asks_time=True)


def ask_all(*, asks_time: bool) -> Generator[Wish, Event, DeviceInformation | None]:
    """The same, without the time where it was told already. The names; None if the link was lost."""
    if asks_time:
        yield from _ask_clock()
    names = yield from _ask_names()
    yield from _ask_battery()
    return names


def _ask_clock() -> Conversation:
    if value := (yield from _read(current_time.CURRENT_TIME)):
        try:
            fact = current_time.decode(value)
        except DecodeError as error:
            yield Spoil(None, current_time.CURRENT_TIME, value, str(error))
        else:
            yield Learn(fact)


def _ask_battery() -> Conversation:
    if value := (yield from _read(battery.LEVEL)):
        try:
            fact = battery.decode(value)
        except DecodeError as error:
            yield Spoil(None, battery.LEVEL, value, str(error))
        else:
            yield Learn(fact)


def _ask_names() -> Generator[Wish, Event, DeviceInformation | None]:
    """All names, or word that the meter has none. A lost link is no answer: then nothing is learned."""
    names: dict[str, str | None] = {}
    for characteristic, field in device_information.FIELDS.items():
        event = yield Read(characteristic)
        if event == Gone():
            return None
        if isinstance(event, Value):
            try:
                names[field] = device_information.decode(event.value)
            except DecodeError as error:
                yield Spoil(None, characteristic, event.value, str(error))
    found = DeviceInformation(**names)
    yield Learn(found)
    return found


def _read(characteristic: str) -> Generator[Wish, Event, bytes | None]:
    event = yield Read(characteristic)
    return event.value if isinstance(event, Value) else None
