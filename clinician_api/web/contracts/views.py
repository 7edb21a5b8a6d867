"""What the pages of contracts show, as plain frozen values. Looks nothing up."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from typing import Literal
from urllib.parse import urlencode
from uuid import UUID

from clinician_api.agreements.text import Block
from clinician_api.contracts.states import State, Step
from clinician_api.packages.wording import Row
from clinician_api.web.packages.cards import Card


@dataclass(frozen=True, slots=True)
class Choice:
    """What somebody has chosen so far of a new contract; it travels from screen to screen in the address."""

    team: UUID
    packages: tuple[UUID, ...] = ()

    def at(self, screen: str) -> str:
        """The address of a screen at which all of it is still chosen."""
        fields = [("team", str(self.team)), *(("packages", str(each)) for each in self.packages)]
        return f"/me/contract/new/{screen}?{urlencode(fields)}"


@dataclass(frozen=True, slots=True)
class TeamCard:
    """A team that can be chosen."""

    id: UUID
    name: str
    doctors: tuple[str, ...]
    members: tuple[str, ...]
    free: int
    is_nearly_full: bool

    @property
    def is_full(self) -> bool:
        return self.free == 0


@dataclass(frozen=True, slots=True)
class Centre:
    """An institution with its teams, and the district that it lies in."""

    name: str
    teams: tuple[TeamCard, ...]
    district: str = ""


@dataclass(frozen=True, slots=True)
class Offered:
    """A package that may be ticked. `suits`: it is for somebody like this resident, who pays `price`."""

    id: UUID
    card: Card
    suits: bool
    is_chosen: bool
    price: str
    is_waived: bool = False


@dataclass(frozen=True, slots=True)
class Wished:
    """All of it, before it is sent. `is_known`: their identity card was seen or typed."""

    choice: Choice
    resident: str
    team: TeamCard
    centre: str
    packages: tuple[Card, ...]
    begins: date
    ends: date
    price: str
    is_known: bool = True


@dataclass(frozen=True, slots=True)
class Paper:
    """What is signed: the words, and the digest they amount to."""

    number: str
    blocks: tuple[Block, ...]
    items: tuple[Row, ...]
    own: str
    sha256: str
    is_translation: bool


@dataclass(frozen=True, slots=True)
class Contract:
    """One contract, as either side reads it. `steps` are those that the reader may take now; `refund` is what
    of the fee is given back."""

    id: UUID
    version: int
    number: str
    state: State
    team: str
    doctors: tuple[str, ...]
    tel: str
    begins: date
    ends: date
    packages: tuple[str, ...]
    fee: str
    fee_state: str
    agreement: UUID | None
    is_sealed: bool
    signed_by: frozenset[str]
    steps: frozenset[Step]
    refusal: str | None
    words: str
    ended_on: date | None
    was_served: bool = True
    refund: str | None = None
    answer_by: datetime | None = None
    kind: Literal["new", "renewal", "change"] = "new"

    @property
    def saw(self) -> str:
        """What a form of this page carries, to be shown beside what it is by then."""
        return " ".join((self.state, self.fee_state, *sorted(self.signed_by)))


@dataclass(frozen=True, slots=True)
class Mine:
    """A resident's contracts: the one in force, the one that is under way, and what was before.

    `may_sign` is false of a helper who was not allowed to; `others` are teams with room after a refusal.
    """

    current: Contract | None
    coming: Contract | None
    past: tuple[Contract, ...]
    may_sign: bool
    tel: str
    others: tuple[str, ...] = ()
    is_known: bool = True

    @property
    def last(self) -> Contract | None:
        return self.past[0] if self.past else None


@dataclass(frozen=True, slots=True)
class Waiting:
    """A line of the queue."""

    href: str
    number: str
    name: str
    sex: str
    age: int
    team: str
    kind: Literal["new", "renewal", "change"]
    state: State
    since: datetime | None
    due_at: datetime | None
    is_late: bool
    begins: date
    ends: date
    signed_by: frozenset[str]
    fee_state: str


@dataclass(frozen=True, slots=True)
class Person:
    """Of a resident who asks, what the team needs to answer."""

    name: str
    sex: str
    age: int
    file_number: str
    phone: str
    address: str
    groups: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Happened:
    at: datetime
    step: str
    who: str
    reason: str


@dataclass(frozen=True, slots=True)
class ToConfirm:
    """A signature that was put down at the counter. `is_mine`: by the reader, who cannot confirm it."""

    who: str
    proof: str
    evidence: str
    is_mine: bool


@dataclass(frozen=True, slots=True)
class Case:
    """A contract before the team's eyes."""

    contract: Contract
    person: Person
    paper: Paper | None
    others: tuple[str, ...]
    history: tuple[Happened, ...]
    may: frozenset[str]
    to_confirm: ToConfirm | None = None
