"""From any decoded value to what JSON can hold: numbers as decimal text, times in ISO 8601. Pure."""

from __future__ import annotations

from dataclasses import fields, is_dataclass
from decimal import Decimal

from device_drivers import ieee11073
from device_drivers.driver import Said
from device_drivers.measurement import MeterTime, Number, Special

Fields = dict[str, object]


def fields_of(said: Said) -> Fields:
    """All fields but the notes, under their own names; the bytes of a time that names no moment come last."""
    values = {field.name: getattr(said, field.name) for field in fields(said) if field.name != "notes"}
    printed = {name: plain(value) for name, value in values.items()}
    for value in values.values():
        if isinstance(value, MeterTime):
            printed |= raw_time(value)
    return printed


def plain(value: object) -> object:
    """Numbers as text with the digits that were sent, special words as None, parts as their own objects."""
    match value:
        case Decimal() | Special():
            return number(value)
        case MeterTime():
            return moment(value)
        case bytes():
            return value.hex()
        case _ if is_dataclass(value) and not isinstance(value, type):
            return {field.name: plain(getattr(value, field.name)) for field in fields(value)}
        case _:
            return value


def number(value: Number | None) -> str | None:
    return None if value is None else ieee11073.text(value)


def moment(time: MeterTime | None) -> str | None:
    """As the meter said it: without a zone, or in UTC where the meter said that."""
    if time is None or time.local is None:
        return None
    return time.local.isoformat() + ("+00:00" if time.is_utc else "")


def raw_time(time: MeterTime | None) -> Fields:
    """The bytes of a time that names no moment; nothing where the time says it all or was not sent."""
    return {} if time is None or time.local is not None else {"meter_time_raw": time.raw.hex()}
