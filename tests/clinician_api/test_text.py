"""Text that people type."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import TypeAdapter, ValidationError

from clinician_api.text import Line, Paragraph

LINE: TypeAdapter[str] = TypeAdapter(Line)
PARAGRAPH: TypeAdapter[str] = TypeAdapter(Paragraph)


@pytest.mark.parametrize("text", ["王秀英", "O'Brien", "<b>{{7*7}}</b>", "阿依古丽·买买提", "👩‍⚕️"])
def test_what_people_are_called_is_kept_as_typed(text: str) -> None:
    assert LINE.validate_python(text) == text


@pytest.mark.parametrize("text", ["", "   ", "a\x00b", "a\x1bb", "a\nb", "\ud800", "x" * 201], ids=ascii)
def test_what_is_no_line_is_refused(text: str) -> None:
    with pytest.raises(ValidationError):
        LINE.validate_python(text)


def test_a_paragraph_has_lines() -> None:
    assert PARAGRAPH.validate_python("one\ntwo") == "one\ntwo"


@given(st.text(max_size=50))
def test_what_is_accepted_can_be_stored(text: str) -> None:
    try:
        accepted = PARAGRAPH.validate_python(text)
    except ValidationError:
        return
    assert "\x00" not in accepted.encode().decode()
