"""Oversight over HTTP: a look in an emergency, its review, and the auditors' search with its file."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable
from datetime import UTC, date, datetime, timedelta
from typing import Annotated, Final
from urllib.parse import urlencode
from uuid import UUID

from fastapi import APIRouter, Form, Query, Request
from fastapi.responses import Response
from pydantic import BaseModel, BeforeValidator
from sqlalchemy.orm import Session

from clinician_api.audit.rules import Outcome
from clinician_api.audit.search import MOST, Found
from clinician_api.clock import Now
from clinician_api.db import Db
from clinician_api.errors import InvalidError
from clinician_api.identity import service as identity
from clinician_api.identity.routes import ActingAuditor, ActingJudge, ActingStaff
from clinician_api.oversight import looks, service
from clinician_api.oversight.routes import ZONE, midnight, wanted
from clinician_api.oversight.rules import HOURS, Cause, Verdict
from clinician_api.oversight.schemas import Action, SearchIn, Words
from clinician_api.oversight.service import Asked
from clinician_api.text import Line
from clinician_api.web.asking import Asks, back
from clinician_api.web.oversight import views
from clinician_api.web.oversight.views import AuditRow
from clinician_api.web.oversight.words import CAUSES, OUTCOMES, VERDICTS
from clinician_api.web.troubles import shown

router = APIRouter(include_in_schema=False)

_MOST_IN_FILE: Final = 10_000
_COLUMNS: Final = (
    "at", "who", "account", "for", "action", "outcome", "resident", "purpose", "target", "facts",
)  # fmt: skip
_WEEK: Final = timedelta(days=6)


class EmergencyForm(BaseModel):
    file_number: Line
    cause: Cause
    words: Words = ""
    hours: int
    here: str = "/emergencies"


class ReviewForm(BaseModel):
    verdict: Verdict
    remark: Words = ""
    here: str = "/emergencies/reviews"


def _nothing_is_none(word: object) -> object:
    """A browser sends an empty field as an empty word."""
    return None if word == "" else word


class SearchForm(BaseModel):
    """As a browser sends it: a resident by file number, an account by id, empty fields as empty words."""

    since: Annotated[date | None, BeforeValidator(_nothing_is_none)] = None
    until: Annotated[date | None, BeforeValidator(_nothing_is_none)] = None
    account: Annotated[UUID | None, BeforeValidator(_nothing_is_none)] = None
    file_number: Annotated[Line | None, BeforeValidator(_nothing_is_none)] = None
    action: Annotated[Action | None, BeforeValidator(_nothing_is_none)] = None
    outcome: Annotated[Outcome | None, BeforeValidator(_nothing_is_none)] = None
    after: Annotated[str, Query(max_length=80)] = ""


@router.get("/emergencies")
def emergencies(asks: Asks, actor: ActingStaff, db: Db) -> Response:
    """Those of one's own that still give sight, and the form for another."""
    own = views.looks(db, service.own(db, actor, now=asks.now), asks.now)
    return asks.page(
        "oversight/emergencies.html",
        rows=own,
        causes=CAUSES,
        hours=HOURS,
    )


@router.post("/emergencies")
def open_look(
    request: Request, form: Annotated[EmergencyForm, Form()], actor: ActingStaff, db: Db, now: Now
) -> Response:
    shown(request, form)
    asked = Asked(form.file_number, form.cause, form.words, form.hours)
    look = service.open_look(db, actor, asked, now=now)
    return back(f"/residents/{look.resident}")


@router.get("/emergencies/reviews")
def reviews(asks: Asks, actor: ActingJudge, db: Db) -> Response:
    rows = views.looks(db, service.to_review(db, actor), asks.now)
    return asks.page(
        "oversight/reviews.html",
        rows=rows,
        causes=CAUSES,
        verdicts=VERDICTS,
    )


@router.post("/emergencies/{look}/review")
def review(
    request: Request, look: UUID, form: Annotated[ReviewForm, Form()], actor: ActingJudge, db: Db, now: Now
) -> Response:
    shown(request, form)
    service.review(db, actor, look, verdict=form.verdict, remark=form.remark, now=now)
    return back("/emergencies/reviews")


