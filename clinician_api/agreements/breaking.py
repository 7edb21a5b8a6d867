"""Where a line of Chinese, English or both may end. Pure: whoever knows the font says how wide signs are.

Between two ideographs a line may break anywhere, but no line begins with a closing mark and none ends with an
opening one (GB/T 15834-2011, 5.1: marks that may not stand at the beginning or the end of a line).
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from typing import Final

WidthOf = Callable[[str], float]

_CLOSING: Final = "，。、；：？！）》」』”’】〕…—·%,.;:?!)]}"
_OPENING: Final = "（《「『“‘【〔([{￥$"
_PIECE: Final = re.compile(
    rf"[{re.escape(_OPENING)}]*(?:[A-Za-z0-9À-ɏ/@+*_'’-]+(?:[.:][0-9A-Za-z]+)*|\S)[{re.escape(_CLOSING)}]*\s*"
)


def lines(words: str, width: float, width_of: WidthOf) -> Iterator[str]:
    """`words` in lines of at most `width`; a single piece that is wider is cut where it must be."""
    line = ""
    for piece in _pieces(words, width, width_of):
        if line and width_of((line + piece).rstrip()) > width:
            yield line.rstrip()
            line = ""
        line += piece
    yield line.rstrip()


def _pieces(words: str, width: float, width_of: WidthOf) -> Iterator[str]:
    for piece in _PIECE.findall(words):
        if width_of(piece.rstrip()) <= width:
            yield piece
        else:
            yield from piece
