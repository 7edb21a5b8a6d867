"""Staff find a resident, and see and put down who that is, over HTTP."""

from __future__ import annotations

from datetime import date, datetime, time, timedelta
from typing import Annotated
from urllib.parse import urlencode
from uuid import UUID

from fastapi import APIRouter, Form, Query, Request
from fastapi.responses import Response
from pydantic import BaseModel, BeforeValidator, SecretStr

from clinician_api.access import service as access
from clinician_api.access.rules import Scope
from clinician_api.db import Db
from clinician_api.errors import InvalidError
from clinician_api.identity import grouping, households, minding, papers, proxies
from clinician_api.identity import service as identity
from clinician_api.identity.family_routes import Keys, authorise_by, revoke_by
from clinician_api.identity.groups import STATED, Code, Kept
from clinician_api.identity.minding import Basis, Relation
from clinician_api.identity.numbers import DocumentKind
from clinician_api.identity.routes import COOKIE, ActingStaff
from clinician_api.identity.rules import HouseholdRelation
from clinician_api.identity.schemas import FileNumber, LoginName, NewProxy
from clinician_api.text import Line
from clinician_api.web import people_labels as words
from clinician_api.web.asking import Asks, back, is_fragment
from clinician_api.web.people import hiding, showing
from clinician_api.web.troubles import shown

router = APIRouter(include_in_schema=False)
At = Annotated[str, Query(max_length=hiding.LONGEST)]
Typed = Annotated[str, Form(max_length=100)]


@router.get("/search")
def find(request: Request, asks: Asks, _staff: ActingStaff, db: Db, at: At = "") -> Response:
    """What was searched for stands in the address, readable by this login alone."""
    q = hiding.read(at, request.cookies[COOKIE])
    found = showing.found(db, request.app.state.kms, asks.actor, q, now=asks.now)
    return asks.page("people/search.html", here="/search", found=found, typed=q, codes=words)


@router.post("/search")
def search(request: Request, asks: Asks, _staff: ActingStaff, db: Db, q: Typed = "") -> Response:
    """To the page of what was found; or that alone, where a page asks while somebody types."""
    address = f"/search?{urlencode({'at': hiding.hidden(q, request.cookies[COOKIE])})}"
    if not is_fragment(request):
        return back(address)
    found = showing.found(db, request.app.state.kms, asks.actor, q, now=asks.now)
    response = asks.page("people/_found.html", here="/search", found=found, typed=q, codes=words)
    response.headers["HX-Replace-Url"] = address
    return response


@router.get("/residents/{resident}/identity")
def who(request: Request, asks: Asks, staff: ActingStaff, db: Db, resident: UUID) -> Response:
    found = showing.who(db, request.app.state.kms, staff, resident, now=asks.now)
    return asks.page("people/identity.html", who=found, codes=words, stated=sorted(STATED))


def _trimmed(word: object) -> object:
    return word.strip() if isinstance(word, str) else word


class DocumentForm(BaseModel):
    kind: DocumentKind
    number: Annotated[SecretStr, BeforeValidator(_trimmed)]


@router.post("/residents/{resident}/identity/documents")
def state_document(
    resident: UUID, form: Annotated[DocumentForm, Form()], asks: Asks, staff: ActingStaff, db: Db, keys: Keys
) -> Response:
    access.require(db, staff, resident, purpose="documents", now=asks.now)
    number = form.number.get_secret_value()
    papers.state(db, keys, access.by(staff), resident, form.kind, number, now=asks.now)
    return back(f"/residents/{resident}/identity")


class HelperForm(BaseModel):
    login_name: Annotated[LoginName, BeforeValidator(_trimmed)]
    relation: Relation
    basis: Basis = "authorised"
    scopes: list[Scope] = []
    until: Annotated[date | None, BeforeValidator(lambda word: word or None)] = None
    evidence: Annotated[str, Form(max_length=200)] = ""
    earlier: Annotated[str, Form(max_length=200)] = ""

    def wanted(self, now: datetime) -> NewProxy:
        """Its last day is a whole one."""
        until = None
        if self.until is not None:
            until = datetime.combine(self.until + timedelta(days=1), time(), minding.ZONE)
        given = self.model_dump(exclude={"until", "scopes"})
        return NewProxy.model_construct(**given, scopes=frozenset(self.scopes), until=until, since=now)


@router.post("/residents/{resident}/identity/helpers")
def authorise(
    request: Request,
    resident: UUID,
    form: Annotated[HelperForm, Form()],
    asks: Asks,
    staff: ActingStaff,
    db: Db,
) -> Response:
    shown(request, form)
    access.require(db, staff, resident, purpose="proxies", now=asks.now)
    authorise_by(db, staff, resident, form.wanted(asks.now), now=asks.now)
    return back(f"/residents/{resident}/identity")


@router.post("/residents/{resident}/identity/helpers/{proxy}/end")
def revoke(resident: UUID, proxy: UUID, asks: Asks, staff: ActingStaff, db: Db) -> Response:
    revoke_by(db, staff, resident, proxy, now=asks.now)
    return back(f"/residents/{resident}/identity")


class PaperForm(BaseModel):
    evidence: Line


@router.post("/residents/{resident}/identity/incapacity")
def state_incapacity(
    request: Request,
    resident: UUID,
    form: Annotated[PaperForm, Form()],
    asks: Asks,
    staff: ActingStaff,
    db: Db,
) -> Response:
    shown(request, form)
    access.require(db, staff, resident, purpose="proxies", now=asks.now)
    today = asks.now.astimezone(minding.ZONE).date()
    by = access.by(staff)
    proxies.state_incapacity(db, by, resident, since=today, evidence=form.evidence, now=asks.now)
    return back(f"/residents/{resident}/identity")


class MemberForm(BaseModel):
    file_number: Annotated[FileNumber, BeforeValidator(_trimmed)]
    relation: HouseholdRelation


@router.post("/residents/{resident}/identity/household")
def admit(
    request: Request,
    resident: UUID,
    form: Annotated[MemberForm, Form()],
    asks: Asks,
    staff: ActingStaff,
    db: Db,
) -> Response:
    """Into the household of the resident, who becomes the head of a new one if there is none."""
    shown(request, form)
    access.require(db, staff, resident, purpose="household", now=asks.now)
    other = identity.filed_under(db, form.file_number)
    if other is None:
        raise InvalidError("household.unknown_file", "file_number")
    access.require(db, staff, other, purpose="household", now=asks.now)
    known = households.of(db, resident)
    place = known.id if known else households.found(db, access.by(staff), resident, address="", now=asks.now)
    households.admit(db, access.by(staff), place, other, form.relation, now=asks.now)
    return back(f"/residents/{resident}/identity")


class GroupForm(BaseModel):
    code: Code
    evidence: Line


@router.post("/residents/{resident}/identity/groups")
def keep_group(
    request: Request,
    resident: UUID,
    form: Annotated[GroupForm, Form()],
    asks: Asks,
    staff: ActingStaff,
    db: Db,
) -> Response:
    shown(request, form)
    access.require(db, staff, resident, purpose="groups", now=asks.now)
    today = asks.now.astimezone(minding.ZONE).date()
    kept = Kept(form.code, "stated", form.evidence, today)
    grouping.keep(db, access.by(staff), resident, kept, now=asks.now)
    return back(f"/residents/{resident}/identity")
