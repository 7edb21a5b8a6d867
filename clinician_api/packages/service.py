"""What is offered, what a contract was promised, and what of it was given. Called by rooms above: who may ask
is decided there, and what is done here is audited with what they do."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Sequence
from datetime import date, datetime
from typing import Final
from uuid import UUID

from sqlalchemy import ARRAY, ColumnElement, Text, and_, func, literal, or_, select, true, update
from sqlalchemy.orm import Session

from clinician_api.errors import About, ConflictError, InvalidError, NotFoundError
from clinician_api.identity import service as identity
from clinician_api.packages import rules, stored, years
from clinician_api.packages.cost import cost_of
from clinician_api.packages.keeping import WARN_WITHIN, Consumed, Line, Price
from clinician_api.packages.models import (
    Consumption,
    ContractPackage,
    DeliveryWarning,
    Entitlement,
    Package,
    Version,
    VersionItem,
)
from clinician_api.packages.plan import MOST_OFTEN
from clinician_api.packages.rules import Evidence, PackageVersion, Population, Said
from clinician_api.packages.years import Span

_NO_GROUP: Final[frozenset[Population]] = frozenset()


def offered(db: Session, on: date, *, institution: UUID | None = None) -> list[PackageVersion]:
    """What can be signed on that day at that institution: its own packages before those of its regions, and
    those before everybody's, where their codes are the same."""
    region = identity.region_of(db, institution) if institution else None
    regions = identity.regions_above(db, region) if region else []
    near = [and_(Package.region.is_(None), Package.institution.is_(None))]
    near += [Package.region.in_(regions)] if regions else []
    near += [] if institution is None else [Package.institution == institution]
    on_offer = or_(Package.retired_from.is_(None), Package.retired_from > on)
    published = select(Version, Package).join(Package, Package.id == Version.package)
    rows = db.execute(published.where(or_(*near), on_offer, Version.effective_from <= on))
    by_package: dict[UUID, list[PackageVersion]] = {}
    for each in stored.versions_of(db, [(version, package) for version, package in rows]):
        by_package.setdefault(each.package, []).append(each)
    held = (rules.in_force(found, on) for found in by_package.values())
    return list(rules.closest([each for each in held if each is not None], regions))


def version(db: Session, wanted: UUID) -> PackageVersion:
    return versions(db, [wanted])[0]


def versions(db: Session, wanted: Collection[UUID]) -> list[PackageVersion]:
    """Each once, in the order asked for; drafts too."""
    rows = db.execute(
        select(Version, Package).join(Package, Package.id == Version.package).where(Version.id.in_(wanted))
    )
    found = {each.id: each for each in stored.versions_of(db, [(row, package) for row, package in rows])}
    for each in wanted:
        if each not in found:
            raise NotFoundError("package.unknown", about=About("package_version", each))
    return [found[each] for each in dict.fromkeys(wanted)]


def entitle(
    db: Session,
    contract: UUID,
    wanted: Collection[UUID],
    begins: date,
    ends: date,
    *,
    groups: frozenset[Population] = _NO_GROUP,
    now: datetime,
) -> None:
    """Promise a contract what these published versions say, from `begins` to `ends`, year by year of the
    contract: a part of a year promises its share, at its share of the price. `groups` are the resident's: who
    is waived pays nothing, and items for other people are left out. A version that it has stays as it is."""
    if ends < begins:
        raise InvalidError("contract.ends_before_it_begins", "ends")
    known = {row.version: row for row in _packages(db, contract)}
    counted_from = min((row.begins for row in known.values()), default=begins)
    for each in versions(db, [one for one in wanted if one not in known]):
        if not each.is_published:
            raise ConflictError("package.not_published", about=About("package_version", each.id))
        cut = list(years.parts(counted_from, Span(begins, ends)))
        costs = cost_of(each.offer, cut, groups)
        row = ContractPackage(
            contract=contract,
            version=each.id,
            begins=begins,
            ends=ends,
            price=costs.price,
            waived=costs.waived,
            noted_at=now,
        )
        db.add(row)
        db.flush()
        db.add_all(_promised(db, row, cut, groups))
    db.flush()


def _promised(
    db: Session, package: ContractPackage, cut: Sequence[tuple[Span, Span]], groups: frozenset[Population]
) -> Iterator[Entitlement]:
    items = list(db.scalars(select(VersionItem).where(VersionItem.version == package.version)))
    for item in items:
        if groups and not rules.is_for(item.population, groups):
            continue
        for part, year in cut:
            most = None if item.most is None else years.share(item.most, part, year)
            yield Entitlement(
                contract=package.contract,
                contract_package=package.id,
                item=item.id,
                code=item.code,
                since=part.first,
                until=part.last,
                promised=years.share(item.promised, part, year),
                most=most,
            )


