"""The printed agreement: every word on it, its font inside it, the same bytes each time."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

import pytest

from clinician_api.agreements import drawing, rules
from clinician_api.agreements.rules import Item, Language, Terms
from clinician_api.agreements.text import Block, fill, read
from tests.clinician_api.agreements.agreeing import (
    AT,
    STARTER,
    fonts_of,
    signatures,
    terms,
    widest_of,
    words_of,
)


def filled(what: Terms, *languages: Language) -> Mapping[Language, tuple[Block, ...]]:
    return {
        language: fill(read((STARTER / f"{language}.txt").read_text()), rules.values(what))
        for language in languages
    }


def printed(what: Terms, *languages: Language) -> bytes:
    signed = list(signatures().values())
    return drawing.pdf(what, filled(what, *languages), signatures=signed, digest="0" * 64, at=AT)


def test_the_font_is_inside_and_only_the_part_that_is_used() -> None:
    fonts = fonts_of(printed(terms(), "zh"))
    assert all("NotoSansSC" in name for name in fonts)
    assert all(1000 < size < 300_000 for size in fonts.values())


def test_every_word_of_the_text_can_be_read_from_the_pages() -> None:
    what = terms()
    found = words_of(printed(what, "zh", "en"))
    for blocks in filled(what, "zh", "en").values():
        for block in blocks:
            assert "".join(block.words.split()) in found
    for item in what.items["zh"]:
        assert "".join(item.name.split()) in found


def test_the_same_agreement_is_printed_to_the_same_bytes() -> None:
    what = terms()
    assert printed(what, "zh", "en") == printed(what, "zh", "en")


def test_a_draft_has_neither_signatures_nor_a_seal() -> None:
    what = terms()
    found = words_of(drawing.pdf(what, filled(what, "zh"), signatures=(), digest="0" * 64, at=AT))
    assert "乙方签字" not in found
    assert "签约医生签字" not in found


@pytest.mark.parametrize("name", ["𬱖𪚥", "\u202e陈桂英", "Ünïcödé Ångström", "陈" * 100, "a" * 200, "👵"])
def test_no_name_breaks_the_page_or_prints_an_empty_box(name: str) -> None:
    assert drawing.printable(name)[:3] in words_of(printed(terms(resident=name), "zh"))


def test_what_the_font_lacks_is_spelled_out_and_what_is_invisible_is_left_out() -> None:
    assert drawing.printable("陈\u202e👵英\x00") == "陈〔U+1F475〕英"


def test_a_long_catalogue_goes_over_pages_whole() -> None:
    items = tuple(Item(f"包{n // 20}", f"服务项目第{n}项" * 6, str(n), "个人") for n in range(120))
    found = words_of(printed(terms(items=items), "zh"))
    assert all(f"服务项目第{n}项" in found for n in range(120))


def test_nobody_is_called_like_the_place_of_the_number_of_pages() -> None:
    found = words_of(printed(terms(resident="{nb}陈桂英\ue000\ue001"), "zh"))
    assert "{nb}陈桂英证件" in found


def test_long_names_of_signers_and_institutions_stand_whole_within_the_page() -> None:
    long = "陈" * 60
    what = replace(terms(), institution="曹杨社区卫生服务中心" * 8)
    signed = [replace(each, name=long) for each in signatures().values()]
    page = drawing.pdf(what, filled(what, "zh"), signatures=signed, digest="0" * 64, at=AT)
    assert words_of(page).count(long) == 2
    assert widest_of(page) < 210 - 20
