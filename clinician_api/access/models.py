"""The tables of grants."""

from __future__ import annotations

from datetime import datetime
from typing import Literal
from uuid import UUID

from sqlalchemy import Text
from sqlalchemy.dialects.postgresql import ARRAY
from sqlalchemy.orm import Mapped, mapped_column

from clinician_api.access.rules import Scope
from clinician_api.db import Base


class AccessGrant(Base):
    __tablename__ = "access_grant"

    id: Mapped[UUID] = mapped_column(primary_key=True)
    kind: Mapped[Literal["team", "duty_desk", "self", "proxy"]] = mapped_column(Text)
    grantee: Mapped[UUID]
    institution: Mapped[UUID | None]
    resident: Mapped[UUID]
    since: Mapped[datetime]
    until: Mapped[datetime | None]
    source_kind: Mapped[Literal["account", "contract", "episode", "proxy"]] = mapped_column(Text)
    source: Mapped[UUID]
    scope: Mapped[list[Scope]] = mapped_column(ARRAY(Text))


class StewardGrant(Base):
    __tablename__ = "steward_grant"

    id: Mapped[UUID] = mapped_column(primary_key=True)
    account: Mapped[UUID]
    institution: Mapped[UUID | None]
    since: Mapped[datetime]
    until: Mapped[datetime | None]
