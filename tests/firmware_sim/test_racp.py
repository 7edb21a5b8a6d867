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
    ("request_hex", "places", "is_all_wanted"),
    [
        ("0101", (0, 1, 2, 3), True),
        ("01030100ff", (0, 1), True),  # at least 0xff00: records after the wrap have small numbers
        ("0102010000", (2,), False),
        ("010401feffffff", (0, 1), False),
        ("0105", (0,), False),
        ("0106", (3,), False),
    ],
)
def test_a_report_selects_by_operator(
    request_hex: str, places: tuple[int, ...], *, is_all_wanted: bool
) -> None:
    selected = tuple(MEMORY[place] for place in places)
    assert answer(bytes.fromhex(request_hex), MEMORY) == Report(selected, is_all_wanted)


def test_a_report_of_nothing_says_so() -> None:
    assert answer(bytes.fromhex("0103010200"), MEMORY[2:]) == Response(1, Result.NO_RECORDS)


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
        ("010401fffffeff", Result.INVALID_OPERAND),  # from the larger to the smaller
    ],
)
def test_what_it_cannot_do_it_says(request_hex: str, result: Result) -> None:
    request = bytes.fromhex(request_hex)
    assert answer(request, MEMORY) == Response(request[0], result)
