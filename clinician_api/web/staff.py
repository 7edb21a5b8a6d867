"""The desk over HTTP: pages, fragments, and a form for each step of a case. Works without a script."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta
from typing import Annotated, Literal
from uuid import UUID

from fastapi import APIRouter, Depends, Form, Query, Request
from fastapi.responses import Response
from pydantic import BaseModel, BeforeValidator

from clinician_api.follow_ups.rules import How, Outcome
from clinician_api.triage import service
from clinician_api.triage.routes import Acts, WatchBudget
from clinician_api.triage.rules import Phrase
from clinician_api.triage.schemas import Note, Reason
from clinician_api.triage.service import Form as Seen
from clinician_api.web import desk, pane
from clinician_api.web.asking import Asks, back
from clinician_api.web.charts.pressure import Severity
from clinician_api.web.desk import Place
from clinician_api.web.troubles import shown
from clinician_api.web.views import TabCode

router = APIRouter(include_in_schema=False)
Days = Literal[7, 14, 30, 90]


def _days(word: object) -> object:
    return int(word) if isinstance(word, str) and word.isdecimal() else word


def place(
    tab: TabCode = "pending",
    level: Severity | None = None,
    after: Annotated[str | None, Query(max_length=200)] = None,
    days: Annotated[Days, BeforeValidator(_days)] = 30,
) -> Place:
    return Place(tab, level, after, days)


Looks = Annotated[Place, Depends(place)]


@router.get("/worklist")
def worklist(
    asks: Asks, acts: Acts, looks: Looks, budget: WatchBudget, episode: UUID | None = None
) -> Response:
    """The list, and one resident where an alert is chosen."""
    found = pane.view(acts, episode, looks, asks.words) if episode is not None else None
    page = desk.view(acts, looks, current=episode, budget=budget, words=asks.words)
    around = replace(
        asks.frame,
        place=desk.place_of(acts.db, acts.actor),
        open_count=next(each.count for each in page.tabs if each.code == "pending"),
    )
    return asks.framed("worklist.html", around, page=page, pane=found, problem=None)


@router.get("/worklist/list")
def worklist_list(asks: Asks, acts: Acts, looks: Looks, budget: WatchBudget) -> Response:
    page = desk.view(acts, looks, current=None, budget=budget, words=asks.words)
    return asks.page("_list.html", here=looks.href(), page=page)


@router.get("/worklist/pane")
def worklist_pane(asks: Asks, acts: Acts, looks: Looks, episode: UUID, *, live: bool = False) -> Response:
    """`live`: an open page fetches it anew by itself."""
    found = pane.view(acts, episode, looks, asks.words, is_looked_at=not live)
    return asks.page("_pane_fragment.html", here=looks.href(episode=str(episode)), pane=found)


@router.get("/residents/{resident}")
def resident_page(asks: Asks, acts: Acts, looks: Looks, budget: WatchBudget, resident: UUID) -> Response:
    """The list, and a resident whether or not there is an alert."""
    found = pane.whole(acts, resident, looks, asks.words)
    page = desk.view(acts, looks, current=None, budget=budget, words=asks.words)
    return asks.page("worklist.html", page=page, pane=found, problem=None)


@router.get("/residents/{resident}/pane")
def resident_pane(asks: Asks, acts: Acts, looks: Looks, resident: UUID) -> Response:
    found = pane.whole(acts, resident, looks, asks.words)
    return asks.page("_pane_fragment.html", here=f"/residents/{resident}", pane=found)


class StepForm(BaseModel):
    """What stood before the sender's eyes, and the page to go back to."""

    resident: UUID
    version: int
    here: Annotated[str, Form(max_length=500)] = "/worklist"


def _trimmed(word: object) -> object:
    """Blanks alone are nothing."""
    return word.strip() if isinstance(word, str) else word


class ContactForm(StepForm):
    how: How
    note: Annotated[Note, BeforeValidator(_trimmed)] = ""


class SnoozeForm(StepForm):
    hours: int
    reason: Annotated[Reason, BeforeValidator(_trimmed)] = ""


class TransferForm(StepForm):
    to: UUID


def _nothing_is_none(word: object) -> object:
    """A browser sends an empty field as an empty word."""
    return None if word == "" else word


class ResolveForm(StepForm):
    outcome: Annotated[Outcome | None, BeforeValidator(_nothing_is_none)] = None
    note: Annotated[Note, BeforeValidator(_trimmed)] = ""
    next_follow_up: Annotated[date | None, BeforeValidator(_nothing_is_none)] = None


def _seen(episode: UUID, form: StepForm) -> Seen:
    return Seen(episode, form.version, form.resident)


@router.post("/episodes/{episode}/claim")
def claim(request: Request, episode: UUID, form: Annotated[StepForm, Form()], acts: Acts) -> Response:
    shown(request, form)
    service.claim(acts, _seen(episode, form))
    return back(form.here)


@router.post("/episodes/{episode}/contact")
def contact(request: Request, episode: UUID, form: Annotated[ContactForm, Form()], acts: Acts) -> Response:
    shown(request, form)
    service.contact(acts, _seen(episode, form), how=form.how, note=form.note)
    return back(form.here)


@router.post("/episodes/{episode}/snooze")
def snooze(request: Request, episode: UUID, form: Annotated[SnoozeForm, Form()], acts: Acts) -> Response:
    shown(request, form)
    until = acts.now + timedelta(hours=max(-1, min(form.hours, 24 * 366)))
    service.snooze(acts, _seen(episode, form), until=until, reason=form.reason)
    return back(form.here)


@router.post("/episodes/{episode}/transfer")
def transfer(request: Request, episode: UUID, form: Annotated[TransferForm, Form()], acts: Acts) -> Response:
    shown(request, form)
    service.transfer(acts, _seen(episode, form), to=form.to)
    return back(form.here)


@router.post("/episodes/{episode}/resolve")
def resolve(request: Request, episode: UUID, form: Annotated[ResolveForm, Form()], acts: Acts) -> Response:
    shown(request, form)
    seen = _seen(episode, form)
    service.resolve(acts, seen, outcome=form.outcome, note=form.note, next_follow_up=form.next_follow_up)
    return back(form.here)


@router.post("/episodes/{episode}/undo")
def undo(request: Request, episode: UUID, form: Annotated[StepForm, Form()], acts: Acts) -> Response:
    shown(request, form)
    service.undo(acts, _seen(episode, form))
    return back(form.here)


class ReplyForm(BaseModel):
    phrase: Phrase = "well_done"
    here: Annotated[str, Form(max_length=500)] = "/worklist"


@router.post("/residents/{resident}/readings/{reading}/reply")
def reply(resident: UUID, reading: UUID, form: Annotated[ReplyForm, Form()], acts: Acts) -> Response:
    service.reply(acts, resident=resident, reading=reading, phrase=form.phrase)
    return back(form.here)
