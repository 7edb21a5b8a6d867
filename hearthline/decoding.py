"""From a raw GATT value to the JSON object that `hearthline decode` prints. Pure; applies no quirk."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from decimal import Decimal
from typing import Final

from device_drivers import ieee11073
from device_drivers.driver import Decoder
from device_drivers.measurement import BloodPressure, Number, Special
from device_drivers.profiles import (
    blood_pressure,
    current_time,
    date_time,
    enhanced_blood_pressure,
    glucose,
    glucose_context,
    racp,
)
from device_drivers.quality import half_up, judge, mg_dl, mmol_l
from device_drivers.reader import Reader
from device_drivers.registry import DECODERS
from hearthline.printing import Fields, fields_of, moment, number, raw_time


@dataclass(frozen=True, slots=True)
class Decoded:
    """What is printed, and what people may want to know besides."""

    fields: Fields
    notes: tuple[str, ...]


class UnknownCharacteristicError(ValueError):
    """A characteristic that no decoder is for; the message names those that are known."""

    def __init__(self, name: str) -> None:
        super().__init__(f"{name}: unknown characteristic; known are {' '.join(_DECODERS)}")


def decode(characteristic: str, value: bytes) -> Decoded:
    """Raises DecodeError for malformed bytes and UnknownCharacteristicError."""
    decoder = _DECODERS.get(characteristic.upper())
    if decoder is None:
        raise UnknownCharacteristicError(characteristic)
    return decoder(value)


def from_hex(text: str) -> bytes:
    """The bytes of a hexadecimal text, blanks between them allowed. Raises ValueError."""
    try:
        return bytes.fromhex(text)
    except ValueError:
        raise ValueError(f"{text[:40]!r} is not hexadecimal bytes") from None


def from_line(line: bytes) -> tuple[str, bytes]:
    """Characteristic and value of a line `CHARACTERISTIC HEX`. Raises ValueError."""
    name, _, value = line.decode("ascii", errors="replace").strip().partition(" ")
    if not name:
        raise ValueError("an empty line, where CHARACTERISTIC HEX is needed")
    return name, from_hex(value)


def _blood_pressure(value: bytes) -> Decoded:
    measurement = blood_pressure.decode(value)
    return _pressures(measurement, judge(measurement))


def _enhanced_pressure(value: bytes) -> Decoded:
    measurement = enhanced_blood_pressure.decode(value)
    return _pressures(measurement, judge(measurement))


def _cuff_pressure(value: bytes) -> Decoded:
    measurement = blood_pressure.decode_cuff_pressure(value)
    return _pressures(measurement.as_sent, judge(measurement))


def _pressures(sent: BloodPressure, quality: str) -> Decoded:
    fields = {
        "unit": sent.unit,
        "systolic": number(sent.systolic),
        "diastolic": number(sent.diastolic),
        "mean": number(sent.mean),
        "pulse": number(sent.pulse),
        "user_id": sent.user,
        "time": moment(sent.time),
        "status": sent.status,
        "quality": quality,
    }
    return Decoded(fields | raw_time(sent.time), sent.notes)


def _glucose(value: bytes) -> Decoded:
    record = glucose.decode(value)
    fields = {
        "sequence": record.sequence,
        "base_time": moment(record.base_time),
        "time_offset_min": record.offset_min,
        "time": moment(record.time),
        "concentration": number(record.concentration),
        "unit": record.unit,
        "mg_dl": _rounded(mg_dl(record)),
        "mmol_l": number(mmol_l(record)),
        "type": record.sample,
        "location": record.location,
        "status": record.status,
        "context_follows": record.context_follows,
        "quality": judge(record),
    }
    doubtful = record.base_time if record.base_time.local is None else record.time
    return Decoded(fields | raw_time(doubtful), record.notes)


def _context(value: bytes) -> Decoded:
    context = glucose_context.decode(value)
    carbohydrate, exercise, medication = context.carbohydrate, context.exercise, context.medication
    fields: Fields = {
        "sequence": context.sequence,
        "carbohydrate": carbohydrate and {"meal": carbohydrate.meal, "kg": number(carbohydrate.kilograms)},
        "meal": context.meal,
        "tester": context.tester,
        "health": context.health,
        "exercise": exercise and {"seconds": exercise.seconds, "percent": exercise.percent},
        "medication": medication
        and {"drug": medication.drug, "amount": number(medication.amount), "unit": medication.unit},
        "hba1c": number(context.hba1c_percent),
    }
    return Decoded(fields, context.notes)


def _record_access(value: bytes) -> Decoded:
    message = racp.decode(value)
    fields: Fields
    match message:
        case racp.NumberResponse():
            fields = {"opcode": "number_response", "operator": message.operator, "number": message.number}
        case racp.Response():
            fields = {"opcode": "response_code", "operator": message.operator}
            fields |= {"request": message.request, "result": message.result}
        case racp.Request():
            fields = {"opcode": message.opcode, "operator": message.operator}
            fields["operand"] = message.operand.hex() or None
    return Decoded(fields, message.notes)


def _current_time(value: bytes) -> Decoded:
    said = current_time.decode(value)
    fields = {
        "time": moment(said.clock),
        "weekday": said.weekday,
        "fraction_256": said.fraction,
        "adjusted": said.adjusted,
    }
    return Decoded(fields | raw_time(said.clock), said.notes)


def _date_time(value: bytes) -> Decoded:
    said = date_time.decode(value)
    return Decoded({"time": moment(said.clock)} | raw_time(said.clock), said.notes)


def _sfloat(value: bytes) -> Decoded:
    read = Reader(value)
    return _bare(read.sfloat("value"), read.finish())


def _float(value: bytes) -> Decoded:
    read = Reader(value)
    return _bare(read.float32("value"), read.finish())


def _bare(value: Number, notes: tuple[str, ...]) -> Decoded:
    if isinstance(value, Special):
        return Decoded({"special": value.value}, notes)
    return Decoded({"value": ieee11073.text(value)}, notes)


def _as_decoded(decoder: Decoder) -> Callable[[bytes], Decoded]:
    """For a value that prints as it is."""

    def decoded(value: bytes) -> Decoded:
        said = decoder(value)
        return Decoded(fields_of(said), said.notes)

    return decoded


_SHAPED: Final[dict[str, Callable[[bytes], Decoded]]] = {
    blood_pressure.MEASUREMENT: _blood_pressure,
    blood_pressure.CUFF_PRESSURE: _cuff_pressure,
    enhanced_blood_pressure.MEASUREMENT: _enhanced_pressure,
    glucose.MEASUREMENT: _glucose,
    glucose_context.CONTEXT: _context,
    racp.CONTROL: _record_access,
    current_time.CURRENT_TIME: _current_time,
    date_time.DATE_TIME: _date_time,
    "SFLOAT": _sfloat,
    "FLOAT": _float,
}
"""What prints in a shape of its own, which scripts rely on."""

_DECODERS: Final = {name: _as_decoded(decoder) for name, decoder in DECODERS.items()} | _SHAPED


def _rounded(value: Decimal | None) -> str | None:
    return None if value is None else number(half_up(value, "1"))
