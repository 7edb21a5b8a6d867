"""The table of consents. A row is ended, never changed otherwise and never deleted."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from sqlalchemy import LargeBinary, Text
from sqlalchemy.orm import Mapped, mapped_column

from clinician_api.consents.rules import Basis, EndedWhy, EvidenceKind, Purpose
from clinician_api.db import Base


class ConsentRow(Base):
    __tablename__ = "consent"

    id: Mapped[UUID] = mapped_column(primary_key=True)
    resident: Mapped[UUID]
    purpose: Mapped[Purpose] = mapped_column(Text)
    version: Mapped[int]
    text_sha256: Mapped[bytes] = mapped_column(LargeBinary)
    basis: Mapped[Basis] = mapped_column(Text)
    evidence_kind: Mapped[EvidenceKind] = mapped_column(Text)
    evidence: Mapped[UUID | None]
    account: Mapped[UUID | None]
    behalf: Mapped[UUID | None]
    since: Mapped[datetime]
    until: Mapped[datetime | None]
    ended_by: Mapped[UUID | None]
    why: Mapped[EndedWhy | None] = mapped_column(Text)
