"""The pages of the counter: whose card nobody has stated, and what is chosen for whoever it names."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final
from uuid import UUID

from fastapi.responses import Response
from sqlalchemy.orm import Session

from clinician_api.access.rules import COUNTER
from clinician_api.consents import service as consents
from clinician_api.identity import service as identity
from clinician_api.identity.minding import ZONE
from clinician_api.identity.numbers import DocumentKind
from clinician_api.identity.staff_routes import house
from clinician_api.web import people_labels
from clinician_api.web.asking import Asker
from clinician_api.web.contracts import cards, entering, showing
from clinician_api.web.contracts.entering import Typed

HERE: Final = "/counter"


@dataclass(frozen=True, slots=True)
class Card:
    """The document that somebody shows; the number as typed, without blanks around it."""

    kind: DocumentKind = "resident_id"
    number: str = ""


def ask(asks: Asker, *, is_done: bool) -> Response:
    return asks.page(
        "contracts/counter.html", codes=people_labels, typed=None, is_done=is_done, is_unknown=False
    )


def unknown(asks: Asker, typed: Typed, *, status: int = 404, trouble: str = "", field: str = "") -> Response:
    """Whoever works at the counter enters them; what their card says of them is shown beside it."""
    said = entering.says(typed.kind, typed.number.get_secret_value(), asks.now.astimezone(ZONE).date())
    return asks.page(
        "contracts/counter.html",
        here=HERE,
        status=status,
        codes=people_labels,
        typed=typed if not COUNTER.isdisjoint(asks.actor.roles) else None,
        says=said,
        trouble=trouble or said.trouble,
        field=field or "number",
        is_done=False,
        is_unknown=not trouble,
    )


def choose(asks: Asker, db: Session, resident: UUID, card: Card, *, is_new: bool = False) -> Response:
    """The teams of this institution with room, and what is on offer. Of a resident whose card was shown."""
    here, text = house(asks.actor), consents.current("care", asks.now)
    return asks.page(
        "contracts/counter_choose.html",
        here=HERE,
        card=card,
        who=identity.residents(db, [resident])[resident],
        is_new=is_new,
        teams=cards.teams(db, here, but=None, now=asks.now),
        offered=showing.offered(db, resident, here, None, words=asks.words, now=asks.now),
        text=None if consents.holds(db, resident, "care", asks.now) else text,
        said=text.zh if asks.words.language == "zh" else text.en,
    )
