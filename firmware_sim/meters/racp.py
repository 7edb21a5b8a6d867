"""What a glucometer answers at its Record Access Control Point 0x2A52. Pure: decides, sends nothing.

Glucose Service 1.0, section 3.3. Sequence numbers are compared as numbers, also after they wrapped.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from enum import IntEnum

from firmware_sim.measured import Taken


class Opcode(IntEnum):
    REPORT = 1
    DELETE = 2
    ABORT = 3
    COUNT = 4
    NUMBER = 5
    RESPONSE = 6


class Operator(IntEnum):
    NULL = 0
    ALL = 1
    AT_MOST = 2
    AT_LEAST = 3
    WITHIN = 4
    FIRST = 5
    LAST = 6


class Result(IntEnum):
    SUCCESS = 1
    OPCODE_NOT_SUPPORTED = 2
    INVALID_OPERATOR = 3
    OPERATOR_NOT_SUPPORTED = 4
    INVALID_OPERAND = 5
    NO_RECORDS = 6
    ABORT_UNSUCCESSFUL = 7
    OPERAND_NOT_SUPPORTED = 9


SEQUENCE_FILTER = 1


@dataclass(frozen=True, slots=True)
class Report:
    records: tuple[Taken, ...]
    is_all_wanted: bool
    """The collector asked for the rest of the memory; not only for its newest record, say."""


@dataclass(frozen=True, slots=True)
class Count:
    number: int


@dataclass(frozen=True, slots=True)
class Abort:
    pass


@dataclass(frozen=True, slots=True)
class Response:
    request: int
    result: Result


Answer = Report | Count | Abort | Response


class _RefusedError(Exception):
    def __init__(self, result: Result) -> None:
        self.result = result


def answer(request: bytes, memory: Sequence[Taken]) -> Answer:
    """The answer to a request of at least one byte, given the records oldest first."""
    opcode = request[0]
    try:
        return _answer(opcode, request[1:], memory)
    except _RefusedError as refused:
        return Response(opcode, refused.result)


def _answer(opcode: int, rest: bytes, memory: Sequence[Taken]) -> Answer:
    match opcode:
        case Opcode.REPORT:
            selected = _select(rest, memory)
            if not selected:
                return Response(opcode, Result.NO_RECORDS)
            return Report(selected, is_all_wanted=rest[0] in {Operator.ALL, Operator.AT_LEAST})
        case Opcode.COUNT:
            return Count(len(_select(rest, memory)))
        case Opcode.ABORT:
            if rest != bytes((Operator.NULL,)):
                raise _RefusedError(Result.INVALID_OPERATOR)
            return Abort()
        case _:  # DELETE too: what a person measured stays in the meter
            raise _RefusedError(Result.OPCODE_NOT_SUPPORTED)


def _select(rest: bytes, memory: Sequence[Taken]) -> tuple[Taken, ...]:
    operator, operand = rest[:1], rest[1:]
    match operator:
        case b"\x01" | b"\x05" | b"\x06" if operand:
            raise _RefusedError(Result.INVALID_OPERAND)
        case b"\x01":
            return tuple(memory)
        case b"\x05":
            return tuple(memory[:1])
        case b"\x06":
            return tuple(memory[-1:])
        case b"\x02" | b"\x03" | b"\x04":
            chosen = _filter(Operator(operator[0]), operand)
            return tuple(record for record in memory if chosen(record.sequence or 0))
        case b"" | b"\x00":
            raise _RefusedError(Result.INVALID_OPERATOR)
        case _:
            raise _RefusedError(Result.OPERATOR_NOT_SUPPORTED)


def _filter(operator: Operator, operand: bytes) -> Callable[[int], bool]:
    if operand[:1] != bytes((SEQUENCE_FILTER,)):
        raise _RefusedError(Result.OPERAND_NOT_SUPPORTED if operand else Result.INVALID_OPERAND)
    if len(operand) != (5 if operator is Operator.WITHIN else 3):
        raise _RefusedError(Result.INVALID_OPERAND)
    first = int.from_bytes(operand[1:3], "little")
    last = int.from_bytes(operand[3:5], "little")
    match operator:
        case Operator.AT_MOST:
            return lambda sequence: sequence <= first
        case Operator.AT_LEAST:
            return lambda sequence: sequence >= first
        case _:
            if first > last:
                raise _RefusedError(Result.INVALID_OPERAND)
            return lambda sequence: first <= sequence <= last
