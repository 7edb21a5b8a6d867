"""Looks up what a team's pages of contracts show: who waits, who ends soon, and one case."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Final, Literal
from uuid import UUID

from sqlalchemy.orm import Session

from clinician_api.access.rules import Actor
from clinician_api.contracts import (
    dates,
    grouped,
    looking,
    pacing,
    parties,
    signatures,
    states,
    unconsented,
    wording,
)
from clinician_api.contracts import models as rows
from clinician_api.contracts.states import State
from clinician_api.identity import proxies
from clinician_api.identity import service as identity
from clinician_api.identity.rules import age
from clinician_api.identity.schemas import ResidentOut
from clinician_api.web import people_labels
from clinician_api.web.contracts import cards
from clinician_api.web.contracts.views import Case, Happened, Person, ToConfirm, Waiting
from clinician_api.web.words import Words

TabCode = Literal["waiting", "ending", "held", "consent"]
TABS: Final[Mapping[TabCode, tuple[State, ...]]] = {
    "waiting": ("applied", "accepted", "signed"),
    "ending": ("renewal_due",),
    "held": ("active", "renewed"),
}


def waiting(db: Session, actor: Actor, tab: TabCode, *, now: datetime) -> tuple[Waiting, ...]:
    """Whose turn it is for longest first; of those that end, the soonest."""
    if tab == "consent":
        found = unconsented.in_sight(db, actor, now=now)
    else:
        found = looking.queue(db, actor, TABS[tab], now=now)
    people = identity.residents(db, [row.resident for row in found])
    teams = identity.team_cards(db, list({row.team for row in found}))
    paces = pacing.of_all(db, found)
    lines = [
        _line(db, row, people[row.resident], teams[row.team].name, cards.due_of(row, paces[row.id]), now)
        for row in found
    ]
    if tab == "waiting":
        return tuple(sorted(lines, key=lambda line: (line.due_at is None, line.due_at)))
    return tuple(sorted(lines, key=lambda line: (line.ends, line.number)))


def _line(
    db: Session, row: rows.Contract, who: ResidentOut, team: str, due: datetime | None, now: datetime
) -> Waiting:
    return Waiting(
        href=f"/contracts/{row.id}",
        number=wording.number(row),
        name=who.name,
        sex=who.sex,
        age=age(who.born, dates.day_of(now)),
        team=team,
        kind=cards.kind_of(row),
        state=row.state,
        since=row.signed_at or row.accepted_at or row.applied_at,
        due_at=due,
        is_late=due is not None and due < now,
        begins=row.begins,
        ends=row.ends,
        signed_by=frozenset(signatures.parties_of(db, row.id)) if row.state == "accepted" else frozenset(),
        fee_state=row.fee_state,
    )


def case(db: Session, actor: Actor, contract: UUID, *, words: Words, now: datetime) -> Case:
    row = looking.one(db, actor, contract, now=now)
    steps = looking.history(db, actor, contract, now=now)
    shown = cards.contract(db, actor, row, language=words.language, now=now)
    return Case(
        contract=shown,
        person=_person(db, row, words, now),
        paper=cards.paper(db, row, words.language),
        others=cards.names_of(db, looking.alternatives(db, row, now=now)),
        history=_history(db, steps, words),
        may=_may(actor, row, shown.signed_by) | _at_the_counter(db, actor, row, shown.signed_by, now),
        to_confirm=_to_confirm(db, actor, row),
    )


def _may(actor: Actor, row: rows.Contract, signed_by: frozenset[str]) -> frozenset[str]:
    """What this page offers to whoever looks at it."""
    mine = parties.of(actor, row)
    found = {
        step for step in ("accept", "refuse") if states.can(row.state, step) and _takes(mine, row.state, step)
    }
    if row.state == "accepted" and "team" in mine and "doctor" not in signed_by:
        found.add("sign")
    if "staff" in mine and row.fee_state == "pending" and row.state in {"accepted", "signed"}:
        found.add("fee")
    return frozenset(found)


def _at_the_counter(
    db: Session, actor: Actor, row: rows.Contract, signed_by: frozenset[str], now: datetime
) -> frozenset[str]:
    """How the resident's signature can be put down, or one that was confirmed."""
    if row.state != "accepted" or "staff" not in parties.of(actor, row) or "resident" in signed_by:
        return frozenset()
    found = {"counter"}
    waiting = signatures.waiting(db, row.id)
    if waiting is not None:
        found = set() if waiting.account == actor.account else {"confirm"}
    if proxies.ability_of(db, row.resident, dates.day_of(now)).signs == "oneself":
        found.add("code")
    return frozenset(found)


def _to_confirm(db: Session, actor: Actor, row: rows.Contract) -> ToConfirm | None:
    waiting = signatures.waiting(db, row.id) if row.state == "accepted" else None
    if waiting is None:
        return None
    who = identity.people(db, [waiting.account])[waiting.account].name
    return ToConfirm(who, waiting.proof, waiting.evidence, is_mine=waiting.account == actor.account)


def _takes(mine: frozenset[states.Party], state: State, step: Literal["accept", "refuse"]) -> bool:
    return bool(states.move(state, step).by & mine)


def _person(db: Session, row: rows.Contract, words: Words, now: datetime) -> Person:
    who = identity.residents(db, [row.resident])[row.resident]
    today = dates.day_of(now)
    groups = grouped.at(db, row.resident, row.institution, today)
    return Person(
        name=who.name,
        sex=who.sex,
        age=age(who.born, today),
        file_number=who.file_number,
        phone=who.phone or "",
        address=who.address,
        groups=tuple(words(people_labels.GROUPS[each.code]) for each in groups),
    )


def _history(db: Session, steps: Sequence[rows.ContractStep], words: Words) -> tuple[Happened, ...]:
    known = identity.people(db, [each.account for each in steps if each.account])
    return tuple(
        Happened(
            each.at,
            each.step,
            known[each.account].name if each.account in known else words("by date"),
            each.reason,
        )
        for each in reversed(steps)
    )
