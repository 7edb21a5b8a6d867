"""What is typed into the search box finds a name, its initials, or the tail of a number."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from clinician_api.identity import terms


def finds(words: str, name: str, phone: str | None = "13812345678", file: str = "310107-08-00011") -> bool:
    held = terms.terms(name, phone, file)
    return any(
        kind == asked.kind and term.startswith(asked.begins)
        for asked in terms.asked(words)
        for kind, term in held
    )


@pytest.mark.parametrize(
    ("words", "name", "is_found"),
    [
        ("王", "王秀英", True),
        ("秀英", "王秀英", True),
        ("王 秀英", "王秀英", True),
        ("英秀", "王秀英", False),
        ("wxy", "王秀英", True),
        ("WX", "王秀英", True),
        ("ＷＸＹ", "王秀英", True),
        ("xy", "王秀英", False),
        ("w", "王秀英", False),
        ("sxy", "单秀英", True),
        ("dxy", "单秀英", True),
        ("zxy", "曾秀英", True),
        ("阿依古丽", "阿依古丽·买买提", True),
        ("买买提", "阿依古丽·买买提", True),
        ("smith", "Anna Smith", True),
        ("annas", "Anna Smith", True),
        ("5678", "王秀英", True),
        ("678", "王秀英", True),
        ("78", "王秀英", False),
        ("1381", "王秀英", False),
        ("13812345678", "王秀英", True),
        ("00011", "王秀英", True),
        ("08-00011", "王秀英", True),
        ("310107-08-00011", "王秀英", True),
        ("%", "王秀英", False),
        ("_", "王秀英", False),
        ("", "王秀英", False),
        ("  ", "王秀英", False),
    ],
)
def test_who_is_meant_is_found(words: str, name: str, *, is_found: bool) -> None:
    assert finds(words, name) is is_found


@given(st.text(), st.text(max_size=200))
def test_no_words_and_no_name_do_more_than_find_nothing(words: str, name: str) -> None:
    assert len(terms.terms(name, None, "310107-08-00011")) < 100
    assert len(terms.asked(words)) <= 2
