"""Cases, their steps and what may be done about them, as they travel."""

from __future__ import annotations

from datetime import date, datetime
from typing import Annotated, Any, Literal
from uuid import UUID

from pydantic import AwareDatetime, BaseModel, ConfigDict, Field

from clinician_api.follow_ups.rules import How, Outcome
from clinician_api.follow_ups.schemas import TaskOut
from clinician_api.text import Line, Paragraph
from clinician_api.triage.rules import HomeState, Phrase

Tab = Literal["pending", "mine", "snoozed", "data", "done"]
LevelName = Literal["critical", "high", "watch", "data"]
Note = Paragraph | Literal[""]
Reason = Line | Literal[""]


class FormIn(BaseModel):
    """What the sender had before their eyes: of another person or an older state it is refused."""

    model_config = ConfigDict(extra="forbid")

    version: int
    resident: UUID


class ContactIn(FormIn):
    how: How
    note: Note = ""


class SnoozeIn(FormIn):
    """Never of a critical; of a high for a day, of others for a week at most."""

    until: AwareDatetime
    reason: Reason = ""


class TransferIn(FormIn):
    to: UUID


class ResolveIn(FormIn):
    outcome: Outcome | None = None
    note: Note = ""
    next_follow_up: date | None = None


class SelectedIn(FormIn):
    episode: UUID


class ClaimAllIn(BaseModel):
    model_config = ConfigDict(extra="forbid")

    cases: Annotated[list[SelectedIn], Field(min_length=1, max_length=100)]


class ResolveAllIn(ClaimAllIn):
    outcome: Outcome | None = None


class ReplyIn(BaseModel):
    model_config = ConfigDict(extra="forbid")

    phrase: Phrase = "well_done"


class CaseOut(BaseModel):
    """`closed_at` is when the condition ended by readings, `resolved_at` when somebody was done with it.

    `value`, `reason` and the rule's code and version are of the finding that set the level; `taken_at` is
    when the last reading behind it was measured. `version` goes back with each form.
    """

    model_config = ConfigDict(from_attributes=True)

    episode: UUID
    version: int
    resident: UUID
    task: UUID
    desk: Literal["team", "institution", "nobody"]
    team: UUID | None
    institution: UUID | None
    cause: str
    level: LevelName
    severity_rank: int
    late: bool
    provisional: bool
    awaits_repeat: bool
    rule_code: str
    rule_version: str
    reason: dict[str, str]
    value: str
    inputs: list[str]
    readings: int
    words: list[dict[str, str]]
    taken_at: datetime
    opened_at: datetime
    heard_at: datetime
    confirmed_at: datetime | None
    confirmed_by: str | None
    paged_at: datetime | None
    closed_at: datetime | None
    stretch: int
    since: datetime
    state: Literal["new", "claimed", "contacted", "resolved"]
    owner: UUID | None
    claimed_at: datetime | None
    offered_to: UUID | None
    contacted_at: datetime | None
    contacted_how: str | None
    snoozed_until: datetime | None
    snooze_reason: str
    resolved_at: datetime | None
    outcome: str | None
    next_follow_up: date | None
    viewed_at: datetime | None
    due_at: datetime
    escalation: str | None
    escalated_to: list[UUID]
    next_timer_at: datetime | None


class StepOut(BaseModel):
    """`actor` is null for what a clock or a reading did; `timer` names the clock."""

    model_config = ConfigDict(from_attributes=True)

    n: int
    stretch: int
    step: str
    timer: str | None
    actor: UUID | None
    at: datetime
    from_state: str
    to_state: str
    facts: dict[str, Any]


class CaseDetailOut(BaseModel):
    case: CaseOut
    task: TaskOut
    steps: list[StepOut]


class WorklistOut(BaseModel):
    """One page of a tab, the most urgent first, and the counts of all tabs. `next` fetches the page after.

    `grouped`: watch cases beyond the day's budget, which `level=watch` lists."""

    tab: Tab
    cases: list[CaseOut]
    counts: dict[Tab, int]
    grouped: int
    next: str | None


class SkippedOut(BaseModel):
    """A case of a selection that was left as it is, and the code of the reason."""

    model_config = ConfigDict(from_attributes=True)

    episode: UUID
    code: str


class BulkOut(BaseModel):
    done: list[CaseOut]
    skipped: list[SkippedOut]


class ReplyOut(BaseModel):
    model_config = ConfigDict(from_attributes=True)

    id: UUID
    reading: UUID
    resident: UUID
    account: UUID
    at: datetime
    phrase: str


class AnswerOut(BaseModel):
    """How far a reading's answer has come, and literally so: `looked` only after a doctor opened it."""

    reading: UUID
    state: HomeState
    replies: list[ReplyOut]
