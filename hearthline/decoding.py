"""From a raw GATT value to the JSON object that `hearthline decode` prints. Pure; applies no quirk."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from decimal import Decimal
from typing import Final

from device_drivers import ieee11073
from device_drivers.measurement import BloodPressure, MeterTime, Number, Special
from device_drivers.profiles import battery, blood_pressure, current_time, glucose, glucose_context, racp
from device_drivers.quality import half_up, judge, mg_dl, mmol_l
from device_drivers.reader import Reader

Fields = dict[str, object]


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


def _cuff_pressure(value: bytes) -> Decoded:
    measurement = blood_pressure.decode_cuff_pressure(value)
    return _pressures(measurement.as_sent, judge(measurement))


def _pressures(sent: BloodPressure, quality: str) -> Decoded:
    fields = {
        "unit": sent.unit,
        "systolic": _number(sent.systolic),
        "diastolic": _number(sent.diastolic),
        "mean": _number(sent.mean),
        "pulse": _number(sent.pulse),
        "user_id": sent.user,
        "time": _time(sent.time),
        "status": sent.status,
        "quality": quality,
    }
    return Decoded(fields | _raw_time(sent.time), sent.notes)


def _glucose(value: bytes) -> Decoded:
    record = glucose.decode(value)
    fields = {
        "sequence": record.sequence,
        "base_time": _time(record.base_time),
        "time_offset_min": record.offset_min,
        "time": _time(record.time),
        "concentration": _number(record.concentration),
        "unit": record.unit,
        "mg_dl": _rounded(mg_dl(record)),
        "mmol_l": _number(mmol_l(record)),
        "type": record.sample,
        "location": record.location,
        "status": record.status,
        "context_follows": record.context_follows,
        "quality": judge(record),
    }
    doubtful = record.base_time if record.base_time.local is None else record.time
    return Decoded(fields | _raw_time(doubtful), record.notes)


def _context(value: bytes) -> Decoded:
    context = glucose_context.decode(value)
    carbohydrate, exercise, medication = context.carbohydrate, context.exercise, context.medication
    fields: Fields = {
        "sequence": context.sequence,
        "carbohydrate": carbohydrate and {"meal": carbohydrate.meal, "kg": _number(carbohydrate.kilograms)},
        "meal": context.meal,
        "tester": context.tester,
        "health": context.health,
        "exercise": exercise and {"seconds": exercise.seconds, "percent": exercise.percent},
        "medication": medication
        and {"drug": medication.drug, "amount": _number(medication.amount), "unit": medication.unit},
        "hba1c": _number(context.hba1c_percent),
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
        "time": _time(said.clock),
        "weekday": said.weekday,
        "fraction_256": said.fraction,
        "adjusted": said.adjusted,
    }
    return Decoded(fields | _raw_time(said.clock), said.notes)


def _battery(value: bytes) -> Decoded:
    level = battery.decode(value)
    return Decoded({"percent": level.percent}, level.notes)


def _sfloat(value: bytes) -> Decoded:
    read = Reader(value)
    return _bare(read.sfloat("value"), read.finish())


def _float(value: bytes) -> Decoded:
    read = Reader(value)
    return _bare(read.float32("value"), read.finish())


def _bare(number: Number, notes: tuple[str, ...]) -> Decoded:
    if isinstance(number, Special):
        return Decoded({"special": number.value}, notes)
    return Decoded({"value": ieee11073.text(number)}, notes)


_DECODERS: Final[dict[str, Callable[[bytes], Decoded]]] = {
    blood_pressure.MEASUREMENT: _blood_pressure,
    blood_pressure.CUFF_PRESSURE: _cuff_pressure,
    glucose.MEASUREMENT: _glucose,
    glucose_context.CONTEXT: _context,
    racp.CONTROL: _record_access,
    current_time.CURRENT_TIME: _current_time,
    battery.LEVEL: _battery,
    "SFLOAT": _sfloat,
    "FLOAT": _float,
}


def _number(number: Number | None) -> str | None:
    return None if number is None else ieee11073.text(number)


def _rounded(value: Decimal | None) -> str | None:
    return None if value is None else _number(half_up(value, "1"))


def _time(time: MeterTime | None) -> str | None:
    return None if time is None or time.local is None else time.local.isoformat()


def _raw_time(time: MeterTime | None) -> Fields:
    """The bytes of a time that names no moment; nothing where the time says it all or was not sent."""
    return {} if time is None or time.local is not None else {"meter_time_raw": time.raw.hex()}