@router.get("/audit")
def search(asks: Asks, actor: ActingAuditor, form: Annotated[SearchForm, Query()], db: Db) -> Response:
    """A week of it, unless other days are asked for."""
    asked = _asked(db, form, asks.now.astimezone(ZONE).date())
    found = looks.search_audit(db, actor, wanted(asked), before=_place(form), now=asks.now)
    return asks.page(
        "oversight/audit.html",
        rows=views.entries(db, found),
        asked=asked,
        file_number=form.file_number or "",
        outcomes=OUTCOMES,
        more=_address("/audit", form, asked, found[-1]) if len(found) == MOST else "",
        file=_address("/audit/file", form, asked, None),
        sealed=f"/audit/sealed?{urlencode({'since': asked.since, 'until': asked.until})}",
    )


@router.get("/audit/file")
def as_file(asks: Asks, actor: ActingAuditor, form: Annotated[SearchForm, Query()], db: Db) -> Response:
    """The same as CSV, the newest ten thousand at most. That it was taken is an entry like any search."""
    asked = _asked(db, form, asks.now.astimezone(ZONE).date())
    found = looks.search_audit(db, actor, wanted(asked), most=_MOST_IN_FILE, now=asks.now)
    headers = {"Content-Disposition": f'attachment; filename="audit-{asked.since}-{asked.until}.csv"'}
    return Response(_csv(views.entries(db, found)), media_type="text/csv; charset=utf-8", headers=headers)


@router.get("/audit/sealed")
def as_sealed(actor: ActingAuditor, form: Annotated[SearchForm, Query()], db: Db, now: Now) -> Response:
    """All entries that were sealed on these days, in the form that `hearthline audit verify` checks."""
    days = _days(form, now.astimezone(ZONE).date())
    asked = wanted(days)
    file = looks.take_sealed(db, actor, asked.since, asked.until, now=now)
    headers = {"Content-Disposition": f'attachment; filename="audit-{days.since}-{days.until}.jsonl"'}
    return Response(file, media_type="application/jsonl", headers=headers)


def _days(form: SearchForm, today: date) -> SearchIn:
    until = form.until or today
    midnight(until)
    return SearchIn(since=form.since or until - _WEEK, until=until)


def _asked(db: Session, form: SearchForm, today: date) -> SearchIn:
    days = _days(form, today)
    resident = identity.by_file_number(db, form.file_number) if form.file_number else None
    if form.file_number and resident is None:
        raise InvalidError("audit.nobody", "file_number")
    return SearchIn(
        since=days.since,
        until=days.until,
        account=form.account,
        resident=resident,
        action=form.action,
        outcome=form.outcome,
    )


def _place(form: SearchForm) -> tuple[datetime, int] | None:
    """The last line of the page before, as the page wrote it down."""
    moment, _, number = form.after.partition("~")
    if not number.isdecimal():
        return None
    try:
        return datetime.fromisoformat(moment).astimezone(UTC), int(number)
    except (ValueError, OverflowError):
        raise InvalidError("audit.days", "after") from None


def _address(path: str, form: SearchForm, asked: SearchIn, last: Found | None) -> str:
    """With what was asked for, and with the place of the last line where there is more."""
    said = {
        "since": str(asked.since),
        "until": str(asked.until),
        "account": str(form.account or ""),
        "file_number": form.file_number or "",
        "action": form.action or "",
        "outcome": form.outcome or "",
        "after": f"{last.at.astimezone(UTC).isoformat()}~{last.seq}" if last else "",
    }
    return f"{path}?{urlencode({name: value for name, value in said.items() if value})}"


def _csv(rows: Iterable[AuditRow]) -> bytes:
    """With a mark that tells spreadsheets the encoding, and no cell that one would run as a formula."""
    file = io.StringIO()
    lines = csv.writer(file)
    lines.writerow(_COLUMNS)
    for row in rows:
        cells = (row.who, row.account, row.behalf, row.action, row.outcome, row.file_number, row.purpose)
        lines.writerow([row.at.isoformat(), *map(_cell, cells), _cell(row.target), _cell(row.facts)])
    return file.getvalue().encode("utf-8-sig")


def _cell(value: object) -> str:
    text = "" if value is None else str(value)
    return f"'{text}" if text.startswith(("=", "+", "-", "@", "\t")) else text
