"""The tables of grants."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from sqlalchemy import Text
from sqlalchemy.dialects.postgresql import ARRAY
from sqlalchemy.orm import Mapped, mapped_column

from clinician_api.access.rules import GrantKind, Scope, SourceKind
from clinician_api.db import Base


class AccessGrant(Base):
    __tablename__ = "access_grant"

    id: Mapped[UUID] = mapped_column(primary_key=True)
    kind: Mapped[GrantKind] = mapped_column(Text)
    grantee: Mapped[UUID]
    institution: Mapped[UUID | None]
    resident: Mapped[UUID]
    since: Mapped[datetime]
    until: Mapped[datetime | None]
    source_kind: Mapped[SourceKind] = mapped_column(Text)
    source: Mapped[UUID]
    scope: Mapped[list[Scope]] = mapped_column(ARRAY(Text))


class AccessBar(Base):
    """While it stands, no grant of that kind gives sight of the resident, whoever wrote it and whenever."""

    __tablename__ = "access_bar"

    id: Mapped[UUID] = mapped_column(primary_key=True)
    resident: Mapped[UUID]
    kind: Mapped[GrantKind] = mapped_column(Text)
    since: Mapped[datetime]
    until: Mapped[datetime | None]


class StewardGrant(Base):
    __tablename__ = "steward_grant"

    id: Mapped[UUID] = mapped_column(primary_key=True)
    account: Mapped[UUID]
    institution: Mapped[UUID | None]
    since: Mapped[datetime]
    until: Mapped[datetime | None]
