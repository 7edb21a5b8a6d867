"""Record Access Control Point (2A52), both directions. It has no way to say "delete"."""

from __future__ import annotations

from dataclasses import dataclass
from enum import IntEnum
from typing import Final

from device_drivers.reader import Reader

CONTROL: Final = "2A52"

# ATT errors of a request: of the Glucose Service itself, and the common ones that replaced them
# (Core Specification Supplement, part B).
ATT_IN_PROGRESS_GLS: Final = 0x80
ATT_IN_PROGRESS: Final = 0xFE
ATT_NOT_SUBSCRIBED_GLS: Final = 0x81
ATT_NOT_SUBSCRIBED: Final = 0xFD


class Opcode(IntEnum):
    """Written by us: all but 2, which would destroy the meter's history and is only ever read."""

    REPORT_RECORDS = 1
    DELETE_RECORDS = 2
    ABORT = 3
    REPORT_NUMBER = 4
    NUMBER_RESPONSE = 5
    RESPONSE_CODE = 6


class Operator(IntEnum):
    NULL = 0
    ALL = 1
    LESS_OR_EQUAL = 2
    GREATER_OR_EQUAL = 3
    WITHIN_RANGE = 4
    FIRST = 5
    LAST = 6


class Result(IntEnum):
    SUCCESS = 1
    OPCODE_UNSUPPORTED = 2
    INVALID_OPERATOR = 3
    OPERATOR_UNSUPPORTED = 4
    INVALID_OPERAND = 5
    NO_RECORDS_FOUND = 6
    ABORT_UNSUCCESSFUL = 7
    PROCEDURE_NOT_COMPLETED = 8
    OPERAND_UNSUPPORTED = 9
    SERVER_BUSY = 10


OPCODES: Final = {code.value: code.name.lower() for code in Opcode}
OPERATORS: Final = {code.value: code.name.lower() for code in Operator}
RESULTS: Final = {code.value: code.name.lower() for code in Result}

_BY_SEQUENCE: Final = 1
"""The filter type "sequence number" of an operand."""


@dataclass(frozen=True, slots=True)
class Request:
    """What a collector writes; also any opcode that nobody has defined."""

    opcode: str
    operator: str
    operand: bytes
    notes: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class NumberResponse:
    """How many stored records match."""

    operator: str
    number: int
    notes: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Response:
    """How a request ended. `request` and `result` are names, `reserved` if nobody has defined the code."""

    operator: str
    request: str
    result: str
    notes: tuple[str, ...] = ()


Message = Request | NumberResponse | Response


def decode(frame: bytes) -> Message:
    """A message of either direction. Raises DecodeError."""
    read = Reader(frame)
    code = read.u8("opcode")
    opcode = read.code(code, "opcode", OPCODES)
    operator = read.code(read.u8("operator"), "operator", OPERATORS)
    match code:
        case Opcode.NUMBER_RESPONSE:
            return NumberResponse(operator, read.u16("number"), read.finish())
        case Opcode.RESPONSE_CODE:
            request = read.code(read.u8("request"), "request", OPCODES)
            result = read.code(read.u8("result"), "result", RESULTS)
            return Response(operator, request, result, read.finish())
        case _:
            return Request(opcode, operator, frame[2:], read.noted())


def is_answer(message: NumberResponse | Response, opcode: int) -> bool:
    """Whether this ends the request with that opcode."""
    if isinstance(message, NumberResponse):
        return opcode == Opcode.REPORT_NUMBER
    return message.request == OPCODES.get(opcode)


def count(start: int | None) -> bytes:
    """Ask how many records there are, from this sequence number on (inclusive) or in all."""
    return _from(Opcode.REPORT_NUMBER, start)


def report(start: int | None) -> bytes:
    """Ask for the records from this sequence number on (inclusive), or for all."""
    return _from(Opcode.REPORT_RECORDS, start)


def report_last() -> bytes:
    return bytes((Opcode.REPORT_RECORDS, Operator.LAST))


def abort() -> bytes:
    return bytes((Opcode.ABORT, Operator.NULL))


def _from(opcode: Opcode, start: int | None) -> bytes:
    if start is None:
        return bytes((opcode, Operator.ALL))
    return bytes((opcode, Operator.GREATER_OR_EQUAL, _BY_SEQUENCE)) + start.to_bytes(2, "little")
