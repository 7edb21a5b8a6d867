"""Writing the catalogue: drafts, and publishing them. What was published changes neither here nor in SQL."""

from __future__ import annotations

from datetime import date, datetime
from uuid import UUID, uuid4

from sqlalchemy import func, select
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.orm import Session

from clinician_api.audit import service as audit
from clinician_api.audit.rules import By, Entry, Facts
from clinician_api.errors import About, ConflictError, InvalidError, NotFoundError
from clinician_api.packages import rules, stored
from clinician_api.packages.models import Package, Version
from clinician_api.packages.rules import Offer, PackageVersion
from clinician_api.packages.years import day_of


def create(
    db: Session,
    by: By,
    offer: Offer,
    *,
    region: UUID | None = None,
    institution: UUID | None = None,
    now: datetime,
) -> UUID:
    """A new package with a first draft: the draft's id."""
    rules.checked(offer)
    said = {
        "id": uuid4(),
        "code": offer.code,
        "kind": offer.kind,
        "region": region,
        "institution": institution,
    }
    made = db.scalar(insert(Package).values(said).on_conflict_do_nothing().returning(Package))
    if made is None:
        raise ConflictError("package.code_taken")
    return _draft(db, by, made, offer, now=now)


def codes(db: Session, *, region: UUID | None = None, institution: UUID | None = None) -> set[str]:
    """Of the packages there are, drafts and retired ones too."""
    there = (
        Package.region.is_not_distinct_from(region),
        Package.institution.is_not_distinct_from(institution),
    )
    return set(db.scalars(select(Package.code).where(*there)))


def newest(db: Session, *, institution: UUID | None) -> dict[str, PackageVersion]:
    """Of everybody's packages, or an institution's: by code the newest version, be it a draft."""
    of_place = (Package.region.is_(None), Package.institution.is_not_distinct_from(institution))
    rows = db.execute(
        select(Version, Package)
        .join(Package, Package.id == Version.package)
        .where(*of_place)
        .order_by(Version.number)
    )
    return {each.offer.code: each for each in stored.versions_of(db, [(row, own) for row, own in rows])}


def redraft(db: Session, by: By, package: UUID, *, now: datetime) -> UUID:
    """The package's open draft; if it has none, a new one that says what its newest version says."""
    row = _lock(db, package)
    newest = db.scalar(
        select(Version).where(Version.package == package).order_by(Version.number.desc()).limit(1)
    )
    if newest is None:
        raise NotFoundError("package.unknown", about=About("package", package))
    if newest.published_at is None:
        return newest.id
    [said] = stored.versions_of(db, [(newest, row)])
    return _draft(db, by, row, said.offer, now=now)


def change(db: Session, by: By, version: UUID, edition: int, offer: Offer, *, now: datetime) -> None:
    """Make a draft say `offer`. `edition` is of the draft that the asker saw: another one is a conflict."""
    row, package = _draft_of(db, version, edition)
    if (offer.code, offer.kind) != (package.code, package.kind):
        raise InvalidError("package.code_is_fixed", "code")
    stored.write(db, row, rules.checked(offer))
    row.edition += 1
    _write_down(db, "package.changed", by, row, now=now)


def publish(
    db: Session, by: By, version: UUID, edition: int, *, effective_from: date, now: datetime
) -> PackageVersion:
    """From that day on it is what is offered; contracts that were signed keep what they have."""
    row, package = _draft_of(db, version, edition)
    if effective_from < day_of(now):
        raise InvalidError("package.effective_in_the_past", "effective_from")
    [said] = stored.versions_of(db, [(row, package)])
    row.fingerprint = rules.fingerprint(rules.checked(said.offer))
    row.effective_from, row.published_at, row.published_by = effective_from, now, by.account
    _write_down(db, "package.published", by, row, now=now)
    return stored.versions_of(db, [(row, package)])[0]


def discard(db: Session, by: By, version: UUID, edition: int, *, now: datetime) -> None:
    """Throw a draft away: nobody was ever offered it."""
    row, _ = _draft_of(db, version, edition)
    stored.clear(db, row.id)
    _write_down(db, "package.discarded", by, row, now=now)
    db.delete(row)
    db.flush()


def retire(db: Session, by: By, package: UUID, *, from_day: date | None, now: datetime) -> None:
    """From that day on it is not offered; None takes that back."""
    row = _lock(db, package)
    if from_day is not None and from_day < day_of(now):
        raise InvalidError("package.effective_in_the_past", "retired_from")
    row.retired_from = from_day
    facts = {"retired_from": from_day.isoformat() if from_day else None}
    audit.record(db, Entry("package.retired", by, target=("package", package), facts=facts), now=now)
    db.flush()


def _draft(db: Session, by: By, package: Package, offer: Offer, *, now: datetime) -> UUID:
    last = db.scalar(select(func.max(Version.number)).where(Version.package == package.id)) or 0
    row = Version(package=package.id, number=last + 1, edition=1)
    stored.write(db, row, offer)
    _write_down(db, "package.drafted", by, row, now=now)
    return row.id


def _draft_of(db: Session, version: UUID, edition: int) -> tuple[Version, Package]:
    row = db.scalar(select(Version).where(Version.id == version).with_for_update())
    if row is None:
        raise NotFoundError("package.unknown", about=About("package_version", version))
    if row.published_at is not None:
        raise ConflictError("package.is_published", about=About("package_version", version))
    if row.edition != edition:
        raise ConflictError("package.draft_changed", about=About("package_version", version))
    return row, db.get_one(Package, row.package)


def _lock(db: Session, package: UUID) -> Package:
    row = db.scalar(select(Package).where(Package.id == package).with_for_update())
    if row is None:
        raise NotFoundError("package.unknown", about=About("package", package))
    return row


def _write_down(db: Session, action: str, by: By, row: Version, *, now: datetime) -> None:
    facts: Facts = {"package": str(row.package), "number": row.number, "edition": row.edition}
    audit.record(db, Entry(action, by, target=("package_version", row.id), facts=facts), now=now)
    db.flush()
