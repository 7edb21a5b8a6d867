"""Tables of agreements. Rows are only ever added; triggers refuse the rest."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any
from uuid import UUID

from sqlalchemy import Date, Integer, Text
from sqlalchemy.orm import Mapped, mapped_column

from clinician_api.agreements.rules import Language
from clinician_api.db import Base


class AgreementTemplate(Base):
    """A version of the text in one language, in force from the day `since` until a newer one is."""

    __tablename__ = "agreement_template"

    id: Mapped[UUID] = mapped_column(primary_key=True)
    language: Mapped[Language] = mapped_column(Text)
    version: Mapped[int] = mapped_column(Integer)
    body: Mapped[str] = mapped_column(Text)
    since: Mapped[date] = mapped_column(Date)
    written_at: Mapped[datetime]
    account: Mapped[UUID | None]


class Agreement(Base):
    """What was agreed, frozen before anybody signed: `sha256` is of every word and every fact of it."""

    __tablename__ = "agreement"

    id: Mapped[UUID] = mapped_column(primary_key=True)
    contract: Mapped[UUID]
    resident: Mapped[UUID]
    terms: Mapped[dict[str, Any]]
    templates: Mapped[dict[str, Any]]
    sha256: Mapped[str] = mapped_column(Text)
    frozen_at: Mapped[datetime]


class AgreementSeal(Base):
    """Both signatures, and the digest of the PDF that has them: the file itself lies in the vault."""

    __tablename__ = "agreement_seal"

    agreement: Mapped[UUID] = mapped_column(primary_key=True)
    institution: Mapped[UUID]
    signatures: Mapped[dict[str, Any]]
    document_sha256: Mapped[str] = mapped_column(Text)
    sealed_at: Mapped[datetime]


class RightsReceipt(Base):
    """Who read the rights and duties, in which wording and language."""

    __tablename__ = "rights_receipt"

    id: Mapped[UUID] = mapped_column(primary_key=True)
    resident: Mapped[UUID]
    contract: Mapped[UUID]
    version: Mapped[int] = mapped_column(Integer)
    language: Mapped[Language] = mapped_column(Text)
    account: Mapped[UUID | None]
    read_at: Mapped[datetime]