def close(db: Session, contract: UUID, last_day: date) -> None:
    """The contract ended before its time: nothing is owed after `last_day`."""
    of_contract = (Entitlement.contract == contract, Entitlement.until > last_day)
    cut = func.greatest(last_day, Entitlement.since - 1)
    db.execute(update(Entitlement).where(*of_contract).values(until=cut))


def consume(
    db: Session,
    contract: UUID,
    item_code: str,
    *,
    event_kind: Evidence,
    event_id: UUID,
    at: datetime,
    now: datetime,
) -> Consumed | None:
    """Count an event against what the contract was promised on the day that it happened. The same event
    counts once, however often it is told of. None where the contract has no such item on that day, and where
    the event is beyond the most that is covered: that one is noted nevertheless."""
    day = years.day_of(at)
    of_item = (Entitlement.contract == contract, Entitlement.code == item_code)
    in_force = (Entitlement.since <= day, Entitlement.until >= day)
    # Two events at once must not both be the last that is covered.
    rows = list(
        db.scalars(select(Entitlement).where(*of_item, *in_force).order_by(Entitlement.id).with_for_update())
    )
    if not rows:
        return None
    _check_evidence(db, rows[0], event_kind)
    known = _counted(db, [row.id for row in rows], event_kind, event_id)
    if known is None:
        free = [row for row in rows if row.most is None or _used(db, row.id) < row.most]
        known = Consumption(
            entitlement=(free or rows)[0].id, event_kind=event_kind, event=event_id, at=at, noted_at=now
        )
        db.add(known)
        db.flush()
    found = next(each for each in events(db, contract, item_code) if each.n == known.n)
    return None if found.is_beyond else found


def _check_evidence(db: Session, row: Entitlement, event_kind: Evidence) -> None:
    if event_kind not in db.get_one(VersionItem, row.item).evidence:
        raise InvalidError("entitlement.evidence_wrong", "event_kind")


def _counted(
    db: Session, entitlements: Collection[UUID], event_kind: Evidence, event: UUID
) -> Consumption | None:
    of_event = (Consumption.event_kind == event_kind, Consumption.event == event)
    stands = (Consumption.entitlement.in_(entitlements), Consumption.taken_back_at.is_(None))
    return db.scalar(select(Consumption).where(*of_event, *stands))


def _used(db: Session, entitlement: UUID) -> int:
    stands = (Consumption.entitlement == entitlement, Consumption.taken_back_at.is_(None))
    return db.scalar(select(func.count()).where(*stands)) or 0


def take_back(db: Session, event_kind: Evidence, event_id: UUID, *, now: datetime) -> None:
    """The event was undone: it counts for nothing, and its row says so."""
    of_event = (Consumption.event_kind == event_kind, Consumption.event == event_id)
    standing = update(Consumption).where(*of_event, Consumption.taken_back_at.is_(None))
    db.execute(standing.values(taken_back_at=now))


def events(db: Session, contract: UUID, item_code: str | None = None) -> list[Consumed]:
    """What was counted, by item and in the order told; each with the event that it links to."""
    rows = db.execute(
        select(Consumption, Entitlement)
        .join(Entitlement, Entitlement.id == Consumption.entitlement)
        .where(Entitlement.contract == contract, Consumption.taken_back_at.is_(None))
        .where(true() if item_code is None else Entitlement.code == item_code)
        .order_by(Entitlement.code, Consumption.n)
    )
    return list(_in_turn([(consumption, entitlement) for consumption, entitlement in rows]))


def _in_turn(rows: Sequence[tuple[Consumption, Entitlement]]) -> Iterator[Consumed]:
    """The first so many are covered."""
    used: dict[UUID, int] = {}
    for each, of in rows:
        used[of.id] = used.get(of.id, 0) + 1
        yield Consumed(
            n=each.n,
            entitlement=of.id,
            contract=of.contract,
            item=of.code,
            event_kind=each.event_kind,
            event=each.event,
            at=each.at,
            is_beyond=of.most is not None and used[of.id] > of.most,
        )


def ledger(db: Session, contract: UUID, on: date) -> list[Line]:
    """Each item of the contract's year in which `on` lies: promised, given, left. Before the first day and
    after the last it is the nearest year."""
    rows = [row for row in _lines(db, Entitlement.contract == contract) if row.span.days > 0]
    days = [min(max(on, row.span.first), row.span.last) for row in rows]
    nearest = min(days, key=lambda day: abs((day - on).days), default=on)
    return [row for row in rows if row.span.first <= nearest <= row.span.last]


