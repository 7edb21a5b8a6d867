"""What the steward's pages show, as plain frozen values. Looks nothing up."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Literal

SectionCode = Literal["quarantine"]
State = Literal["open", "fixed", "replayed", "closed"]


@dataclass(frozen=True, slots=True)
class Section:
    """A place in the rail; `waiting` counts what somebody should look at."""

    code: SectionCode
    href: str
    icon: str
    waiting: int
    is_current: bool


@dataclass(frozen=True, slots=True)
class Tab:
    label: str
    count: int
    href: str
    is_current: bool


@dataclass(frozen=True, slots=True)
class ItemRow:
    """One quarantined item in the list. `gateway` is the first part of its id; None where none is named."""

    number: int
    href: str
    kind: str
    reason: str
    detail: str
    gateway: str | None
    is_vouched: bool
    times: int
    size: int
    last_at: datetime
    state: State


@dataclass(frozen=True, slots=True)
class ItemList:
    tabs: tuple[Tab, ...]
    rows: tuple[ItemRow, ...]
    is_waiting: bool
    checked_at: datetime
    more: str | None


@dataclass(frozen=True, slots=True)
class Done:
    """What somebody did; `how` is what it came to, `detail` why that stored nothing."""

    at: datetime
    who: str
    what: str
    why: str
    how: str = ""
    detail: str = ""


@dataclass(frozen=True, slots=True)
class Item:
    """One item whole. `came` is the message, laid out to be read; `draft` what stands in the form."""

    row: ItemRow
    first_at: datetime
    source: str
    gateway_href: str | None
    reading: str | None
    came: str
    is_cut: bool
    done: tuple[Done, ...]
    may_fix: bool
    may_replay: bool
    may_close: bool
    needs_command: bool
    draft: str
    is_put_right: bool


@dataclass(frozen=True, slots=True)
class Refusal:
    """The door's own sentence about what was typed, which stays in the form."""

    reason: str
    detail: str
    why: str
