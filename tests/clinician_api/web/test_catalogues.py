"""Both catalogues hold every word that is asked for, and no other."""

from __future__ import annotations

import re
from string import Formatter

import pytest

from clinician_api.web.words import LANGUAGES, Language, read, words_of
from tests.clinician_api.web.msgids import asked, path_of, written


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_catalogue_holds_what_templates_and_code_ask_for_and_nothing_else(language: Language) -> None:
    held = {each.id if isinstance(each.id, str) else each.id[0] for each in read(language) if each.id}
    assert held == set(asked())


def test_nothing_is_left_untranslated() -> None:
    entries = [each for each in read("zh") if each.id]
    missing = [each.id for each in entries if not each.string or not all(each.string)]
    assert missing == []


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_translation_fills_in_nothing_that_its_msgid_lacks(language: Language) -> None:
    wrong = [
        each.id for each in read(language) if each.id and not _fields(each.string or "") <= _fields(each.id)
    ]
    assert wrong == []


def _fields(text: str | tuple[str, ...] | list[str]) -> set[str | None]:
    texts = (text,) if isinstance(text, str) else text
    return {field for each in texts for _, field, _, _ in Formatter().parse(each) if field}


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_file_is_as_the_tool_writes_it(language: Language) -> None:
    assert path_of(language).read_bytes() == written(language, read(language))


def test_english_words_hold_no_chinese() -> None:
    words = words_of("en")
    said = [words(each) for each in asked() if "{" not in each]
    assert [each for each in said if re.search(r"[\u4e00-\u9fff]", each)] == []


def test_one_is_not_many_in_english_and_all_are_alike_in_chinese() -> None:
    english, chinese = words_of("en"), words_of("zh")
    assert [english.many("{n} day", "{n} days", n) for n in (1, 2)] == ["1 day", "2 days"]
    assert [chinese.many("{n} day", "{n} days", n) for n in (1, 2)] == ["1 天", "2 天"]
