"""The database as rooms see it: the declarative base, and one session a request that commits once."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime
from typing import Annotated, Any, Final
from uuid import UUID

from fastapi import Depends, Request
from sqlalchemy import DateTime, Engine, MetaData, Uuid, create_engine, make_url
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.orm import DeclarativeBase, Session, sessionmaker

SCHEMA: Final = "care"

_NAMES: Final = {
    "ix": "ix_%(table_name)s_%(column_0_N_name)s",
    "uq": "uq_%(table_name)s_%(column_0_N_name)s",
    "ck": "ck_%(table_name)s_%(constraint_name)s",
    "fk": "fk_%(table_name)s_%(column_0_N_name)s",
    "pk": "pk_%(table_name)s",
}

# A request that hangs would hold back every reader's horizon (cursors read behind the oldest transaction).
_GUARDS: Final = "-c timezone=UTC -c statement_timeout=15s -c idle_in_transaction_session_timeout=15s"

Sessions = sessionmaker[Session]


class Base(DeclarativeBase):
    """Of every table of the rooms. Times carry a zone; relationships between rooms are ids."""

    metadata = MetaData(schema=SCHEMA, naming_convention=_NAMES)
    type_annotation_map = {datetime: DateTime(timezone=True), UUID: Uuid(), dict[str, Any]: JSONB()}  # noqa: RUF012


def connect(database_url: str, *, pool: int = 10) -> Engine:
    """`database_url` as libpq understands it."""
    url = make_url(database_url).set(drivername="postgresql+psycopg")
    return create_engine(url, pool_size=pool, max_overflow=pool, connect_args={"options": _GUARDS})


def sessions(engine: Engine) -> Sessions:
    return sessionmaker(engine, expire_on_commit=False)


def session(request: Request) -> Iterator[Session]:
    """One transaction a request: committed when the route returns, before a byte of the answer leaves."""
    factory: Sessions = request.app.state.sessions
    with factory() as db:
        yield db
        db.commit()


# scope="function": the commit comes before the response, so that nobody is told of what was not stored.
Db = Annotated[Session, Depends(session, scope="function")]
