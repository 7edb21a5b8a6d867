"""What a glucometer answers, without a radio."""

from __future__ import annotations

import pytest

from firmware_sim.encode import Special
from firmware_sim.measured import Sugar, Taken
from firmware_sim.meters.racp import Abort, Count, Report, Response, Result, answer

MEMORY = tuple(
    Taken(number=place, sequence=sequence, time=None, values=Sugar(amount=Special.NAN), frame=b"")
    for place, sequence in enumerate((65534, 65535, 0, 1))
)


@pytest.mark.parametrize(
    ("request_hex", "places"),
    [
        ("0101", (0, 1, 2, 3)),
        ("01030100ff", (0, 1)),  # at least 0xff00: records after the wrap have small numbers
        ("0102010000", (2,)),
        ("010401fffffeff", None),
        ("010401feffffff", (0, 1)),
        ("0105", (0,)),
        ("0106", (3,)),
    ],
)
def test_a_report_selects_by_operator(request_hex: str, places: tuple[int, ...] | None) -> None:
    expected = (
        Response(1, Result.INVALID_OPERAND)
        if places is None
        else Report(tuple(MEMORY[place] for place in places))
    )
    assert answer(bytes.fromhex(request_hex), MEMORY) == expected


def test_a_count_selects_like_a_report() -> None:
    assert answer(bytes.fromhex("0401"), MEMORY) == Count(4)
    assert answer(bytes.fromhex("0403010100"), MEMORY) == Count(3)
    assert answer(bytes.fromhex("0401"), ()) == Count(0)


def test_an_abort_is_only_an_abort_with_the_null_operator() -> None:
    assert answer(bytes.fromhex("0300"), MEMORY) == Abort()
    assert answer(bytes.fromhex("0301"), MEMORY) == Response(3, Result.INVALID_OPERATOR)


@pytest.mark.parametrize(
    ("request_hex", "result"),
    [
        ("0201", Result.OPCODE_NOT_SUPPORTED),  # delete all
        ("0901", Result.OPCODE_NOT_SUPPORTED),
        ("01", Result.INVALID_OPERATOR),
        ("0100", Result.INVALID_OPERATOR),
        ("0107", Result.OPERATOR_NOT_SUPPORTED),
        ("010100", Result.INVALID_OPERAND),
        ("0103", Result.INVALID_OPERAND),
        ("010301ff", Result.INVALID_OPERAND),
        ("010302e80703090a1e0f", Result.OPERAND_NOT_SUPPORTED),  # by user-facing time
        ("0103010200", None),
    ],
)
def test_what_it_cannot_do_it_says(request_hex: str, result: Result | None) -> None:
    request = bytes.fromhex(request_hex)
    memory = MEMORY if result is not None else MEMORY[2:]
    assert answer(request, memory) == Response(request[0], result or Result.NO_RECORDS)
