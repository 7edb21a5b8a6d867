"""Looks up what a resident's pages of the contract show: their own, and each screen of signing up."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from typing import Final
from uuid import UUID

from sqlalchemy.orm import Session

from clinician_api.access.rules import Actor
from clinician_api.contracts import dates, grouped, looking, quoting, states
from clinician_api.contracts import models as rows
from clinician_api.contracts.quoting import Quote
from clinician_api.contracts.states import State
from clinician_api.errors import About, InvalidError, NotFoundError
from clinician_api.identity import papers
from clinician_api.identity import service as identity
from clinician_api.packages import service as packages
from clinician_api.packages import wording
from clinician_api.packages.rules import PackageVersion, groups_of
from clinician_api.regions import service as regions
from clinician_api.web.contracts import cards, choosing
from clinician_api.web.contracts.choosing import Centres
from clinician_api.web.contracts.views import Choice, Contract, Mine, Offered, TeamCard, Wished
from clinician_api.web.packages.cards import card
from clinician_api.web.packages.cards import cards as package_cards
from clinician_api.web.words import Words

_DAY: Final = timedelta(days=1)
_SERVED: Final[frozenset[State]] = states.RUNNING | {"renewed"}
_COMING: Final[frozenset[State]] = states.PENDING | {"signed"}


def mine(db: Session, actor: Actor, resident: UUID, *, words: Words, now: datetime) -> Mine:
    """The newest of each kind; a refusal is shown until something else is asked for."""
    found = looking.of_resident(db, actor, resident, now=now)
    current = next((row for row in found if _is_served(row, now)), None)
    coming = next((row for row in reversed(found) if row.state in _COMING), None)
    past = [row for row in _newest_first(found) if row not in (current, coming) and row.state != "draft"]
    refused = past[0] if past and past[0].state == "refused" and coming is None else None

    def shown(row: rows.Contract) -> Contract:
        return cards.contract(db, actor, row, language=words.language, now=now)

    seen = tuple(shown(row) for row in past)
    first = current or coming or (past[0] if past else None)
    others = looking.alternatives(db, refused, now=now) if refused else []
    return Mine(
        current=shown(current) if current else None,
        coming=shown(coming) if coming else None,
        past=seen,
        may_sign=actor.may("sign"),
        tel=shown(first).tel if first else "",
        others=cards.names_of(db, others),
        is_known=papers.is_known(db, resident),
    )


def _is_served(row: rows.Contract, now: datetime) -> bool:
    """In force, though it may have been said already when it ends."""
    if row.state in _SERVED:
        return True
    ends_later = row.state in {"terminated", "transferred"} and row.ended_at is not None
    return ends_later and row.ended_at is not None and row.ended_at > now and row.begins <= dates.day_of(now)


def _newest_first(found: list[rows.Contract]) -> list[rows.Contract]:
    return sorted(found, key=lambda row: row.number, reverse=True)


def own(db: Session, actor: Actor, resident: UUID, contract: UUID, *, now: datetime) -> rows.Contract:
    """One of the resident's; of another's they find none."""
    row = looking.one(db, actor, contract, now=now)
    if row.resident != resident:
        raise NotFoundError("contract.unknown", about=About("contract", contract))
    return row


def centres(db: Session, typed: str, page: int, *, now: datetime) -> Centres:
    """A page of the teams that can be chosen, or all that `typed` may mean."""
    return choosing.page(cards.centres(db, identity.institutions(db), now), typed, page)


def offered(
    db: Session,
    resident: UUID,
    institution: UUID,
    chosen: tuple[UUID, ...] | None,
    *,
    words: Words,
    now: datetime,
) -> tuple[Offered, ...]:
    """What can be ticked. To begin with, all that is free and meant for somebody like them."""
    today = dates.day_of(now)
    groups = groups_of(each.code for each in grouped.at(db, resident, institution, today))
    quote = _quote(db, resident, institution, today)
    found = []
    for version in packages.offered(db, today, institution=institution):
        suits = not groups.isdisjoint(version.offer.population)
        cost = quote.packages[version.id]
        ticked = suits and cost.due == 0 if chosen is None else version.id in chosen
        price = wording.price(cost.due, words.language)
        found.append(
            Offered(version.id, card(version, words.language), suits, ticked, price, cost.waived > 0)
        )
    return tuple(sorted(found, key=lambda each: not each.suits))


def kept(db: Session, row: rows.Contract, *, now: datetime) -> tuple[PackageVersion, ...]:
    """What is offered today of the packages that a contract has: what follows it is of today's versions."""
    chosen = packages.versions(db, [UUID(each) for each in row.packages])
    codes = {each.offer.code for each in chosen}
    today = packages.offered(db, dates.day_of(now), institution=row.institution)
    return tuple(each for each in today if each.offer.code in codes)


def team(db: Session, chosen: UUID, now: datetime) -> TeamCard:
    institution = identity.institution_of(db, chosen)
    return next(each for each in cards.teams(db, institution, but=None, now=now) if each.id == chosen)


def wished(db: Session, resident: UUID, choice: Choice, *, words: Words, now: datetime) -> Wished:
    institution = identity.institution_of(db, choice.team)
    begins = dates.day_of(now) + _DAY
    versions = _chosen(db, institution, choice, begins - _DAY)
    total = _quote(db, resident, institution, begins - _DAY).due(each.id for each in versions)
    return Wished(
        choice=choice,
        resident=identity.residents(db, [resident])[resident].name,
        team=team(db, choice.team, now),
        centre=identity.institution_names(db, [institution])[institution],
        packages=package_cards(versions, words.language),
        begins=begins,
        ends=next(iter(terms(db, institution, begins).values())),
        price=wording.price(total, words.language),
        is_known=papers.is_known(db, resident),
    )


def _quote(db: Session, resident: UUID, institution: UUID, today: date) -> Quote:
    """Of a contract that begins tomorrow and is as short as can be, as signing up makes it."""
    begins = today + _DAY
    ends = next(iter(terms(db, institution, begins).values()))
    return quoting.quote(db, resident, institution, (begins, ends), today=today)


def terms(db: Session, institution: UUID, begins: date) -> dict[int, date]:
    """How many years can be signed there, the fewest first, each with its last day."""
    here = regions.rules_at(db, institution, begins).terms
    years = range(here.shortest_years, here.longest_years + 1)
    return {each: dates.last_day(begins, each, most=here.longest_years) for each in years}


def _chosen(db: Session, institution: UUID, choice: Choice, today: date) -> list[PackageVersion]:
    known = {each.id: each for each in packages.offered(db, today, institution=institution)}
    if not known.keys() >= set(choice.packages):
        raise InvalidError("package.not_offered", "packages")
    return [known[each] for each in dict.fromkeys(choice.packages)]
