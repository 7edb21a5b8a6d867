"""The tables of contracts: the row, its steps, its signatures, what was told, and how content people are."""

from __future__ import annotations

from datetime import date, datetime
from decimal import Decimal
from typing import Any, Literal
from uuid import UUID, uuid4

from sqlalchemy import BigInteger, Date, FetchedValue, Identity, Numeric, Text
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.orm import Mapped, mapped_column

from clinician_api.contracts.changing import Because, Refusal, Why
from clinician_api.contracts.signing import Basis, How, Proof
from clinician_api.contracts.states import State, Step
from clinician_api.db import Base

Fee = Literal["none", "pending", "paid", "waived", "cancelled", "refund_due", "refunded"]
Origin = Literal["resident", "staff", "paper"]


class Contract(Base):
    """`version` rises with each step, so that an old form is recognised. `number` is what people read.

    `replaces` names the contract that this one renews, or leaves for another team (`because`).
    """

    __tablename__ = "contract"

    id: Mapped[UUID] = mapped_column(primary_key=True)
    number: Mapped[int] = mapped_column(BigInteger, FetchedValue())
    version: Mapped[int] = mapped_column(default=1)
    resident: Mapped[UUID]
    team: Mapped[UUID]
    institution: Mapped[UUID]
    household: Mapped[UUID | None]
    source: Mapped[Origin] = mapped_column(Text)
    years: Mapped[int | None]
    begins: Mapped[date] = mapped_column(Date)
    ends: Mapped[date] = mapped_column(Date)
    state: Mapped[State] = mapped_column(Text)
    replaces: Mapped[UUID | None]
    successor: Mapped[UUID | None]
    because: Mapped[Because | None] = mapped_column(Text)

    packages: Mapped[list[str]] = mapped_column(JSONB, default=list)
    fee: Mapped[Decimal] = mapped_column(Numeric(10, 2), default=Decimal(0))
    fee_state: Mapped[Fee] = mapped_column(Text, default="none")
    terms_sha256: Mapped[str | None] = mapped_column(Text)
    agreement: Mapped[UUID | None]
    sealed: Mapped[UUID | None]

    applied_at: Mapped[datetime | None]
    accepted_at: Mapped[datetime | None]
    signed_at: Mapped[datetime | None]
    opens_at: Mapped[datetime | None]
    ended_at: Mapped[datetime | None]
    why: Mapped[Why | None] = mapped_column(Text)
    refusal: Mapped[Refusal | None] = mapped_column(Text)
    words: Mapped[str] = mapped_column(Text, default="")
    next_at: Mapped[datetime | None]


class ContractStep(Base):
    """What happened to a contract, in order; never changed. `account` is null for what the clock did."""

    __tablename__ = "contract_step"

    n: Mapped[int] = mapped_column(BigInteger, Identity(always=True), primary_key=True)
    contract: Mapped[UUID]
    step: Mapped[Step] = mapped_column(Text)
    from_state: Mapped[State | None] = mapped_column(Text)
    to_state: Mapped[State] = mapped_column(Text)
    account: Mapped[UUID | None]
    on_behalf_of: Mapped[UUID | None]
    at: Mapped[datetime]
    reason: Mapped[str] = mapped_column(Text)
    facts: Mapped[dict[str, Any]]


class ContractSignature(Base):
    """One of each party. `sha256` is of the terms as they stood before the signer's eyes."""

    __tablename__ = "contract_signature"

    id: Mapped[UUID] = mapped_column(primary_key=True, default=uuid4)
    contract: Mapped[UUID]
    party: Mapped[Literal["resident", "doctor"]] = mapped_column(Text)
    account: Mapped[UUID | None]
    basis: Mapped[Basis] = mapped_column(Text)
    relation: Mapped[str] = mapped_column(Text)
    evidence: Mapped[str] = mapped_column(Text)
    valid_until: Mapped[date | None] = mapped_column(Date)
    is_child_informed: Mapped[bool]
    sha256: Mapped[str] = mapped_column(Text)
    at: Mapped[datetime]
    proof: Mapped[Proof] = mapped_column(Text)
    name: Mapped[str] = mapped_column(Text)


class ContractConfirmation(Base):
    """The second pair of eyes on what staff put down: of another colleague, or the resident's own by a code,
    which `account` took down."""

    __tablename__ = "contract_confirmation"

    signature: Mapped[UUID] = mapped_column(primary_key=True)
    account: Mapped[UUID]
    how: Mapped[How] = mapped_column(Text)
    at: Mapped[datetime]


class ContractReminder(Base):
    """Each kind once a contract. One without `told_at` went by unnoticed, and a later one was told."""

    __tablename__ = "contract_reminder"

    contract: Mapped[UUID] = mapped_column(primary_key=True)
    kind: Mapped[str] = mapped_column(Text, primary_key=True)
    due_at: Mapped[datetime]
    told_at: Mapped[datetime | None]


class ContractRating(Base):
    """One of each event: a service, or the contract itself."""

    __tablename__ = "contract_rating"

    id: Mapped[UUID] = mapped_column(primary_key=True, default=uuid4)
    contract: Mapped[UUID]
    event_kind: Mapped[str] = mapped_column(Text)
    event: Mapped[UUID]
    stars: Mapped[int]
    tags: Mapped[list[str]] = mapped_column(JSONB)
    words: Mapped[str] = mapped_column(Text)
    at: Mapped[datetime]


class Complaint(Base):
    """Follows from a bad rating or was made by itself; a supervisor answers it."""

    __tablename__ = "contract_complaint"

    id: Mapped[UUID] = mapped_column(primary_key=True, default=uuid4)
    contract: Mapped[UUID]
    resident: Mapped[UUID]
    institution: Mapped[UUID]
    rating: Mapped[UUID | None]
    words: Mapped[str] = mapped_column(Text)
    made_at: Mapped[datetime]
    due_at: Mapped[datetime]
    reminded_at: Mapped[datetime | None]
    answer: Mapped[str] = mapped_column(Text)
    answered_by: Mapped[UUID | None]
    answered_at: Mapped[datetime | None]


class TeamPlaces(Base):
    """How many residents a team takes if fewer than the rule allows, and whether it takes any.

    The row is what two who want the last place wait for.
    """

    __tablename__ = "team_places"

    team: Mapped[UUID] = mapped_column(primary_key=True)
    most: Mapped[int | None]
    is_open: Mapped[bool]
