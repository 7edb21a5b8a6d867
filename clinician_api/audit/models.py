"""Tables of the audit. Rows are only ever added; triggers refuse the rest."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, datetime
from typing import Any
from uuid import UUID

from sqlalchemy import (
    ARRAY,
    BigInteger,
    BindParameter,
    ColumnElement,
    Date,
    Dialect,
    Identity,
    LargeBinary,
    Text,
    cast,
    text,
)
from sqlalchemy.orm import Mapped, mapped_column
from sqlalchemy.types import UserDefinedType

from clinician_api.audit.rules import Outcome
from clinician_api.db import Base


class Xid8(UserDefinedType[int]):
    """PostgreSQL's transaction id that never wraps. It knows no arithmetic, so it travels as text."""

    cache_ok = True

    def get_col_spec(self, **_options: object) -> str:
        return "xid8"

    def bind_expression(self, bindvalue: BindParameter[int]) -> ColumnElement[Any]:
        return cast(cast(bindvalue, Text), self)

    def bind_processor(self, dialect: Dialect) -> Callable[[int | None], str]:  # noqa: ARG002 (SQLAlchemy's)
        return str

    def column_expression(self, column: ColumnElement[Any]) -> ColumnElement[Any]:
        return cast(cast(column, Text), BigInteger)


class AuditEntry(Base):
    __tablename__ = "audit_entry"

    seq: Mapped[int] = mapped_column(BigInteger, Identity(always=True), primary_key=True)
    tx: Mapped[int] = mapped_column(Xid8(), server_default=text("pg_current_xact_id()"))
    at: Mapped[datetime]
    account: Mapped[UUID | None]
    login: Mapped[UUID | None]
    on_behalf_of: Mapped[UUID | None]
    action: Mapped[str] = mapped_column(Text)
    outcome: Mapped[Outcome] = mapped_column(Text)
    resident: Mapped[UUID | None]
    target_kind: Mapped[str | None] = mapped_column(Text)
    target: Mapped[UUID | None]
    purpose: Mapped[str | None] = mapped_column(Text)
    facts: Mapped[dict[str, Any]]

    __mapper_args__ = {"eager_defaults": False}  # noqa: RUF012 (SQLAlchemy's own way)


class AuditSeal(Base):
    __tablename__ = "audit_seal"

    n: Mapped[int] = mapped_column(BigInteger, primary_key=True, autoincrement=False)
    first_tx: Mapped[int] = mapped_column(Xid8())
    first_seq: Mapped[int] = mapped_column(BigInteger)
    last_tx: Mapped[int] = mapped_column(Xid8())
    last_seq: Mapped[int] = mapped_column(BigInteger)
    seqs: Mapped[list[int]] = mapped_column(ARRAY(BigInteger))
    leaves: Mapped[bytes] = mapped_column(LargeBinary)
    hash: Mapped[bytes] = mapped_column(LargeBinary)
    at: Mapped[datetime]


class AuditAnchor(Base):
    __tablename__ = "audit_anchor"

    day: Mapped[date] = mapped_column(Date, primary_key=True)
    n: Mapped[int] = mapped_column(BigInteger)
    hash: Mapped[bytes] = mapped_column(LargeBinary)
    at: Mapped[datetime]
