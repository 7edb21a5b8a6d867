"""What an administrator does to their institution's catalogue. Others' packages look as if there were none;
everybody's can be looked at, and adapted into one's own."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID

from sqlalchemy import or_, select
from sqlalchemy.orm import Session

from clinician_api.access import service as access
from clinician_api.access.rules import Actor
from clinician_api.audit.rules import By
from clinician_api.errors import About, NotAllowedError, NotFoundError
from clinician_api.identity import training
from clinician_api.packages import catalogue, rules, service, stored
from clinician_api.packages.models import Package, Version
from clinician_api.packages.rules import Offer, PackageVersion, Shelf
from clinician_api.packages.years import day_of


@dataclass(frozen=True, slots=True)
class Editor:
    """Somebody who writes an institution's catalogue, and when."""

    db: Session
    by: By
    institution: UUID
    now: datetime


def editor(db: Session, actor: Actor, *, now: datetime) -> Editor:
    if actor.institution is None:
        raise NotAllowedError("role.not_allowed")
    return Editor(db, access.by(actor), actor.institution, now)


def shelves(edits: Editor) -> list[Shelf]:
    """The institution's own packages and everybody's, by kind and code."""
    everybodys = (Package.institution.is_(None)) & (Package.region.is_(None))
    near = select(Package).where(or_(everybodys, Package.institution == edits.institution))
    packages = {row.id: row for row in edits.db.scalars(near)}
    rows = edits.db.scalars(
        select(Version).where(Version.package.in_(packages)).order_by(Version.number.desc())
    )
    found: dict[UUID, list[PackageVersion]] = {}
    for each in stored.versions_of(edits.db, [(row, packages[row.package]) for row in rows]):
        found.setdefault(each.package, []).append(each)
    made = [_shelf(packages[each], tuple(held), day_of(edits.now)) for each, held in found.items()]
    return sorted(made, key=_order)


def _order(shelf: Shelf) -> tuple[int, str, bool]:
    kind = ("basic", "personal", "value_added").index(shelf.newest.offer.kind)
    return kind, shelf.newest.offer.code, not shelf.is_own


def _shelf(package: Package, versions: tuple[PackageVersion, ...], today: date) -> Shelf:
    ahead = [each for each in versions if each.effective_from is not None and each.effective_from > today]
    return Shelf(
        package=package.id,
        versions=versions,
        current=rules.in_force(versions, today),
        coming=ahead[-1] if ahead else None,
        draft=next((each for each in versions if not each.is_published), None),
        retired_from=package.retired_from,
        is_own=package.institution is not None,
    )


def shelf(edits: Editor, package: UUID) -> Shelf:
    found = next((each for each in shelves(edits) if each.package == package), None)
    if found is None or (not found.is_own and found.current is None):
        raise NotFoundError("package.unknown", about=About("package", package))
    return found


def own_version(edits: Editor, version: UUID) -> PackageVersion:
    """Raises NotFoundError where it is not of this institution."""
    found = service.version(edits.db, version)
    if found.institution != edits.institution:
        raise NotFoundError("package.unknown", about=About("package_version", version))
    return found


def create(edits: Editor, offer: Offer) -> UUID:
    return catalogue.create(edits.db, edits.by, offer, institution=edits.institution, now=edits.now)


def adapt(edits: Editor, package: UUID) -> UUID:
    """Begin one's own from everybody's: with the same code it goes before that one."""
    found = shelf(edits, package)
    said = found.current or found.newest
    return redraft(edits, package) if found.is_own else create(edits, said.offer)


def redraft(edits: Editor, package: UUID) -> UUID:
    _own_package(edits, package)
    return catalogue.redraft(edits.db, edits.by, package, now=edits.now)


def change(edits: Editor, version: UUID, edition: int, offer: Offer) -> None:
    own_version(edits, version)
    catalogue.change(edits.db, edits.by, version, edition, offer, now=edits.now)


def publish(edits: Editor, version: UUID, edition: int, effective_from: date) -> PackageVersion:
    own_version(edits, version)
    training.require(edits.db, edits.by.account, edits.institution, "publish_catalogue", now=edits.now)
    return catalogue.publish(
        edits.db, edits.by, version, edition, effective_from=effective_from, now=edits.now
    )


def discard(edits: Editor, version: UUID, edition: int) -> None:
    own_version(edits, version)
    catalogue.discard(edits.db, edits.by, version, edition, now=edits.now)


def retire(edits: Editor, package: UUID, from_day: date | None) -> None:
    _own_package(edits, package)
    catalogue.retire(edits.db, edits.by, package, from_day=from_day, now=edits.now)


def _own_package(edits: Editor, package: UUID) -> None:
    if not shelf(edits, package).is_own:
        raise NotFoundError("package.unknown", about=About("package", package))
