"""A region's rules over HTTP: what holds, what a file would change, putting it in force. Needs no script."""

from __future__ import annotations

from dataclasses import replace
from typing import Annotated, Final, Literal
from uuid import UUID

from fastapi import APIRouter, Form, UploadFile
from fastapi.responses import Response
from pydantic import BaseModel
from sqlalchemy.orm import Session

from clinician_api.access import service as access
from clinician_api.db import Db
from clinician_api.errors import CareError
from clinician_api.identity.routes import ActingAdministrator
from clinician_api.identity.staff_routes import House
from clinician_api.packages.wording import POPULATIONS
from clinician_api.packages.years import day_of
from clinician_api.regions import authority, service
from clinician_api.regions.schemas import read
from clinician_api.web.admin import region
from clinician_api.web.admin.region import Draft
from clinician_api.web.asking import Asker, Asks, back
from clinician_api.web.region_labels import CODES, PLACES

router = APIRouter(prefix="/admin/region", include_in_schema=False)
_HERE: Final = "/admin/region"
_MOST: Final = 20_000


@router.get("")
def shown(asks: Asks, house: House, db: Db) -> Response:
    return _page(asks, db, house, None)


class RegionForm(BaseModel):
    """`seen` is the mark of the changes that stood on the page; `file`, where one was chosen, goes before the
    text."""

    do: Literal["look", "apply"] = "look"
    text: Annotated[str, Form(max_length=_MOST)] = ""
    seen: Annotated[str, Form(max_length=64)] = ""
    file: UploadFile | None = None

    def typed(self) -> str:
        """As browsers send lines, and with what no reader of TOML could say a place of."""
        sent = self.file.file.read(_MOST).decode("utf-8", "replace") if self.file and self.file.size else ""
        return (sent or self.text).replace("\r\n", "\n")


@router.post("")
def look_or_apply(
    form: Annotated[RegionForm, Form()], asks: Asks, actor: ActingAdministrator, house: House, db: Db
) -> Response:
    """What is put in force is exactly what was looked at; otherwise it is shown once more."""
    draft = Draft(form.typed())
    try:
        file = read(draft.text)
        changes = service.dry_run(db, file)
    except CareError as error:
        return _refused(asks, db, house, draft, error, 422)
    looked = replace(draft, changes=changes, seen=region.mark(changes), first_day=file.effective_from)
    is_asked = form.do == "apply"
    try:
        authority.require(db, house, file.region.code)
        if is_asked and form.seen == looked.seen:
            service.apply(db, access.by(actor), file, now=asks.now)
            return back(_HERE)
    except CareError as error:
        return _refused(asks, db, house, looked, error, 422 if is_asked else 200)
    if is_asked:
        return _page(asks, db, house, replace(looked, trouble="region.changed"), status=409)
    return _page(asks, db, house, looked)


def _refused(asks: Asker, db: Session, house: UUID, draft: Draft, error: CareError, status: int) -> Response:
    wrong = replace(draft, trouble=error.code, where=_place(error))
    return _page(asks, db, house, wrong, status=status)


def _place(error: CareError) -> str:
    """Of what in the file: a person's own words, shown as text."""
    field = getattr(error, "field", "")
    return field if isinstance(field, str) else ""


def _page(asks: Asker, db: Session, house: UUID, draft: Draft | None, *, status: int = 200) -> Response:
    found = region.page(db, house, draft, today=day_of(asks.now))
    return asks.page(
        "admin/region.html",
        here=_HERE,
        status=status,
        page=found,
        places=PLACES,
        codes=CODES,
        populations=POPULATIONS,
    )
