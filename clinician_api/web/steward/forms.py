"""What each of the steward's routes asks for: who acts, within which reach, and why a deed is done."""

from __future__ import annotations

from typing import Annotated

from fastapi import Depends, Form
from pydantic import AfterValidator, BaseModel, StringConstraints

from clinician_api.clock import Now
from clinician_api.db import Db
from clinician_api.identity.routes import ActingSteward
from clinician_api.stewards import acting
from clinician_api.stewards.acting import Acting
from clinician_api.text import one_line
from ingest.store.steps import MOST_WORDS

Why = Annotated[
    str,
    StringConstraints(strip_whitespace=True, min_length=1, max_length=MOST_WORDS),
    AfterValidator(one_line),
]


def steward(actor: ActingSteward, db: Db, now: Now) -> Acting:
    return acting.acting(db, actor, now=now)


Acts = Annotated[Acting, Depends(steward)]


class DeedForm(BaseModel):
    """Why it is done, and the page to go back to."""

    why: Why
    here: Annotated[str, Form(max_length=500)] = "/fleet"
