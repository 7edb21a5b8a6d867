"""Between rows of the catalogue and the values that rules speak of."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from uuid import UUID

from sqlalchemy import delete, select
from sqlalchemy.orm import Session

from clinician_api.packages.models import Package, Version, VersionItem
from clinician_api.packages.rules import Item, Offer, PackageVersion, Said


def versions_of(db: Session, rows: Iterable[tuple[Version, Package]]) -> list[PackageVersion]:
    """In the order given, with their items."""
    found = list(rows)
    items = _items(db, [version.id for version, _ in found])
    return [_version(version, package, items.get(version.id, [])) for version, package in found]


def _items(db: Session, versions: Sequence[UUID]) -> dict[UUID, list[Item]]:
    rows = db.scalars(
        select(VersionItem).where(VersionItem.version.in_(versions)).order_by(VersionItem.place)
    )
    found: dict[UUID, list[Item]] = {}
    for row in rows:
        found.setdefault(row.version, []).append(item_of(row))
    return found


def item_of(row: VersionItem) -> Item:
    return Item(
        code=row.code,
        name=Said(row.name_zh, row.name_en),
        promised=row.promised,
        most=row.most,
        payers=tuple(row.payers),
        evidence=tuple(row.evidence),
        unit=row.unit,
        population=tuple(row.population),
        note=Said(row.note_zh, row.note_en),
    )


def _version(row: Version, package: Package, items: Sequence[Item]) -> PackageVersion:
    offer = Offer(
        code=package.code,
        kind=package.kind,
        name=Said(row.name_zh, row.name_en),
        about=Said(row.about_zh, row.about_en),
        population=tuple(row.population),
        price=row.price,
        waived_for=tuple(row.waived_for),
        items=tuple(items),
    )
    return PackageVersion(
        id=row.id,
        package=package.id,
        number=row.number,
        offer=offer,
        effective_from=row.effective_from,
        fingerprint=row.fingerprint,
        edition=row.edition,
        region=package.region,
        institution=package.institution,
    )


def write(db: Session, row: Version, offer: Offer) -> None:
    """Put what `offer` says into a draft; its items anew."""
    row.name_zh, row.name_en = offer.name.zh, offer.name.en
    row.about_zh, row.about_en = offer.about.zh, offer.about.en
    row.population, row.waived_for = list(offer.population), list(offer.waived_for)
    row.price = offer.price
    db.add(row)
    db.flush()
    clear(db, row.id)
    db.add_all(_item_row(row.id, place, item) for place, item in enumerate(offer.items))
    db.flush()


def clear(db: Session, version: UUID) -> None:
    """Take a draft's items away."""
    db.execute(delete(VersionItem).where(VersionItem.version == version))


def _item_row(version: UUID, place: int, item: Item) -> VersionItem:
    return VersionItem(
        version=version,
        place=place,
        code=item.code,
        name_zh=item.name.zh,
        name_en=item.name.en,
        note_zh=item.note.zh,
        note_en=item.note.en,
        promised=item.promised,
        most=item.most,
        unit=item.unit,
        payers=list(item.payers),
        evidence=list(item.evidence),
        population=list(item.population),
    )
