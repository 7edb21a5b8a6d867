"""An agreement's text: lines of a small markup, with placeholders from a closed list. Pure.

A text is cut into blocks before its placeholders are filled, so nothing that a person is called can become a
heading, a clause or another placeholder.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from string import Template
from typing import Final, Literal

Kind = Literal["title", "clause", "bullet", "paragraph", "items", "signatures"]

PLACEHOLDERS: Final = frozenset(
    {
        *("number", "institution", "institution_phone", "team", "team_phone", "doctor", "members"),
        *("resident", "id_number", "phone", "address", "signer", "relation"),
        *("begins", "ends", "payable", "waived", "own"),
    }
)
NEEDED: Final = frozenset({"number", "institution", "team", "doctor", "resident", "signer", "begins", "ends"})
"""Without these nobody could say who agreed with whom, and for how long (domain/01 §1.3)."""

_TABLES: Final[dict[str, Kind]] = {"[items]": "items", "[signatures]": "signatures"}
_MARKS: Final[dict[str, Kind]] = {"# ": "title", "## ": "clause", "- ": "bullet"}
MOST: Final = 40_000
"""Signs of a text; the longest agreement seen has about 6 000."""


@dataclass(frozen=True, slots=True)
class Block:
    kind: Kind
    words: str = ""


@dataclass(frozen=True, slots=True)
class Text:
    """A text that was checked: `body` as it was written, `blocks` as it is set."""

    body: str
    blocks: tuple[Block, ...]


class WrongTextError(ValueError):
    """What is wrong with a text: a stable word, and the names or the line it concerns."""

    def __init__(self, code: str, *names: str) -> None:
        super().__init__(f"{code}: {', '.join(names)}")
        self.code = code
        self.names = names


def read(body: str) -> Text:
    """Raises WrongTextError where a text could not be printed or would leave out who agreed to what."""
    if len(body) > MOST:
        raise WrongTextError("text.too_long", str(MOST))
    blocks = tuple(_block(line.strip()) for line in body.splitlines() if line.strip())
    _check_placeholders(blocks)
    for kind in ("title", "items", "signatures"):
        if sum(block.kind == kind for block in blocks) != 1:
            raise WrongTextError("text.needs_one", kind)
    return Text(body, blocks)


def _block(line: str) -> Block:
    if line in _TABLES:
        return Block(_TABLES[line])
    mark = next((mark for mark in _MARKS if line.startswith(mark)), "")
    return Block(_MARKS.get(mark, "paragraph"), line.removeprefix(mark).strip())


def _check_placeholders(blocks: tuple[Block, ...]) -> None:
    used: set[str] = set()
    for block in blocks:
        template = Template(block.words)
        if not template.is_valid():
            raise WrongTextError("text.stray_dollar", block.words[:40])
        used.update(template.get_identifiers())
    if unknown := sorted(used - PLACEHOLDERS):
        raise WrongTextError("text.unknown_placeholder", *unknown)
    if missing := sorted(NEEDED - used):
        raise WrongTextError("text.missing_placeholder", *missing)


def fill(text: Text, values: Mapping[str, str]) -> tuple[Block, ...]:
    """Its blocks with every placeholder filled; what is filled in is never read as markup."""
    tidy = {name: " ".join(value.split()) for name, value in values.items()}
    return tuple(replace(block, words=Template(block.words).substitute(tidy)) for block in text.blocks)
