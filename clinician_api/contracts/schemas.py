"""Contracts as they travel. Of people they carry ids alone."""

from __future__ import annotations

from datetime import date, datetime
from decimal import Decimal
from typing import Annotated
from uuid import UUID

from pydantic import AfterValidator, BaseModel, ConfigDict, Field, StringConstraints

from clinician_api.contracts.changing import Because, Refusal, Why
from clinician_api.contracts.models import Fee, Origin
from clinician_api.contracts.signing import Basis, Proof
from clinician_api.contracts.states import State, Step
from clinician_api.text import Paragraph, lines, one_line

_Short = Annotated[str, StringConstraints(strip_whitespace=True, max_length=200), AfterValidator(one_line)]
_Words = Annotated[str, StringConstraints(strip_whitespace=True, max_length=2000), AfterValidator(lines)]
_Day = Annotated[date, Field(ge=date(2000, 1, 1), le=date(2200, 1, 1))]
_Years = Annotated[int, Field(ge=1, le=9)]


class _Said(BaseModel):
    model_config = ConfigDict(extra="forbid")


class Seen(_Said):
    """Of the contract as it was before the sender's eyes."""

    version: Annotated[int, Field(ge=1, le=2**31 - 1)]


class WishIn(_Said):
    resident: UUID
    team: UUID
    years: _Years | None = None
    begins: _Day | None = None
    packages: Annotated[list[UUID], Field(max_length=20)] = []
    household: UUID | None = None


class AcceptIn(Seen):
    out_of_area: _Words = ""


class RefuseIn(Seen):
    reason: Refusal
    words: _Words


class SeenText(Seen):
    """`sha256` is the digest of the text that was read."""

    sha256: Annotated[str, Field(pattern=r"^[0-9a-f]{64}$")]


class SignIn(SeenText):
    """What is said here is for staff at the counter, who saw the papers; of whoever signs on their own pages
    it is known."""

    basis: Basis = "self"
    proof: Proof = "page"
    name: _Short = ""
    relation: _Short = ""
    evidence: _Short = ""
    valid_until: _Day | None = None
    is_child_informed: bool = False


class SignCodeIn(SeenText):
    """What the resident read out from their own telephone."""

    code: Annotated[str, Field(pattern=r"^[0-9]{6}$")]


class DoctorSignIn(SeenText):
    """`has_seen_paper`: what a colleague put down for the resident is confirmed with it."""

    has_seen_paper: bool = False


class FeeIn(Seen):
    is_waived: bool = False


class RenewIn(Seen):
    years: _Years | None = None
    packages: Annotated[list[UUID], Field(max_length=20)] | None = None


class TransferIn(Seen):
    team: UUID
    years: _Years | None = None
    begins: _Day | None = None
    packages: Annotated[list[UUID], Field(max_length=20)] = []
    because: Because


class TerminateIn(Seen):
    why: Why
    stops: _Day | None = None
    words: _Words = ""


class ContractOut(BaseModel):
    """`may` names the steps that the asker can take now. `is_to_confirm`: the resident's signature, put
    down at the counter, waits for a second pair of eyes. `refund` is what of the fee is given back: the share
    for the days that were not served."""

    model_config = ConfigDict(from_attributes=True)

    id: UUID
    number: int
    version: int
    resident: UUID
    team: UUID
    institution: UUID
    household: UUID | None
    source: Origin
    state: State
    years: int | None
    begins: date
    ends: date
    packages: list[UUID]
    fee: Decimal
    fee_state: Fee
    refund: Decimal | None = None
    terms_sha256: str | None
    agreement: UUID | None
    replaces: UUID | None
    successor: UUID | None
    because: Because | None
    applied_at: datetime | None
    accepted_at: datetime | None
    signed_at: datetime | None
    opens_at: datetime | None
    ended_at: datetime | None
    why: Why | None
    refusal: Refusal | None
    words: str
    may: list[Step] = []
    signed_by: list[str] = []
    is_to_confirm: bool = False


class ContractsOut(BaseModel):
    contracts: list[ContractOut]


class RefusedOut(ContractOut):
    """With teams that have room."""

    alternatives: list[UUID]


class StepOut(BaseModel):
    """`account` is null for what a date did."""

    model_config = ConfigDict(from_attributes=True)

    n: int
    step: Step
    from_state: State | None
    to_state: State
    account: UUID | None
    on_behalf_of: UUID | None
    at: datetime
    reason: str


class TeamOut(BaseModel):
    """A team that can be chosen, and how much room it has."""

    team: UUID
    name: str
    institution: UUID
    institution_name: str
    doctors: int
    most: int
    taken: int
    free: int
    is_open: bool
    is_full: bool
    is_nearly_full: bool


class PlacesIn(_Said):
    most: Annotated[int, Field(ge=0, le=100_000)] | None
    is_open: bool


class RatingIn(_Said):
    """Of one service, or with the contract's own id of the contract."""

    event_kind: Annotated[str, Field(pattern=r"^[a-z_]{1,40}$")] = "contract"
    event: UUID
    stars: Annotated[int, Field(ge=1, le=5)]
    tags: Annotated[list[Annotated[str, Field(pattern=r"^[a-z_]{1,40}$")]], Field(max_length=10)] = []
    words: _Words = ""


class ContentOut(BaseModel):
    """How content people are with a team: 4 and 5 stars of all, in per cent; null where fewer than five
    answered, as it would say who said what."""

    team: UUID
    answers: int
    satisfied_percent: int | None
    unanswered_complaints: int


class ComplaintIn(_Said):
    words: Paragraph


class ComplaintOut(BaseModel):
    model_config = ConfigDict(from_attributes=True)

    id: UUID
    contract: UUID
    words: str
    made_at: datetime
    due_at: datetime
    answer: str
    answered_at: datetime | None


class ComplaintsOut(BaseModel):
    complaints: list[ComplaintOut]


class AnswerIn(_Said):
    answer: Paragraph
