"""What the steward's pages show, as plain frozen values. Looks nothing up."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Literal

SectionCode = Literal["gateways", "quarantine", "unattributed", "doubtful", "failed"]
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


@dataclass(frozen=True, slots=True)
class MeterLine:
    """A meter in the fleet's table, or a gateway that has none. None is what nobody said.

    `clock` and `gateway_clock` are how far off each is; `rate` its errors among all it measured.
    """

    href: str
    gateway: str
    institution: str
    model: str | None
    key: str | None
    kind: str | None
    residents: tuple[str, ...]
    measured_at: datetime | None
    heard_at: datetime | None
    is_silent: bool
    battery: int | None
    driver: str | None
    version: str | None
    clock: str | None
    is_clock_wrong: bool
    rate: str | None
    counts: str
    troubles: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Errand:
    """A ticket that stands. `subject` is whose fault it is, `homes` those that it blinds."""

    number: int
    cause: str
    subject: str
    href: str | None
    since: datetime
    gateways: int
    homes: int


@dataclass(frozen=True, slots=True)
class Fleet:
    """`judged_at`: when silence was judged last; None where nobody has done so lately."""

    tabs: tuple[Tab, ...]
    errands: tuple[Errand, ...]
    judged_at: datetime | None
    rows: tuple[MeterLine, ...]
    gateways: int
    meters: int
    is_filtered: bool
    checked_at: datetime
    more: str | None


@dataclass(frozen=True, slots=True)
class Batch:
    """`after` is how long it waited from its seal to us, by both clocks."""

    seq: int
    outcome: Literal["stored", "rejected"]
    readings: int
    refused: int
    resends: int
    stored_at: datetime
    after: str | None


@dataclass(frozen=True, slots=True)
class Silence:
    since: datetime
    until: datetime | None
    cause: str
    ticket: int


@dataclass(frozen=True, slots=True)
class Paper:
    """A key or certificate by the beginning of its digits."""

    kind: Literal["key", "certificate"]
    digits: str
    since: datetime
    until: datetime | None
    revoked_at: datetime | None


@dataclass(frozen=True, slots=True)
class Wish:
    """What was asked of a gateway, and what became of it, in a word."""

    at: datetime
    what: str
    state: str


@dataclass(frozen=True, slots=True)
class Gateway:
    """One gateway whole. What a heartbeat says is None before the first one."""

    id: str
    institution: str
    operator: str | None
    heard_at: datetime | None
    silent_since: datetime | None
    cause: str | None
    revoked_at: datetime | None
    clock: str | None
    clock_offset: str | None
    unsent: int | None
    oldest_unsent: str | None
    at_risk: int | None
    undecodable: int | None
    adapter: str | None
    version: str | None
    troubles: tuple[str, ...]
    meters: tuple[MeterLine, ...]
    batches: tuple[Batch, ...]
    silences: tuple[Silence, ...]
    papers: tuple[Paper, ...]
    asked: tuple[Wish, ...]


@dataclass(frozen=True, slots=True)
class NewCode:
    """A one-time code, shown once."""

    gateway: str
    code: str
    until: datetime


@dataclass(frozen=True, slots=True)
class Candidate:
    """Somebody who has a meter in that home, by two identifiers."""

    id: str
    name: str
    sex: Literal["female", "male", "unknown"]
    age: int
    file_no: str


@dataclass(frozen=True, slots=True)
class Remark:
    who: str
    why: str
    at: datetime


@dataclass(frozen=True, slots=True)
class Doubted:
    """A reading that waits for an owner, or one that is doubted: `value` in the meter's own unit."""

    meter: str
    reading: str
    model: str | None
    kind: str
    value: str
    unit: str
    quality: str
    slot: int | None
    gateway: str
    gateway_href: str
    taken_at: datetime
    stored_at: datetime
    meter_time: str | None = None
    candidates: tuple[Candidate, ...] = ()
    owner: Candidate | None = None
    doubts: tuple[str, ...] = ()
    remark: Remark | None = None


@dataclass(frozen=True, slots=True)
class ReadingList:
    tabs: tuple[Tab, ...]
    rows: tuple[Doubted, ...]
    is_settled: bool
    checked_at: datetime
    more: str | None


@dataclass(frozen=True, slots=True)
class Unjudged:
    """`error` is the kind of error, in the program's own word."""

    at: datetime
    who: Candidate | None
    reading: str | None
    error: str


@dataclass(frozen=True, slots=True)
class FailureList:
    rows: tuple[Unjudged, ...]
    checked_at: datetime
    more: str | None
