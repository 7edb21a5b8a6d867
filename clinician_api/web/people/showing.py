"""Looks people up and lays out what their pages show."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime, timedelta
from typing import Final
from uuid import UUID

from sqlalchemy.orm import Session

from clinician_api.access import service as access
from clinician_api.access.rules import Actor
from clinician_api.contracts import grouped
from clinician_api.identity import households, minding, papers, proxies
from clinician_api.identity import service as identity
from clinician_api.identity.family_routes import found_by
from clinician_api.identity.minding import Proxy
from clinician_api.identity.rules import age
from clinician_api.identity.schemas import DocumentOut, ResidentOut
from clinician_api.kms import Kms
from clinician_api.web import people_labels
from clinician_api.web.people.views import Card, Family, Helper, Member, Membership, Paper, Who

_A_MOMENT: Final = timedelta(microseconds=1)
"""An authorisation that ends at midnight had the day before as its last."""


def found(db: Session, kms: Kms | None, actor: Actor, words: str, *, now: datetime) -> tuple[Card, ...]:
    ids = found_by(db, kms, actor, words, now=now)
    shown = identity.residents(db, ids)
    return tuple(_card(shown[each], _today(now)) for each in ids)


def who(db: Session, kms: Kms | None, actor: Actor, resident: UUID, *, now: datetime) -> Who:
    access.require(db, actor, resident, purpose="identity", now=now)
    today = _today(now)
    kept = None if kms is None else papers.of(db, kms, resident)
    groups = grouped.on(db, resident, now)
    return Who(
        card=_card(identity.residents(db, [resident])[resident], today),
        signs=proxies.ability_of(db, resident, today).signs,
        papers=None if kept is None else tuple(_paper(each) for each in kept),
        helpers=_of_accounts(db, proxies.all_of(db, resident), now),
        household=_household(db, actor, resident, now),
        groups=tuple(Membership(each.code, each.by, each.until) for each in groups),
    )


def family(db: Session, actor: Actor, *, now: datetime) -> Family:
    """Of a resident's own page, or of somebody who only helps others."""
    own = actor.resident if actor.behalf is None else None
    for_me = proxies.all_of(db, own) if own else []
    by_me = proxies.helped_by(db, actor.account, now)
    names = identity.residents(db, [each.resident for each in by_me])
    return Family(
        for_me=tuple(each for each in _of_accounts(db, for_me, now) if not each.is_over),
        by_me=tuple(_helper(each, names[each.resident].name, now) for each in by_me),
        may_authorise=own is not None and proxies.ability_of(db, own, _today(now)).signs == "oneself",
    )


def _paper(out: DocumentOut) -> Paper:
    return Paper(out.kind, out.masked, _today(out.stated_at))


def _household(db: Session, actor: Actor, resident: UUID, now: datetime) -> tuple[Member, ...]:
    found = households.of(db, resident)
    if found is None:
        return ()
    seen = [each.resident for each in found.members if access.may_see(db, actor, each.resident, now=now)]
    access.note(db, actor, *seen, purpose="household", now=now)
    cards = {id_: _card(out, _today(now)) for id_, out in identity.residents(db, seen).items()}
    return tuple(Member(each.relation, cards.get(each.resident)) for each in found.members)


def _of_accounts(db: Session, found: Sequence[Proxy], now: datetime) -> tuple[Helper, ...]:
    names = identity.people(db, [each.account for each in found])
    return tuple(_helper(each, names[each.account].name, now) for each in found)


def _helper(proxy: Proxy, name: str, now: datetime) -> Helper:
    return Helper(
        id=proxy.id,
        resident=proxy.resident,
        name=name,
        relation=proxy.relation,
        basis=proxy.basis,
        scopes=tuple(each for each in people_labels.SCOPES if each in proxy.scopes),
        last_day=None if proxy.until is None else _today(proxy.until - _A_MOMENT),
        is_over=proxy.until is not None and proxy.until <= now,
        is_to_come=proxy.since > now,
    )


def _card(out: ResidentOut, today: date) -> Card:
    return Card(
        id=out.id,
        name=out.name,
        sex=out.sex,
        age=age(out.born, today),
        born=out.born,
        file_number=out.file_number,
        phone=out.phone,
        address=out.address,
    )


def _today(now: datetime) -> date:
    return now.astimezone(minding.ZONE).date()
