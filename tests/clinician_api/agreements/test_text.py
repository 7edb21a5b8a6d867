"""An agreement's text: its small markup, its placeholders, and what may not be one."""

from __future__ import annotations

from contextlib import suppress

import pytest
from hypothesis import given
from hypothesis import strategies as st

from clinician_api.agreements import rules
from clinician_api.agreements.text import MOST, NEEDED, Block, WrongTextError, fill, read
from tests.clinician_api.agreements.agreeing import STARTER, terms

WHOLE = "# T\n" + " ".join(f"${name}" for name in sorted(NEEDED)) + "\n[items]\n[signatures]\n"
VALUES = dict(rules.values(terms()))


@pytest.mark.parametrize("language", rules.LANGUAGES)
def test_the_starter_texts_can_be_printed(language: str) -> None:
    blocks = fill(read((STARTER / f"{language}.txt").read_text()), VALUES)
    assert not any("$" in block.words for block in blocks)
    assert any("HL-2026-000123" in block.words for block in blocks)


def test_both_starter_texts_have_the_same_clauses_and_say_the_same_facts() -> None:
    zh, en = (read((STARTER / f"{language}.txt").read_text()) for language in ("zh", "en"))
    assert [block.kind for block in zh.blocks if block.kind in {"clause", "bullet"}] == [
        block.kind for block in en.blocks if block.kind in {"clause", "bullet"}
    ]
    assert "120" in zh.body
    assert "120" in en.body


@pytest.mark.parametrize(
    ("body", "code", "names"),
    [
        (WHOLE + "$password", "text.unknown_placeholder", ("password",)),
        (WHOLE + "${resident.__class__}", "text.stray_dollar", None),
        (WHOLE + "costs 5$", "text.stray_dollar", None),
        (WHOLE.replace("$signer", ""), "text.missing_placeholder", ("signer",)),
        (WHOLE.replace("[items]", ""), "text.needs_one", ("items",)),
        (WHOLE + "[signatures]", "text.needs_one", ("signatures",)),
        (WHOLE.replace("# T", "T"), "text.needs_one", ("title",)),
        ("", "text.missing_placeholder", tuple(sorted(NEEDED))),
        ("x" * (MOST + 1), "text.too_long", (str(MOST),)),
    ],
)
def test_a_text_that_could_not_be_printed_is_refused(
    body: str, code: str, names: tuple[str, ...] | None
) -> None:
    with pytest.raises(WrongTextError) as refused:
        read(body)
    assert refused.value.code == code
    assert names is None or refused.value.names == names


def test_a_dollar_is_written_twice() -> None:
    assert fill(read(WHOLE + "5 $$"), VALUES)[-1] == Block("paragraph", "5 $")


@pytest.mark.parametrize(
    "name", ["# 标题", "## 十", "- x", "[signatures]", "$doctor", "a\n## b", "{0.x}", "%s"]
)
def test_a_name_is_never_read_as_markup(name: str) -> None:
    honest, hostile = (fill(read(WHOLE), VALUES | {"resident": said}) for said in ("陈桂英", name))
    assert [block.kind for block in hostile] == [block.kind for block in honest]
    assert " ".join(name.split()) in hostile[1].words


@given(st.text(max_size=200))
def test_whatever_is_written_is_read_or_refused(body: str) -> None:
    with suppress(WrongTextError):
        assert len(fill(read(WHOLE + body), VALUES)) >= 4
