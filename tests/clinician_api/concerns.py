"""What the engine would say of an episode, for tests of those who answer it."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime
from typing import Any
from uuid import UUID, uuid4

from sqlalchemy.orm import Session

from alerts.care import Change, Concern
from alerts.rules.rule import Level, Reason
from clinician_api.triage import casework
from clinician_api.triage.care import care
from clinician_api.triage.clocks import DEFAULT, Clocks
from clinician_api.triage.models import Case
from clinician_api.triage.service import Acting, Form
from tests.clinician_api.making import NOW, actor


def concern(resident: UUID, *, now: datetime = NOW, **facts: Any) -> Concern:  # noqa: ANN401 - each as its field
    """A pressure of 186/112 that awaits its repeat, heard of now, but for the facts given."""
    first = Concern(
        episode=uuid4(),
        version=1,
        changes=("opened",),
        resident=resident,
        cause="bp_high",
        level=Level.CRITICAL,
        late=False,
        provisional=True,
        awaits_repeat=True,
        opened_at=now,
        heard_at=now,
        confirmed_at=None,
        confirmed_by=None,
        paged_at=None,
        closed_at=None,
        rule=("bp.critical", "2026-11-1"),
        reason=Reason("血压达到危急值", "Blood pressure at a critical value"),
        value="186/112",
        inputs=(str(uuid4()),),
        readings=1,
        words=(),
    )
    return replace(first, **facts)


def mild(resident: UUID, level: Level, *, now: datetime = NOW, **facts: Any) -> Concern:  # noqa: ANN401 - each as its field
    """One that awaits nothing, at this level."""
    return concern(resident, now=now, level=level, provisional=False, awaits_repeat=False, **facts)


def then(before: Concern, *changes: Change, **facts: Any) -> Concern:  # noqa: ANN401 - each as its field
    """The next thing the engine says of it."""
    return replace(before, version=before.version + 1, changes=changes, **facts)


def attended(db: Session, said: Concern, *, now: datetime = NOW, clocks: Clocks = DEFAULT) -> Case:
    """The case after care has heard of it."""
    care(clocks)(db).attend(said, now)
    return casework.locked(db, said.episode)


def acting(db: Session, account: UUID, *, now: datetime = NOW, clocks: Clocks = DEFAULT) -> Acting:
    return Acting(db, actor(db, account, now), clocks, now)


def form(case: Case) -> Form:
    """As it stood before the sender's eyes just now."""
    return Form(case.episode, case.version, case.resident)
