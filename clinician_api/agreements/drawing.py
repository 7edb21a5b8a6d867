"""Sets an agreement on A4 by fpdf2, with the part of its font that it uses inside the file."""

from __future__ import annotations

import unicodedata
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import closing
from datetime import datetime
from functools import cache
from pathlib import Path
from typing import Final, NamedTuple
from zoneinfo import ZoneInfo

from fpdf import FPDF
from fpdf.fonts import TTFFont

from clinician_api.agreements import breaking
from clinician_api.agreements.rules import Item, Language, Signature, Terms
from clinician_api.agreements.text import Block, Kind
from clinician_api.agreements.wording import WORDS, Wording

FONTS: Final = Path(__file__).parent / "fonts"
"""Put there at set-up, as the other third-party files are."""

_FAMILY: Final = "text"
_FILES: Final = {"": FONTS / "regular.ttf", "B": FONTS / "bold.ttf"}
_MARGIN: Final = 22.0
_DAYS: Final = ZoneInfo("Asia/Shanghai")
_PAGES: Final = "\ue000\ue001"
"""Stands for the number of pages until it is known: signs that `printable` lets nobody be called."""

_INK: Final = (26, 32, 38)
_FAINT: Final = (104, 113, 122)
_RULE: Final = (205, 210, 214)
_SEAL: Final = (178, 34, 34)


class Style(NamedTuple):
    """Of a kind of block: points, weight, and millimetres of a line, of the space above and of the indent."""

    size: float
    weight: str
    line: float
    above: float
    indent: float


_STYLES: Final[Mapping[Kind, Style]] = {
    "title": Style(18, "B", 9, 0, 0),
    "clause": Style(12, "B", 7, 4, 0),
    "paragraph": Style(10.5, "", 6.2, 1, 0),
    "bullet": Style(10.5, "", 6.2, 1, 5),
}
_ROLE, _NAME = 42.0, 40.0
"""Millimetres: of a signature's first column, and of a name that leaves room for when it was signed."""

_COLUMNS: Final = (34.0, 78.0, 24.0, 30.0)
"""Millimetres of a table's columns: package, service, times, payer. Together as wide as the text."""


class Paper(FPDF):
    """A4 whose foot says which agreement it is, and which page of how many."""

    def __init__(self, number: str, at: datetime, wording: Wording) -> None:
        super().__init__(format="A4")
        self.number, self.wording = number, wording
        for weight, file in _FILES.items():
            self.add_font(_FAMILY, weight, file)
        self.set_margins(_MARGIN, 20, _MARGIN)
        self.set_auto_page_break(auto=True, margin=24)
        self.alias_nb_pages(_PAGES)
        self.set_creation_date(at)
        self.set_title(wording.title)
        self.set_lang(wording.lang)
        self.add_page()

    def close(self) -> None:
        """Its fonts' files."""
        for font in self.fonts.values():
            if isinstance(font, TTFFont):
                font.close()

    def footer(self) -> None:
        self.set_y(-16)
        self.set_font(_FAMILY, size=8)
        self.set_text_color(*_FAINT)
        self.cell(0, 5, printable(self.number))
        self.cell(0, 5, self.wording.page.format(page=self.page_no(), pages=_PAGES), align="R")


def printable(words: str) -> str:
    """A sign that the font lacks is spelled as its number: a rare name stays readable, and nobody is turned
    away for theirs. Invisible ones, which could turn a line round, are left out."""
    seen = (sign for sign in words if unicodedata.category(sign) not in {"Cc", "Cf", "Co", "Cs"})
    return "".join(sign if ord(sign) in _signs() else f"〔U+{ord(sign):04X}〕" for sign in seen)


@cache
def _signs() -> frozenset[int]:
    with closing(TTFFont(FPDF(), _FILES[""], _FAMILY, "")) as font:
        return frozenset(font.cmap)


def pdf(
    terms: Terms,
    texts: Mapping[Language, tuple[Block, ...]],
    *,
    signatures: Sequence[Signature],
    digest: str,
    at: datetime,
) -> bytes:
    """The Chinese text, and after it a translation where `texts` has one. `at` is when it was signed."""
    with closing(Paper(terms.number, at, WORDS["zh"])) as paper:
        for language, blocks in texts.items():
            if language != "zh":
                paper.add_page()
            _set(paper, blocks, terms, signatures, digest, language)
        return bytes(paper.output())


def _set(
    paper: Paper,
    blocks: Sequence[Block],
    terms: Terms,
    signatures: Sequence[Signature],
    digest: str,
    language: Language,
) -> None:
    wording = WORDS[language]
    items = terms.items.get(language, terms.items["zh"])
    tables: dict[Kind, Callable[[], None]] = {
        "items": lambda: _items(paper, items, wording),
        "signatures": lambda: _signatures(paper, terms, signatures, digest, wording),
    }
    for block in blocks:
        if block.kind in tables:
            tables[block.kind]()
        else:
            _words(paper, block)