def whole_ledger(db: Session, contract: UUID) -> list[Line]:
    """All its years."""
    return list(_lines(db, Entitlement.contract == contract))


def watched(db: Session, first: date, last: date) -> list[Line]:
    """Items counted in weeks that were in force on some of these days."""
    in_force = (Entitlement.until >= first, Entitlement.since <= last, Entitlement.until >= Entitlement.since)
    return list(_lines(db, and_(VersionItem.unit == "weeks", *in_force)))


def is_counted(db: Session, entitlement: UUID, event: UUID) -> bool:
    of_event = (Consumption.entitlement == entitlement, Consumption.event == event)
    return db.scalar(select(Consumption.n).where(*of_event, Consumption.taken_back_at.is_(None))) is not None


def with_days(db: Session, contracts: Collection[UUID], on: date) -> list[Line]:
    """Of these contracts, in their year in which `on` lies, what is promised so many times that each has its
    days."""
    in_force = (Entitlement.since <= on, Entitlement.until >= on, Entitlement.until >= Entitlement.since)
    fixed = (VersionItem.unit == "times", Entitlement.promised.between(1, MOST_OFTEN))
    return list(_lines(db, and_(Entitlement.contract.in_(contracts), *in_force, *fixed)))


def promising(db: Session, kinds: Collection[Evidence], on: date) -> set[UUID]:
    """Contracts that have an item on that day which one of these events can show to be given."""
    shows = VersionItem.evidence.bool_op("&&")(literal(list(kinds), ARRAY(Text)))
    found = select(Entitlement.contract).join(VersionItem, VersionItem.id == Entitlement.item)
    return set(db.scalars(found.where(Entitlement.since <= on, Entitlement.until >= on, shows).distinct()))


def counted(db: Session, happened: Collection[UUID]) -> set[UUID]:
    """Those of these events that are counted already."""
    stands = (Consumption.event.in_(happened), Consumption.taken_back_at.is_(None))
    return set(db.scalars(select(Consumption.event).where(*stands)))


def behind(db: Session, on: date, *, most: int = 500) -> list[Line]:
    """Of which less than half was given with 90 days left, and nobody was told yet. What nothing counts is no
    debt that anybody could see."""
    ending = (Entitlement.until >= on, Entitlement.until <= on + WARN_WITHIN, Entitlement.since <= on)
    untold = Entitlement.id.not_in(select(DeliveryWarning.entitlement))
    lines = _lines(db, and_(*ending, untold, Entitlement.promised > 0))
    return [line for line in lines if line.standing(on) == "behind"][:most]


def warned(db: Session, entitlement: UUID, *, now: datetime) -> None:
    db.add(DeliveryWarning(entitlement=entitlement, warned_at=now))
    db.flush()


def _lines(db: Session, where: ColumnElement[bool]) -> Iterator[Line]:
    stands = and_(Consumption.entitlement == Entitlement.id, Consumption.taken_back_at.is_(None))
    count = select(func.count()).where(stands).scalar_subquery()
    rows = db.execute(
        select(Entitlement, VersionItem, Version.population, Package.code, count)
        .join(VersionItem, VersionItem.id == Entitlement.item)
        .join(Version, Version.id == VersionItem.version)
        .join(Package, Package.id == Version.package)
        .where(where)
        .order_by(Entitlement.contract, Entitlement.since, Package.code, VersionItem.place)
    )
    for row, item, population, package, given in rows:
        used = given if row.most is None else min(given, row.most)
        yield Line(
            entitlement=row.id,
            contract=row.contract,
            package=package,
            item=row.code,
            name=Said(item.name_zh, item.name_en),
            span=Span(row.since, row.until),
            promised=row.promised,
            most=row.most,
            used=used,
            beyond=given - used,
            unit=item.unit,
            payers=tuple(item.payers),
            evidence=tuple(item.evidence),
            population=tuple(item.population or population),
        )


def prices(db: Session, contract: UUID) -> list[Price]:
    """What each package of the contract costs for all its days, as of the day it was signed."""
    return [
        Price(row.version, row.begins, row.ends, row.price, row.waived) for row in _packages(db, contract)
    ]


def _packages(db: Session, contract: UUID) -> list[ContractPackage]:
    of_contract = select(ContractPackage).where(ContractPackage.contract == contract)
    return list(db.scalars(of_contract.order_by(ContractPackage.begins, ContractPackage.noted_at)))
