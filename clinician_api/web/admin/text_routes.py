"""The agreement's text over HTTP: its versions, what differs, a new one and how it would be printed."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from typing import Annotated, Final, Literal
from uuid import UUID

from fastapi import APIRouter, Form
from fastapi.responses import Response
from pydantic import BaseModel, Field
from sqlalchemy.orm import Session

from clinician_api.access import service as access
from clinician_api.agreements import authority, difference, specimen, templates
from clinician_api.agreements import rules as agreed
from clinician_api.agreements.routes import pdf_response
from clinician_api.agreements.rules import LANGUAGES, Language
from clinician_api.agreements.schemas import NewTemplate
from clinician_api.agreements.text import MOST, PLACEHOLDERS, Text, WrongTextError, read
from clinician_api.db import Db
from clinician_api.errors import CareError, ConflictError
from clinician_api.identity.routes import ActingAdministrator
from clinician_api.web import text_labels as codes
from clinician_api.web.admin import texts
from clinician_api.web.admin.texts import Writing
from clinician_api.web.asking import Asker, Asks, back

router = APIRouter(prefix="/admin/agreements", include_in_schema=False)
_LIST: Final = "/admin/agreements"


@router.get("")
def listed(asks: Asks, _actor: ActingAdministrator, db: Db) -> Response:
    found = texts.versions(db, today=agreed.day(asks.now))
    return asks.page("admin/agreements.html", versions=found, languages_=LANGUAGES, codes=codes)


@router.get("/new/{language}")
def blank(asks: Asks, _actor: ActingAdministrator, db: Db, language: Language) -> Response:
    """Begins with the words of the newest version."""
    newest = texts.newest(db, language)
    body = newest.body if newest else ""
    today = agreed.day(asks.now)
    writing = Writing(language, newest.version if newest else 0, body, today.isoformat(), today)
    return _form(asks, writing)


@router.get("/{template}")
def one(asks: Asks, _actor: ActingAdministrator, db: Db, template: UUID) -> Response:
    found = texts.one(db, template, today=agreed.day(asks.now))
    return asks.page("admin/agreement.html", page=found, codes=codes)


class TextForm(BaseModel):
    """As typed: what is wrong with it is said above the form, and nothing of it is lost."""

    do: Literal["print", "keep"] = "keep"
    body: Annotated[str, Form(max_length=2 * MOST)] = ""
    since: Annotated[str, Form(max_length=40)] = ""
    base: Annotated[int, Field(ge=0, le=100_000)]


@router.post("/new/{language}")
def write(
    form: Annotated[TextForm, Form()], asks: Asks, actor: ActingAdministrator, db: Db, language: Language
) -> Response:
    body = form.body.replace("\r\n", "\n")
    typed = Writing(language, form.base, body, form.since, agreed.day(asks.now))
    try:
        text = read(body)
    except WrongTextError as error:
        return _form(asks, replace(typed, trouble=f"agreement.{error.code}", names=error.names), status=422)
    if form.do == "print":
        return pdf_response(specimen.pdf(_both(db, language, text, asks), at=asks.now), "specimen.pdf")
    since = _day(form.since)
    if since is None:
        return _form(asks, replace(typed, trouble="contract.date"), status=422)
    try:
        authority.require(db)
        new = NewTemplate(language=language, body=body, since=since, base=form.base)
        templates.write(db, access.by(actor), new, now=asks.now)
    except ConflictError:
        return _form(asks, _overtaken(db, typed), status=409)
    except CareError as error:
        return _form(asks, replace(typed, trouble=error.code), status=422)
    return back(_LIST)


def _overtaken(db: Session, typed: Writing) -> Writing:
    """What somebody else wrote meanwhile stands beside it; kept once more, this one follows theirs."""
    newest = texts.newest(db, typed.language)
    if newest is None:
        return typed
    theirs = difference.between(newest.body, typed.body)
    return replace(typed, base=newest.version, trouble="agreement.template_changed", theirs=theirs)


def _both(db: Session, language: Language, text: Text, asks: Asker) -> dict[Language, Text]:
    """A translation is printed behind the Chinese text that it is of."""
    if language == "zh":
        return {"zh": text}
    return {"zh": templates.text_of(templates.in_force(db, agreed.day(asks.now))["zh"]), language: text}


def _day(said: str) -> date | None:
    try:
        return date.fromisoformat(said)
    except ValueError:
        return None


def _form(asks: Asker, writing: Writing, *, status: int = 200) -> Response:
    return asks.page(
        "admin/agreement_edit.html",
        here=_LIST,
        status=status,
        page=writing,
        placeholders=sorted(PLACEHOLDERS),
        codes=codes,
    )
