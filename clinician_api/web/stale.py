"""An old form about a contract beside the contract as it is now, and what had been chosen on it."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Final
from uuid import UUID

from pydantic import BaseModel
from sqlalchemy.orm import Session

from clinician_api.access import service as access
from clinician_api.access.rules import Actor
from clinician_api.contracts import looking, signatures
from clinician_api.contracts.places import Limit
from clinician_api.identity import service as identity
from clinician_api.web import contract_labels as labels
from clinician_api.web.times import full_date
from clinician_api.web.views import Difference
from clinician_api.web.words import Words

_PARTIES: Final[Mapping[str, str]] = {"resident": "resident", "doctor": "doctor"}
_CODES: Final[Mapping[str, Mapping[str, str]]] = {
    "cause": {**labels.REFUSALS, **labels.WHYS},
    "because": labels.BECAUSE,
}


@dataclass(frozen=True, slots=True)
class Standing:
    """Of a contract, what its pages show of how far it has come."""

    state: str
    fee: str
    signed: frozenset[str]


def read(saw: str) -> Standing | None:
    """What a form says it showed; None of what no page of ours says."""
    state, fee, *signed = [*saw.split(" "), "", ""]
    if state not in labels.STATES or fee not in labels.FEES:
        return None
    return Standing(state, fee, frozenset(signed) & _PARTIES.keys())


def compare(
    db: Session, actor: Actor, contract: UUID, saw: str, *, words: Words, now: datetime
) -> tuple[tuple[Difference, ...], bool]:
    """Both versions, for whoever may know the one of now; and whether it still has a page for them."""
    row = looking.asked_of(db, actor, contract, now=now)
    if row is None:
        return (), False
    current = Standing(row.state, row.fee_state, frozenset(signatures.parties_of(db, contract)))
    is_there = row.state not in looking.CAME_TO_NOTHING or access.may_see(db, actor, row.resident, now=now)
    return differences(read(saw), current, words), is_there


def differences(seen: Standing | None, current: Standing, words: Words) -> tuple[Difference, ...]:
    """The state in any case; of the rest what has changed."""
    before = _said(seen, words) if seen else {}
    after = _said(current, words)
    state = words("State")
    changed = (label for label in after if label == state or before.get(label) != after[label])
    return tuple(Difference(label, before.get(label, "—"), after[label]) for label in changed)


def _said(shown: Standing, words: Words) -> dict[str, str]:
    signed = words(", ").join(words(_PARTIES[each]) for each in sorted(shown.signed))
    return {
        words("State"): words(labels.STATES[shown.state]),
        words("Fee"): words(labels.FEES[shown.fee]),
        words("Signed"): signed or words("nobody yet"),
    }


def rooms(seen: Limit, current: Limit, words: Words) -> tuple[Difference, ...]:
    """Of a team's places: what the page showed, and what was set since."""
    before, after = _of_limit(seen, words), _of_limit(current, words)
    return tuple(Difference(label, before[label], after[label]) for label in after)


def _of_limit(limit: Limit, words: Words) -> dict[str, str]:
    by_rule = words("as the region's rule says")
    return {
        words("Places"): by_rule if limit.most is None else str(limit.most),
        words("takes new residents"): words("Yes") if limit.is_open else words("No"),
    }


def chosen(db: Session, form: BaseModel, words: Words) -> Iterator[tuple[str, str]]:
    """What was ticked or picked, as the form had it."""
    for name, codes in _CODES.items():
        code = getattr(form, name, None)
        if isinstance(code, str) and code in codes:
            yield words(labels.FIELDS[name]), words(codes[code])
    most = getattr(form, "most", None)
    if isinstance(most, int):
        yield words("Places"), str(most)
    years, stops, team = (getattr(form, name, None) for name in ("years", "stops", "team"))
    if isinstance(years, int):
        yield words("How long"), words.many("{n} year", "{n} years", years)
    if isinstance(stops, date):
        yield words("Last day"), full_date(stops, words)
    if isinstance(team, UUID) and (card := identity.team_cards(db, [team]).get(team)):
        yield words("Team"), card.name
