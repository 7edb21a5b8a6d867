"""The monthly partitions of `readings`. There is no default partition: it would block every later change."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Final, LiteralString, Self

from psycopg import Connection, sql

AHEAD: Final = 6
"""Months that stand ready after the current one."""

_LOCK: Final = 0x6865617274680002


@dataclass(frozen=True, slots=True, order=True)
class Month:
    """A calendar month in UTC."""

    year: int
    month: int

    @classmethod
    def of(cls, moment: datetime) -> Self:
        """The month of a moment that is given in UTC."""
        return cls(moment.year, moment.month)

    def after(self, months: int) -> Month:
        year, month = divmod(self.year * 12 + self.month - 1 + months, 12)
        return Month(year, month + 1)

    @property
    def begin(self) -> str:
        return f"{self.year:04}-{self.month:02}-01 00:00:00+00"

    @property
    def table(self) -> str:
        return f"readings_{self.year:04}_{self.month:02}"


class Months:
    """The partitions known to stand, so that a reading's month is created only when it is missing."""

    def __init__(self) -> None:
        self._standing: set[Month] = set()

    def forget(self) -> None:
        """Look again: somebody may have detached a month."""
        self._standing.clear()

    def prepare(self, connection: Connection, now: datetime) -> None:
        """Create the current month and those ahead."""
        self.ensure(connection, [Month.of(now).after(months) for months in range(AHEAD + 1)])

    def ensure(self, connection: Connection, months: Iterable[Month]) -> None:
        """Create what is missing, in a transaction of its own."""
        missing = set(months) - self._standing
        for month in sorted(missing):
            with connection.transaction():
                _create(connection, month)
            self._standing.add(month)


_CREATE: Final[tuple[LiteralString, ...]] = (
    "create table ingest.{table} (like ingest.readings including defaults including constraints)",
    # With the bounds as a constraint, attaching need not scan the table under its lock.
    "alter table ingest.{table} add constraint bounds check (taken_at >= {begin} and taken_at < {end})",
    "alter table ingest.readings attach partition ingest.{table} for values from ({begin}) to ({end})",
    "alter table ingest.{table} drop constraint bounds",
)


def _create(connection: Connection, month: Month) -> None:
    connection.execute("select pg_advisory_xact_lock(%s)", (_LOCK,))
    names = {
        "table": sql.Identifier(month.table),
        "begin": sql.Literal(month.begin),
        "end": sql.Literal(month.after(1).begin),
    }
    if not _stands(connection, month):
        for statement in _CREATE:
            connection.execute(sql.SQL(statement).format(**names))


def _stands(connection: Connection, month: Month) -> bool:
    found = connection.execute(
        "select from pg_inherits"
        " where inhparent = 'ingest.readings'::regclass and inhrelid = to_regclass(%s)",
        (f"ingest.{month.table}",),
    )
    return found.fetchone() is not None
