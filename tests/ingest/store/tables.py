"""What a test asks of the tables, and how it fills them."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Self
from uuid import UUID
from zoneinfo import ZoneInfo

import psycopg
from psycopg import sql

from device_drivers.wire.batch import Sealed
from device_drivers.wire.codec import encode
from ingest.door.accept import Accepted, Rejected, accept
from ingest.door.enrolled import Fleet
from ingest.door.ledger import Verdict
from ingest.store.group import Group, Store
from tests.ingest.making import NOON, Gateway

Row = tuple[object, ...]


@dataclass
class Tables:
    """A store over a test's database."""

    connection: psycopg.Connection
    store: Store

    @classmethod
    def at(cls, url: str, *, lineage: int = 1) -> Self:
        connection = psycopg.connect(url, autocommit=True)
        return cls(
            connection,
            Store(connection, lineage=lineage, region=ZoneInfo("Asia/Shanghai"), at=lambda _point: None),
        )

    def commit(self, *batches: Accepted | Rejected, now: datetime = NOON) -> list[Verdict | None]:
        return self.store.commit(Group(batches), now)

    def send(self, gateway: Gateway, *sealed: Sealed, now: datetime = NOON) -> list[str | None]:
        """Take batches through the door into the tables, as one group; answers their outcomes."""
        verdicts = self.commit(*(judged(batch, gateway) for batch in sealed), now=now)
        return [None if verdict is None else verdict.outcome for verdict in verdicts]

    def bind(self, gateway: Gateway, meter: str, resident: UUID, *, slot: int | None = 1) -> None:
        self.connection.execute(
            "insert into ingest.meter_binding (home, meter, slot, resident, since)"
            " values (%s, %s, %s, %s, '2000-01-01')",
            (gateway.home, meter, slot, resident),
        )

    def all(self, query: str) -> list[Row]:
        return self.connection.execute(query.encode()).fetchall()

    def one(self, query: str) -> object:
        (row,) = self.all(query)
        return row[0]

    def count(self, table: str) -> int:
        count: int
        (count,) = self.connection.execute(
            sql.SQL("select count(*) from {}").format(sql.Identifier("ingest", table))
        ).fetchall()[0]
        return count


def judged(sealed: Sealed, gateway: Gateway) -> Accepted | Rejected:
    fleet: Fleet = {gateway.gateway: gateway.enrolled()}
    verdict = accept(encode(sealed), sealed.gateway, fleet)
    assert isinstance(verdict, Accepted | Rejected)
    return verdict


def seal_many(gateway: Gateway, count: int) -> Iterable[Sealed]:
    return [gateway.seal() for _ in range(count)]
