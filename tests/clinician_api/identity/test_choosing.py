"""Passwords that are guessed first are refused; long ones of one's own are not, whatever signs they lack."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from clinician_api.identity.choosing import SHORTEST, is_common, weakness

TRIED_FIRST = """
Password1! P@ssw0rd2024 Password2024!! qwertyuiop 1qaz2wsx3edc zaq12wsxcde3 1234567890 12345678901
aaaaaaaaaaaa abababababab abcdefghij woaini1314520 admin@2024! Hearthline2026 hearthline-doctor qwert12345
letmein1234 Welcome@123456 doctordoctor yisheng2026 iloveyou123 0987654321 zxcvbnm123 19800101198001
"""
COMMON = TRIED_FIRST.split()
GOOD = [
    "correct horse battery",
    "三只黄鹂鸣翠柳一行白鹭",
    "the nurse's green bicycle",
    "kx7-tulpe-vvb2",
    "nine lemons in june",
]


@pytest.mark.parametrize("password", COMMON)
def test_what_is_tried_first_is_refused(password: str) -> None:
    assert weakness(password, name="limin") == "common"


@pytest.mark.parametrize("password", GOOD)
def test_no_capitals_figures_or_signs_are_asked_for(password: str) -> None:
    assert weakness(password, name="limin", phone="13800001111") is None


@pytest.mark.parametrize(
    ("password", "found"),
    [("kx7-tulpe", "short"), ("LiMin likes tea", "own_name"), ("tea 13800001111", "own_name")],
)
def test_a_short_one_and_ones_own_name_are_refused(password: str, found: str) -> None:
    assert weakness(password, name="limin", phone="13800001111") == found


@given(st.text(min_size=SHORTEST, max_size=256))
def test_any_text_is_judged(password: str) -> None:
    assert is_common(password) in {True, False}
