"""The worklist and the steps of a case over HTTP. Each form says whose case it is and how old it was."""

from __future__ import annotations

from typing import Annotated, Any
from uuid import UUID

from fastapi import APIRouter, Depends, Query, Request

from clinician_api.access import service as access
from clinician_api.clock import Now
from clinician_api.db import Db
from clinician_api.follow_ups import service as follow_ups
from clinician_api.follow_ups.schemas import TaskOut
from clinician_api.identity.routes import ActingStaff, CurrentActor
from clinician_api.triage import casework, service, worklist
from clinician_api.triage.models import Case, Reply
from clinician_api.triage.schemas import (
    AnswerOut,
    BulkOut,
    CaseDetailOut,
    CaseOut,
    ClaimAllIn,
    ContactIn,
    FormIn,
    LevelName,
    ReplyIn,
    ReplyOut,
    ResolveAllIn,
    ResolveIn,
    SkippedOut,
    SnoozeIn,
    StepOut,
    Tab,
    TransferIn,
    WorklistOut,
)
from clinician_api.triage.service import Acting, Form, Skipped
from clinician_api.triage.worklist import Part

router = APIRouter(tags=["triage"])


def acting(request: Request, actor: ActingStaff, db: Db, now: Now) -> Acting:
    return Acting(db, actor, casework.clocks_of(request.app.state.settings), now)


Acts = Annotated[Acting, Depends(acting)]


def watch_budget(request: Request) -> int:
    budget: int = request.app.state.settings.watch_budget
    return budget


WatchBudget = Annotated[int, Depends(watch_budget)]


@router.get("/worklist")
def read_worklist(
    acts: Acts,
    budget: WatchBudget,
    tab: Tab = "pending",
    level: LevelName | None = None,
    after: Annotated[str | None, Query(max_length=200, description="`next` of the page before")] = None,
) -> WorklistOut:
    """Fifty cases of a tab, the most urgent first, and the counts of all tabs."""
    page = worklist.page(acts.db, acts.actor, Part(tab, level, after), budget=budget, now=acts.now)
    cases = [shown(case, page.unseen) for case in page.cases]
    counts = worklist.counts(acts.db, acts.actor, now=acts.now)
    return WorklistOut(tab=tab, cases=cases, counts=counts.tabs, grouped=page.grouped(counts), next=page.next)


@router.post("/cases/claim")
def claim_all(chosen: ClaimAllIn, acts: Acts) -> BulkOut:
    """Claim what can be claimed of a selection."""
    return _bulk(*service.claim_all(acts, _forms(chosen)))


@router.post("/cases/resolve")
def resolve_all(chosen: ResolveAllIn, acts: Acts) -> BulkOut:
    """Close missing data; anything else of the selection is skipped."""
    return _bulk(*service.resolve_all(acts, _forms(chosen), outcome=chosen.outcome))


@router.get("/cases/{episode}")
def read_case(episode: UUID, acts: Acts) -> CaseDetailOut:
    """One case whole. That a doctor read it is what the home is told as such."""
    case = service.view(acts, episode)
    return CaseDetailOut(
        case=CaseOut.model_validate(case),
        task=TaskOut.model_validate(follow_ups.get(acts.db, case.task)),
        steps=[StepOut.model_validate(step) for step in worklist.steps(acts.db, episode)],
    )


@router.post("/cases/{episode}/claim", response_model=CaseOut)
def claim(episode: UUID, form: FormIn, acts: Acts) -> Case:
    return service.claim(acts, _form(episode, form))


@router.post("/cases/{episode}/contact", response_model=CaseOut)
def contact(episode: UUID, form: ContactIn, acts: Acts) -> Case:
    return service.contact(acts, _form(episode, form), how=form.how, note=form.note)


@router.post("/cases/{episode}/snooze", response_model=CaseOut)
def snooze(episode: UUID, form: SnoozeIn, acts: Acts) -> Case:
    return service.snooze(acts, _form(episode, form), until=form.until, reason=form.reason)


@router.post("/cases/{episode}/transfer", response_model=CaseOut)
def transfer(episode: UUID, form: TransferIn, acts: Acts) -> Case:
    """Offer it to somebody: until they claim it, it stays with whoever has it."""
    return service.transfer(acts, _form(episode, form), to=form.to)


@router.post("/cases/{episode}/resolve", response_model=CaseOut)
def resolve(episode: UUID, form: ResolveIn, acts: Acts) -> Case:
    return service.resolve(
        acts,
        _form(episode, form),
        outcome=form.outcome,
        note=form.note,
        next_follow_up=form.next_follow_up,
    )


@router.post("/cases/{episode}/undo", response_model=CaseOut)
def undo(episode: UUID, form: FormIn, acts: Acts) -> Case:
    """Within ten seconds, one's own last step."""
    return service.undo(acts, _form(episode, form))


@router.post("/residents/{resident}/readings/{reading}/reply", response_model=ReplyOut)
def reply(resident: UUID, reading: UUID, said: ReplyIn, acts: Acts) -> Reply:
    """A short phrase that appears on the resident's page; a second one changes nothing."""
    return service.reply(acts, resident=resident, reading=reading, phrase=said.phrase)


@router.get("/residents/{resident}/readings/{reading}/answer")
def read_answer(resident: UUID, reading: UUID, actor: CurrentActor, db: Db, now: Now) -> AnswerOut:
    """What has happened to a reading since it was sent."""
    access.require(db, actor, resident, purpose="answer", now=now)
    state = worklist.home_state(db, resident, reading)
    said = [ReplyOut.model_validate(each) for each in worklist.replies(db, resident, [reading])]
    return AnswerOut(reading=reading, state=state, replies=said)


def shown(case: Case, unseen: frozenset[UUID]) -> CaseOut:
    """A case as it travels: of whom the asker may not see, without what was measured."""
    out = CaseOut.model_validate(case)
    if case.resident not in unseen:
        return out
    measured: dict[str, Any] = {
        "value": "",
        "reason": {},
        "rule_code": "",
        "inputs": [],
        "words": [],
        "confirmed_by": None,
    }
    return out.model_copy(update=measured)


def _form(episode: UUID, form: FormIn) -> Form:
    return Form(episode, form.version, form.resident)


def _forms(chosen: ClaimAllIn) -> list[Form]:
    return [_form(each.episode, each) for each in chosen.cases]


def _bulk(done: list[Case], skipped: list[Skipped]) -> BulkOut:
    return BulkOut(
        done=[CaseOut.model_validate(case) for case in done],
        skipped=[SkippedOut.model_validate(each) for each in skipped],
    )
