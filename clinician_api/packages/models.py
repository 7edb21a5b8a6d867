"""The catalogue's tables, and those of what contracts were promised and given."""

from __future__ import annotations

from datetime import date, datetime
from decimal import Decimal
from uuid import UUID, uuid4

from sqlalchemy import ARRAY, Date, ForeignKey, Identity, Numeric, SmallInteger, Text
from sqlalchemy.orm import Mapped, mapped_column

from clinician_api.db import SCHEMA, Base
from clinician_api.packages.rules import Evidence, Kind, Payer, Population, Unit


class Package(Base):
    __tablename__ = "package"

    id: Mapped[UUID] = mapped_column(primary_key=True, default=uuid4)
    code: Mapped[str] = mapped_column(Text)
    kind: Mapped[Kind] = mapped_column(Text)
    region: Mapped[UUID | None]
    institution: Mapped[UUID | None]
    retired_from: Mapped[date | None] = mapped_column(Date)


class Version(Base):
    __tablename__ = "package_version"

    id: Mapped[UUID] = mapped_column(primary_key=True, default=uuid4)
    package: Mapped[UUID] = mapped_column(ForeignKey(f"{SCHEMA}.package.id"))
    number: Mapped[int] = mapped_column(SmallInteger)
    name_zh: Mapped[str] = mapped_column(Text)
    name_en: Mapped[str] = mapped_column(Text)
    about_zh: Mapped[str] = mapped_column(Text)
    about_en: Mapped[str] = mapped_column(Text)
    population: Mapped[list[Population]] = mapped_column(ARRAY(Text))
    price: Mapped[Decimal] = mapped_column(Numeric(8, 2))
    waived_for: Mapped[list[Population]] = mapped_column(ARRAY(Text))
    edition: Mapped[int]
    effective_from: Mapped[date | None] = mapped_column(Date)
    fingerprint: Mapped[str | None] = mapped_column(Text)
    published_at: Mapped[datetime | None]
    published_by: Mapped[UUID | None]


class VersionItem(Base):
    __tablename__ = "package_item"

    id: Mapped[UUID] = mapped_column(primary_key=True, default=uuid4)
    version: Mapped[UUID] = mapped_column(ForeignKey(f"{SCHEMA}.package_version.id"))
    place: Mapped[int] = mapped_column(SmallInteger)
    code: Mapped[str] = mapped_column(Text)
    name_zh: Mapped[str] = mapped_column(Text)
    name_en: Mapped[str] = mapped_column(Text)
    note_zh: Mapped[str] = mapped_column(Text)
    note_en: Mapped[str] = mapped_column(Text)
    promised: Mapped[int] = mapped_column(SmallInteger)
    most: Mapped[int | None] = mapped_column(SmallInteger)
    unit: Mapped[Unit] = mapped_column(Text)
    payers: Mapped[list[Payer]] = mapped_column(ARRAY(Text))
    evidence: Mapped[list[Evidence]] = mapped_column(ARRAY(Text))
    population: Mapped[list[Population]] = mapped_column(ARRAY(Text))


class ContractPackage(Base):
    """A version within a contract, at the price of the day it was signed."""

    __tablename__ = "contract_package"

    id: Mapped[UUID] = mapped_column(primary_key=True, default=uuid4)
    contract: Mapped[UUID]
    version: Mapped[UUID] = mapped_column(ForeignKey(f"{SCHEMA}.package_version.id"))
    begins: Mapped[date] = mapped_column(Date)
    ends: Mapped[date] = mapped_column(Date)
    price: Mapped[Decimal] = mapped_column(Numeric(8, 2))
    waived: Mapped[Decimal] = mapped_column(Numeric(8, 2))
    noted_at: Mapped[datetime]


class Entitlement(Base):
    """An item of a contract's package in one year of the contract."""

    __tablename__ = "entitlement"

    id: Mapped[UUID] = mapped_column(primary_key=True, default=uuid4)
    contract: Mapped[UUID]
    contract_package: Mapped[UUID] = mapped_column(ForeignKey(f"{SCHEMA}.contract_package.id"))
    item: Mapped[UUID] = mapped_column(ForeignKey(f"{SCHEMA}.package_item.id"))
    code: Mapped[str] = mapped_column(Text)
    since: Mapped[date] = mapped_column(Date)
    until: Mapped[date] = mapped_column(Date)
    promised: Mapped[int] = mapped_column(SmallInteger)
    most: Mapped[int | None] = mapped_column(SmallInteger)


class Consumption(Base):
    """A real event that an item was given by. It stays; one that was undone is taken back."""

    __tablename__ = "consumption"

    n: Mapped[int] = mapped_column(Identity(always=True), primary_key=True)
    entitlement: Mapped[UUID] = mapped_column(ForeignKey(f"{SCHEMA}.entitlement.id"))
    event_kind: Mapped[Evidence] = mapped_column(Text)
    event: Mapped[UUID]
    at: Mapped[datetime]
    noted_at: Mapped[datetime]
    taken_back_at: Mapped[datetime | None]


class DeliveryWarning(Base):
    """That a team was told that less than half was given; once for each item and year."""

    __tablename__ = "delivery_warning"

    entitlement: Mapped[UUID] = mapped_column(ForeignKey(f"{SCHEMA}.entitlement.id"), primary_key=True)
    warned_at: Mapped[datetime]
