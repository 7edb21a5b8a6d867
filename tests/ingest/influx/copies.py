"""A copy on the stand-in, with what a test does to readings, copying and server."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from uuid import UUID, uuid4

from msgspec.structs import replace

from ingest.desk.revision import reattribute
from ingest.influx.bucket import Bucket
from ingest.influx.projection import Projection
from ingest.influx.verification import Finding, Verification
from ingest.store.steps import Deed
from tests.ingest.influx.in_force import in_force
from tests.ingest.influx.stand_in import Held, Name, StandIn, standing_in
from tests.ingest.making import CUFF, NOON, Gateway, make_body, make_reading
from tests.ingest.store.tables import Tables

HOUR = timedelta(hours=1)
LATER = NOON + 12 * HOUR
SINCE, UNTIL = datetime(2000, 1, 1, tzinfo=UTC), LATER + timedelta(days=1)

REVISED = """
create temporary table revised as
    select * from ingest.readings where reading_id = '{reading}' order by revision desc limit 1;
update revised set revision = revision + 1, {columns};
alter table revised drop column tx, drop column seq;
"""


@dataclass
class Copy:
    tables: Tables
    server: StandIn
    bucket: Bucket
    gateway: Gateway
    resident: UUID

    def store(self, *numbers: int) -> None:
        readings = [
            replace(each, heard=replace(each.heard, at=NOON - number * HOUR))
            for number in numbers
            for each in [make_reading(number)]
        ]
        self.tables.send(self.gateway, self.gateway.seal_body(make_body(*readings)), now=LATER)

    def revise(self, number: int, **columns: str) -> None:
        """A later revision that says this instead, each in SQL."""
        said = ", ".join(f"{name} = {value}" for name, value in columns.items())
        reading = make_reading(number).reading_id
        connection = self.tables.connection
        connection.execute(REVISED.format(reading=reading, columns=said).encode())
        names = self.tables.one(
            "select string_agg(quote_ident(attname), ', ' order by attnum) from pg_attribute"
            " where attrelid = 'revised'::regclass and attnum > 0 and not attisdropped"
        )
        self.tables.all(f"insert into ingest.readings ({names}) select {names} from revised returning 1")  # noqa: S608 - our own columns
        connection.execute("drop table revised")

    def give(self, number: int, resident: UUID) -> None:
        """It turned out to be another's."""
        key = CUFF.key, make_reading(number).reading_id
        reattribute(self.tables.connection, key, resident, Deed("steward-1", "her husband's", LATER))

    def copy(self) -> int:
        projection = Projection(self.tables.connection, self.bucket)
        return sum(iter(lambda: projection.step(LATER), 0))

    def verify(self) -> Finding:
        return Verification(self.tables.connection, self.bucket, most=7).verify(SINCE, UNTIL, LATER)

    def repair(self) -> Finding:
        return Verification(self.tables.connection, self.bucket, most=7).repair(SINCE, UNTIL, LATER + HOUR)

    def name(self, number: int) -> Name:
        reading = str(make_reading(number).reading_id)
        return next(name for name, fields in self.server.points.items() if fields["reading_id"] == reading)

    def in_force(self) -> Held:
        """What the server must hold, read from the tables apart from how it is copied."""
        return {
            Name("test", row.kind, tuple(sorted(row.tags.items())), row.at): row.fields
            for row in in_force(self.tables.connection)
        }


@contextmanager
def copying(database_url: str) -> Iterator[Copy]:
    tables, gateway, resident = Tables.at(database_url), Gateway(), uuid4()
    tables.bind(gateway, CUFF.key, resident)
    with standing_in() as server, Bucket(server.url, token="test", org="test", name="test") as bucket:
        yield Copy(tables, server, bucket, gateway, resident)
    tables.connection.close()