def _words(paper: Paper, block: Block) -> None:
    style = _STYLES[block.kind]
    _use(paper, style)
    if block.kind == "clause" and paper.will_page_break(style.line * 3):
        paper.add_page()  # no heading stands alone at the foot of a page
    paper.ln(style.above)
    if block.kind == "bullet":
        paper.set_x(_MARGIN + 1)
        paper.cell(0, style.line, "•")
    for line in _lines(paper, block.words, paper.epw - style.indent):
        paper.set_x(_MARGIN + style.indent)
        paper.cell(0, style.line, line, align="C" if block.kind == "title" else "L", new_y="NEXT")
    if block.kind == "title":
        paper.ln(4)


def _lines(paper: Paper, words: str, width: float) -> Iterator[str]:
    return breaking.lines(printable(words), width, paper.get_string_width)


def _use(paper: Paper, style: Style) -> None:
    paper.set_font(_FAMILY, style.weight, style.size)
    paper.set_text_color(*_INK)


def _items(paper: Paper, items: Sequence[Item], wording: Wording) -> None:
    paper.ln(2)
    _row(paper, wording.columns, weight="B")
    before = ""
    for item in items:
        _row(paper, ("" if item.package == before else item.package, item.name, item.times, item.payer))
        before = item.package
    paper.ln(1)


def _row(paper: Paper, cells: Sequence[str], *, weight: str = "") -> None:
    paper.set_font(_FAMILY, weight, 9.5)
    paper.set_text_color(*_INK)
    set_lines = [list(_lines(paper, words, width - 3)) for words, width in zip(cells, _COLUMNS, strict=True)]
    height = 5.2 * max(map(len, set_lines)) + 2
    if paper.will_page_break(height):
        paper.add_page()
    top, left = paper.get_y(), _MARGIN
    for lines, width in zip(set_lines, _COLUMNS, strict=True):
        for n, line in enumerate(lines):
            paper.set_xy(left, top + 1 + n * 5.2)
            paper.cell(width, 5.2, line)
        left += width
    paper.set_draw_color(*_RULE)
    paper.line(_MARGIN, top + height, _MARGIN + sum(_COLUMNS), top + height)
    paper.set_xy(_MARGIN, top + height)


def _signatures(
    paper: Paper, terms: Terms, signatures: Sequence[Signature], digest: str, wording: Wording
) -> None:
    if paper.will_page_break(62):
        paper.add_page()
    paper.ln(4)
    for signature in signatures:
        _signature(paper, signature, wording)
    if signatures:
        _seal(paper, terms, wording)
    paper.ln(3)
    paper.set_font(_FAMILY, "", 8)
    paper.set_text_color(*_FAINT)
    paper.cell(0, 5, f"{wording.digest} SHA-256", new_x="LMARGIN", new_y="NEXT")
    paper.cell(0, 5, digest, new_x="LMARGIN", new_y="NEXT")


def _signature(paper: Paper, signature: Signature, wording: Wording) -> None:
    """Who signed, and beside it how and when; below it where the name takes more than a column."""
    paper.set_font(_FAMILY, "B", 10.5)
    paper.set_text_color(*_INK)
    paper.cell(_ROLE, 7, wording.roles[signature.role])
    names = list(_lines(paper, signature.name, paper.epw - _ROLE))
    is_short = len(names) == 1 and paper.get_string_width(names[0]) < _NAME
    for name in names:
        paper.set_x(_MARGIN + _ROLE)
        paper.cell(
            _NAME, 7, name, new_x="RIGHT" if is_short else "LMARGIN", new_y="TOP" if is_short else "NEXT"
        )
    paper.set_x(_MARGIN + _ROLE + (_NAME if is_short else 0))
    paper.set_font(_FAMILY, "", 9)
    paper.set_text_color(*_FAINT)
    when = signature.at.astimezone(_DAYS).strftime("%Y-%m-%d %H:%M:%S")
    paper.cell(0, 7, f"{wording.methods[signature.method]}  {when}", new_x="LMARGIN", new_y="NEXT")


def _seal(paper: Paper, terms: Terms, wording: Wording) -> None:
    """Says that the institution sealed the file. What proves it is the signature inside, not this box."""
    paper.ln(3)
    paper.set_font(_FAMILY, "B", 10.5)
    names = list(_lines(paper, terms.institution, paper.epw - 12))
    width = max(60.0, *(paper.get_string_width(name) + 12 for name in names))
    height = 10.0 + 6 * len(names)
    if paper.will_page_break(height + 14):
        paper.add_page()
    paper.set_draw_color(*_SEAL)
    paper.set_text_color(*_SEAL)
    paper.set_line_width(0.5)
    top = paper.get_y()
    paper.rect(_MARGIN, top, width, height)
    paper.set_line_width(0.2)
    paper.set_xy(_MARGIN, top + 2)
    for name in names:
        paper.cell(width, 6, name, align="C", new_x="LMARGIN", new_y="NEXT")
    paper.set_font(_FAMILY, "", 8.5)
    paper.cell(width, 5, wording.sealed, align="C", new_x="LMARGIN", new_y="NEXT")
    paper.set_y(top + height + 1)
