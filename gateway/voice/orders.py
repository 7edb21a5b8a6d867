"""The cloud's orders that concern the voice, as happenings. Decides nothing."""

from __future__ import annotations

from collections.abc import Callable

from device_drivers.wire.downlink import Ask, Hush, Repeat, Speak
from gateway.orders.table import Able
from gateway.voice.happenings import AnsweredElsewhere, Asked, Happening, Told


def orders(happened: Callable[[Happening], None], now: Callable[[], float]) -> dict[type, Able]:
    """Who carries out which; `now` in monotonic seconds. What is too late by its turn is dropped."""

    def speak(order: Speak, within_s: float) -> bool:
        happened(Told(order.say, now() + within_s, order.about))
        return True

    def ask(order: Ask, within_s: float) -> bool:
        happened(Asked(order.ask, order.question, now() + within_s))
        return True

    def hush(order: Hush, _within_s: float) -> bool:
        happened(AnsweredElsewhere(order.question))
        return True

    def repeat(order: Repeat, within_s: float) -> bool:
        happened(Told("rest_and_repeat", now() + within_s, order.about))
        return True

    return {Speak: speak, Ask: ask, Hush: hush, Repeat: repeat}
