"""The catalogue's editor over HTTP. Works without a script; nothing typed is lost when it is refused."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Depends, Form, Request
from fastapi.responses import Response
from pydantic import ValidationError

from clinician_api.errors import ConflictError, InvalidError
from clinician_api.packages import editing, service
from clinician_api.packages.editing import Editor
from clinician_api.packages.routes import Edits
from clinician_api.packages.rules import Offer, PackageVersion
from clinician_api.packages.schemas import OfferIn
from clinician_api.packages.years import day_of
from clinician_api.web.admin import packages, typed, wrongs
from clinician_api.web.admin.packages import CHOICES, Editing
from clinician_api.web.admin.typed import Fields, Typed
from clinician_api.web.asking import Asker, Asks, back
from clinician_api.web.packages.cards import card

router = APIRouter(prefix="/admin", include_in_schema=False)
_LIST = "/admin/packages"


async def _fields(request: Request) -> Fields:
    """The form as it came; async since it is read from the socket."""
    form = await request.form()
    return [(name, value) for name, value in form.multi_items() if isinstance(value, str)]


Sent = Annotated[Fields, Depends(_fields)]


@router.get("/packages")
def shown(asks: Asks, edits: Edits) -> Response:
    today = day_of(edits.now)
    lines = [packages.line(each, asks.words, today) for each in editing.shelves(edits)]
    return asks.page("admin/packages.html", lines=lines)


@router.get("/packages/new")
def blank(asks: Asks, _edits: Edits) -> Response:
    return _form(asks, _new(Typed()))


@router.post("/packages/new")
def create(asks: Asks, edits: Edits, sent: Sent) -> Response:
    page = _new(typed.typed(sent))
    deed = dict(sent).get("do", "save")
    if deed != "save":
        return _form(asks, _more(page, deed))
    offer = _offer(page, asks)
    if isinstance(offer, Editing):
        return _form(asks, offer, status=422)
    version = service.version(edits.db, editing.create(edits, offer))
    return back(f"{_LIST}/{version.package}")


@router.get("/packages/{package}")
def one(asks: Asks, edits: Edits, package: UUID) -> Response:
    page = packages.whole(editing.shelf(edits, package), asks.words, day_of(edits.now))
    return asks.page("admin/package.html", page=page)


@router.post("/packages/{package}/adapt")
def adapt(edits: Edits, package: UUID) -> Response:
    """One's own draft of a package, then its form."""
    draft = service.version(edits.db, editing.adapt(edits, package))
    return back(f"{_LIST}/{draft.package}/draft")


@router.get("/packages/{package}/draft")
def draft(asks: Asks, edits: Edits, package: UUID) -> Response:
    found = _draft(edits, package)
    return _form(asks, _editing(found, typed.of_offer(found.offer), found.edition))


@router.post("/packages/{package}/draft")
def save(
    asks: Asks, edits: Edits, package: UUID, edition: Annotated[int, Form(ge=1)], sent: Sent
) -> Response:
    """A stale form comes back as it was typed, with what the draft says by now."""
    found = _draft(edits, package)
    said = typed.typed([*sent, ("code", found.offer.code), ("kind", found.offer.kind)])
    page = _editing(found, said, edition)
    deed = dict(sent).get("do", "save")
    if deed != "save":
        return _form(asks, _more(page, deed))
    offer = _offer(page, asks)
    if isinstance(offer, Editing):
        return _form(asks, offer, status=422)
    try:
        editing.change(edits, found.id, edition, offer)
    except ConflictError:
        return _form(asks, _stale(asks, _draft(edits, package), said), status=409)
    return back(f"{_LIST}/{package}")


@router.post("/packages/{package}/publish")
def publish(
    edits: Edits,
    package: UUID,
    edition: Annotated[int, Form(ge=1)],
    effective_from: Annotated[date, Form()],
) -> Response:
    editing.publish(edits, _draft(edits, package).id, edition, effective_from)
    return back(f"{_LIST}/{package}")


@router.post("/packages/{package}/discard")
def discard(edits: Edits, package: UUID, edition: Annotated[int, Form(ge=1)]) -> Response:
    editing.discard(edits, _draft(edits, package).id, edition)
    return back(_LIST)


@router.post("/packages/{package}/retire")
def retire(edits: Edits, package: UUID, from_day: Annotated[date, Form()]) -> Response:
    editing.retire(edits, package, from_day)
    return back(f"{_LIST}/{package}")


@router.post("/packages/{package}/offer")
def offer_again(edits: Edits, package: UUID) -> Response:
    editing.retire(edits, package, None)
    return back(f"{_LIST}/{package}")


def _draft(edits: Editor, package: UUID) -> PackageVersion:
    found = editing.shelf(edits, package)
    if found.draft is None or not found.is_own:
        raise ConflictError("package.no_draft")
    return found.draft


def _new(form: Typed) -> Editing:
    return Editing(action=f"{_LIST}/new", back=_LIST, edition=0, form=form)


def _editing(found: PackageVersion, form: Typed, edition: int) -> Editing:
    here = f"{_LIST}/{found.package}"
    return Editing(action=f"{here}/draft", back=here, edition=edition, form=form, code_is_fixed=True)


def _stale(asks: Asker, found: PackageVersion, form: Typed) -> Editing:
    """Sent once more it takes the place of what somebody else has saved, which stands above it."""
    return replace(_editing(found, form, found.edition), theirs=card(found, asks.words.language))


def _more(page: Editing, deed: str) -> Editing:
    form = typed.done(page.form, deed)
    is_new = len(form.items) > len(page.form.items)
    return replace(page, form=form, opened=len(form.items) - 1 if is_new else None)


def _offer(page: Editing, asks: Asker) -> Offer | Editing:
    """What was typed, or the form again with what is wrong with it."""
    places: list[tuple[str | int, ...]]
    try:
        return OfferIn.model_validate(typed.plain(page.form)).offer()
    except ValidationError as error:
        places = [each["loc"] for each in error.errors()]
    except InvalidError as error:
        places = [wrongs.place_of(error.field)]
    return replace(page, wrong=wrongs.wrongs(places, page.form, asks.words))


def _form(asks: Asker, page: Editing, *, status: int = 200) -> Response:
    values = {"page": page, "choices": CHOICES}
    return asks.framed("admin/package_edit.html", asks.frame, status=status, **values)
