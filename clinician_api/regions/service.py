"""Puts regions' files in force, and says what holds at an institution on a day."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import date, datetime
from decimal import Decimal
from hashlib import sha256
from typing import Any
from uuid import UUID

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from clinician_api.audit import service as audit
from clinician_api.audit.rules import By, Entry, Facts
from clinician_api.errors import InvalidError, NotFoundError
from clinician_api.identity import service as identity
from clinician_api.packages.years import day_of
from clinician_api.regions import rules
from clinician_api.regions.models import RegionConfig
from clinician_api.regions.rules import NATIONAL, Applied, Change, Held, RegionRules
from clinician_api.regions.schemas import RegionFile


def rules_at(db: Session, institution: UUID, on: date) -> RegionRules:
    """The nation's rules, with what its regions say over them, the nearest last."""
    region = identity.region_of(db, institution)
    return _rules(db, identity.regions_above(db, region) if region else [], on)


def holding(db: Session, region: UUID | None, on: date) -> tuple[Held, ...]:
    """Every number that holds in a region on a day, and which region said so; without one, the nation's."""
    above = identity.regions_above(db, region) if region else []
    layers = [(each, _rules(db, above[place:], on)) for place, each in enumerate(above)]
    return rules.held(reversed(layers))


def checked(file: RegionFile) -> RegionRules:
    """What the file alone would come to. Raises InvalidError where its numbers do not go together."""
    return _sound(_over(NATIONAL, file.said()))


def dry_run(db: Session, file: RegionFile) -> tuple[Change, ...]:
    """What would be different on the file's first day. Changes nothing."""
    above = _above(db, file)
    before = _rules(db, above, file.effective_from)
    return rules.changes(before, _sound(_over(before, file.said())))


def apply(db: Session, by: By, file: RegionFile, *, now: datetime) -> Applied:
    """Put it in force from its day on. The same file twice is one."""
    if file.effective_from < day_of(now):
        raise InvalidError("region.effective_in_the_past", "effective_from")
    dry_run(db, file)
    region = _region(db, file)
    said, digest = file.said(), _digest(file)
    last = _newest(db, region)
    if last is not None and (last.sha256, last.effective_from) == (digest, file.effective_from):
        return Applied(region, last.number, last.effective_from, digest)
    row = RegionConfig(
        region=region,
        number=last.number + 1 if last else 1,
        effective_from=file.effective_from,
        said=said,
        sha256=digest,
        applied_at=now,
        applied_by=by.account,
    )
    db.add(row)
    facts: Facts = {"number": row.number, "sha256": digest, "from": file.effective_from.isoformat()}
    audit.record(db, Entry("region.configured", by, target=("region", region), facts=facts), now=now)
    db.flush()
    return Applied(region, row.number, row.effective_from, digest)


def _region(db: Session, file: RegionFile) -> UUID:
    """By its code; made where there is none and the file names it."""
    found = identity.region_by_code(db, file.region.code)
    if found is not None:
        return found
    if file.region.name is None:
        raise NotFoundError("region.unknown", file.region.code)
    parent = identity.region_by_code(db, file.region.parent) if file.region.parent else None
    if file.region.parent and parent is None:
        raise NotFoundError("region.unknown", file.region.parent)
    return identity.create_region(db, file.region.code, file.region.name, parent=parent)


def _above(db: Session, file: RegionFile) -> Sequence[UUID]:
    for code in (file.region.code, file.region.parent):
        found = identity.region_by_code(db, code) if code else None
        if found is not None:
            return identity.regions_above(db, found)
    return []


def _rules(db: Session, regions: Sequence[UUID], on: date) -> RegionRules:
    held = NATIONAL
    for region in reversed(regions):
        row = _in_force(db, region, on)
        held = _over(held, row.said) if row else held
    return held


def _in_force(db: Session, region: UUID, on: date) -> RegionConfig | None:
    begun = select(RegionConfig).where(RegionConfig.region == region, RegionConfig.effective_from <= on)
    order = (RegionConfig.effective_from.desc(), RegionConfig.number.desc())
    return db.scalar(begun.order_by(*order).limit(1))


def _newest(db: Session, region: UUID) -> RegionConfig | None:
    """Under a lock on the region's rows, so that two files do not take one number."""
    db.execute(select(func.pg_advisory_xact_lock(func.hashtextextended(str(region), 0))))
    of_region = select(RegionConfig).where(RegionConfig.region == region)
    return db.scalar(of_region.order_by(RegionConfig.number.desc()).limit(1))


def _over(base: RegionRules, said: Mapping[str, Any]) -> RegionRules:
    """What is said goes before what holds; what is not said stays."""
    fees = dict(said.get("fees", {}))
    if "personal" in fees:
        fees["personal"] = Decimal(fees["personal"])
    if "waived_for" in fees:
        fees["waived_for"] = tuple(fees["waived_for"])
    clocks = dict(said.get("clocks", {}))
    if "renewal_reminders" in clocks:
        clocks["renewal_reminders"] = tuple(sorted(set(clocks["renewal_reminders"]), reverse=True))
    return RegionRules(
        terms=replace(base.terms, **said.get("terms", {})),
        capacity=replace(base.capacity, **said.get("capacity", {})),
        fees=replace(base.fees, **fees),
        reserve=replace(base.reserve, **said.get("reserve", {})),
        targets=replace(base.targets, **said.get("targets", {})),
        clocks=replace(base.clocks, **clocks),
    )


def _sound(held: RegionRules) -> RegionRules:
    wrong = next(rules.faults(held), None)
    if wrong is not None:
        raise InvalidError("region.contradicts_itself", wrong)
    return held


def _digest(file: RegionFile) -> str:
    return sha256(json.dumps(file.said(), sort_keys=True).encode()).hexdigest()
