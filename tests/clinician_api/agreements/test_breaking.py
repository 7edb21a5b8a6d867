"""Lines of Chinese and English: nothing lost, nothing too wide, no mark where none may stand."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from clinician_api.agreements.breaking import lines


def width_of(words: str) -> float:
    """Ideographs are twice as wide as letters."""
    return sum(2 if ord(sign) > 0x2E80 else 1 for sign in words)


@pytest.mark.parametrize(
    ("words", "width", "expected"),
    [
        ("甲乙双方自愿", 8, ["甲乙双方", "自愿"]),
        ("甲乙双方，自愿", 8, ["甲乙双", "方，自愿"]),
        ("服务（包）内容", 8, ["服务", "（包）内", "容"]),
        ("call the family doctor", 10, ["call the", "family", "doctor"]),
        ("拨打120，不要等待", 10, ["拨打120，", "不要等待"]),
        ("", 10, [""]),
        ("abcdefghij", 4, ["abcd", "efgh", "ij"]),
    ],
)
def test_a_line_ends_where_it_may(words: str, width: float, expected: list[str]) -> None:
    assert list(lines(words, width, width_of)) == expected


@given(st.text(st.sampled_from("甲乙，。（）《》ab 12.-%￥$"), max_size=80), st.integers(2, 30))
def test_every_sign_is_printed_once_and_no_line_is_too_wide(words: str, width: int) -> None:
    found = list(lines(words, width, width_of))
    assert "".join("".join(found).split()) == "".join(words.split())
    assert all(width_of(line) <= width for line in found)
