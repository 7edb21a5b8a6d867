"""The case, one maintained row per episode which the worklist reads alone; its steps; replies to readings.

Facts of the episode stand beside what people did about it, so that "still true" and "handled" never mix.
"""

from __future__ import annotations

from datetime import date, datetime
from typing import Any
from uuid import UUID, uuid4

from sqlalchemy import BigInteger, Identity
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.orm import Mapped, mapped_column

from clinician_api.db import Base


class Case(Base):
    """`stretch` counts how often it had to be claimed anew; timers fire once in each. `since` is when the
    present one began. `version` rises with each change, so that an old form is recognised."""

    __tablename__ = "case"

    episode: Mapped[UUID] = mapped_column(primary_key=True)
    resident: Mapped[UUID]
    task: Mapped[UUID]
    version: Mapped[int]

    desk: Mapped[str]
    team: Mapped[UUID | None]
    institution: Mapped[UUID | None]

    cause: Mapped[str]
    level: Mapped[str]
    severity_rank: Mapped[int]
    late: Mapped[bool]
    provisional: Mapped[bool]
    awaits_repeat: Mapped[bool]
    rule_code: Mapped[str]
    rule_version: Mapped[str]
    reason: Mapped[dict[str, Any]]
    value: Mapped[str]
    inputs: Mapped[list[str]] = mapped_column(JSONB)
    readings: Mapped[int]
    words: Mapped[list[dict[str, str]]] = mapped_column(JSONB)
    taken_at: Mapped[datetime]
    opened_at: Mapped[datetime]
    heard_at: Mapped[datetime]
    confirmed_at: Mapped[datetime | None]
    confirmed_by: Mapped[str | None]
    paged_at: Mapped[datetime | None]
    closed_at: Mapped[datetime | None]
    concern_version: Mapped[int]
    whose: Mapped[str] = mapped_column(default="known")

    stretch: Mapped[int]
    since: Mapped[datetime]
    state: Mapped[str]
    is_claimed: Mapped[bool]
    owner: Mapped[UUID | None]
    claimed_at: Mapped[datetime | None]
    offered_to: Mapped[UUID | None]
    contacted_at: Mapped[datetime | None]
    contacted_how: Mapped[str | None]
    snoozed_until: Mapped[datetime | None]
    snooze_reason: Mapped[str]
    resolved_at: Mapped[datetime | None]
    outcome: Mapped[str | None]
    next_follow_up: Mapped[date | None]
    viewed_at: Mapped[datetime | None]
    viewed_by: Mapped[UUID | None]

    due_at: Mapped[datetime]
    escalation: Mapped[str | None]
    escalated_to: Mapped[list[str]] = mapped_column(JSONB)
    next_timer_at: Mapped[datetime | None]
    changed_at: Mapped[datetime]


class CaseStep(Base):
    """What happened to a case, in order; never changed. `actor` is null for what the clock or a reading did.

    `before` is how the case was handled until then, for an undo; `timer` names the clock that ran out.
    """

    __tablename__ = "case_step"

    n: Mapped[int] = mapped_column(BigInteger, Identity(always=True), primary_key=True)
    episode: Mapped[UUID]
    stretch: Mapped[int]
    step: Mapped[str]
    timer: Mapped[str | None]
    actor: Mapped[UUID | None]
    at: Mapped[datetime]
    from_state: Mapped[str]
    to_state: Mapped[str]
    before: Mapped[dict[str, Any]]
    facts: Mapped[dict[str, Any]]


class Reply(Base):
    """A short phrase with which somebody of the team answered a reading."""

    __tablename__ = "reply"

    id: Mapped[UUID] = mapped_column(primary_key=True, default=uuid4)
    reading: Mapped[UUID]
    resident: Mapped[UUID]
    account: Mapped[UUID]
    at: Mapped[datetime]
    phrase: Mapped[str]


class HomeQuestion(Base):
    """A question that a home was asked aloud, and the last that it said; a `yes` stays."""

    __tablename__ = "home_question"

    id: Mapped[UUID] = mapped_column(primary_key=True)
    episode: Mapped[UUID]
    resident: Mapped[UUID]
    home: Mapped[UUID]
    asked: Mapped[str]
    asked_at: Mapped[datetime]
    said: Mapped[str | None]
    answered_at: Mapped[datetime | None]


class HomeAnswer(Base):
    """An answer that was brought to its case. Written by one statement, which `home_answers` holds."""

    __tablename__ = "home_answer"

    gateway: Mapped[UUID] = mapped_column(primary_key=True)
    stream: Mapped[UUID] = mapped_column(primary_key=True)
    question: Mapped[UUID]
    heard_at: Mapped[datetime]
