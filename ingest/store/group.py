"""The group commit: many batches in one transaction, their fate settled when it returns."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from typing import Final
from uuid import UUID
from zoneinfo import ZoneInfo

from psycopg import Connection, Cursor, DataError, IntegrityError
from psycopg.errors import QueryCanceled

from ingest.door.accept import Accepted, Rejected
from ingest.door.attribution import Binding, owner
from ingest.door.clock import Taken, taken_at
from ingest.door.ledger import Verdict
from ingest.door.quarantine import CAP_OF_CONTRADICTIONS, Evidence, of_batch, of_contradiction
from ingest.months import Month
from ingest.store import ledger, quarantine, readings
from ingest.store.ledger import Batch, Entry
from ingest.store.months import Months
from ingest.store.rows import Incoming

CHANNEL: Final = "readings"
"""Of NOTIFY: one empty word after each group that stored something; whoever listens polls as well."""

UNSTORABLE: Final = (DataError, IntegrityError, OverflowError)

TOO_MUCH: Final = (QueryCanceled,)
"""The statement took longer than it may: a slow database gets less at a time, or it would never finish."""

_BINDINGS: Final = """
select b.home, b.meter, b.slot, b.resident, b.since, b.until
from ingest.meter_binding b join unnest(%s::uuid[], %s::text[]) as n (home, meter) using (home, meter)
"""

HomeMeter = tuple[UUID, str]


@dataclass(frozen=True, slots=True)
class Group:
    """What is settled together: authentic batches, and messages that nobody vouches for."""

    batches: Sequence[Batch]
    strays: Sequence[Evidence] = ()


class Store:
    """Commits groups on one connection. `lineage` is the database's life; `region` dates meter clocks."""

    def __init__(
        self, connection: Connection, *, lineage: int, region: ZoneInfo, at: Callable[[str], None]
    ) -> None:
        """The connection commits by itself. `at` is told of the crash point just before a commit."""
        self._connection = connection
        self._at = at
        self._lineage = lineage
        self._region = region
        self._months = Months()

    def prepare(self, now: datetime) -> None:
        """Create the months ahead."""
        self._months.prepare(self._connection, now)

    def commit(self, group: Group, now: datetime) -> list[Verdict | None]:
        """The fate of each batch, committed. None: quarantine is full, so it must not be answered.

        A batch that the database cannot take is found by halving the group and rejected; the rest is stored.
        Raises psycopg.OperationalError with nothing committed, or nothing known to be.
        """
        try:
            return self._settle(group, now)
        except TOO_MUCH:
            if len(group.batches) < 2:
                raise
            return self._halve(group, now)
        except UNSTORABLE as error:
            self._months.forget()
            return self._narrow(group, now, error)

    def add(self, batch: Accepted, now: datetime) -> bool:
        """Store the readings of a batch that takes no place in the ledger: what a person brought back from
        quarantine. False where one contradicts what is stored under its id. Joins a transaction that is open.
        Raises one of UNSTORABLE with nothing stored."""
        moments = self._date(batch, now)
        with self._connection.transaction(), self._connection.cursor() as cursor:
            self._months.ensure(self._connection, _months([moments]))
            contradictions = readings.store(cursor, _attribute(cursor, [(batch, moments)]), now)
            cursor.execute(f"notify {CHANNEL}")
        return not contradictions

    def _halve(self, group: Group, now: datetime) -> list[Verdict | None]:
        middle = len(group.batches) // 2
        halves = Group(group.batches[:middle], group.strays), Group(group.batches[middle:])
        return [verdict for half in halves for verdict in self.commit(half, now)]

    def _narrow(self, group: Group, now: datetime, error: Exception) -> list[Verdict | None]:
        if len(group.batches) > 1:
            return self._halve(group, now)
        try:
            return self._settle(group, now)
        except UNSTORABLE:
            return self._settle(replace(group, batches=[_unstorable(group.batches[0], error)]), now)

    def _settle(self, group: Group, now: datetime) -> list[Verdict | None]:
        dated = [self._date(batch, now) for batch in group.batches]
        # Whoever works for a year makes a year's months, each six months ahead.
        self._months.prepare(self._connection, now)
        self._months.ensure(self._connection, _months(dated))
        with self._connection.transaction(), self._connection.cursor() as cursor:
            verdicts = _judge(cursor, group, Entry(now, self._lineage))
            new = [
                (batch, moments)
                for batch, moments, verdict in zip(group.batches, dated, verdicts, strict=True)
                if isinstance(batch, Accepted) and verdict is not None and verdict.is_new
            ]
            contradictions = readings.store(cursor, _attribute(cursor, new), now)
            # Kept where there is room: their readings are stored, so their batches are answered all the same.
            evidence = [of_contradiction(item.batch, item.reading) for item in contradictions]
            quarantine.keep(cursor, evidence, now, cap=CAP_OF_CONTRADICTIONS)
            if new:
                cursor.execute(f"notify {CHANNEL}")
            self._at("commit.before")
        return verdicts

    def _date(self, batch: Batch, now: datetime) -> tuple[Taken, ...]:
        if isinstance(batch, Rejected):
            return ()
        return tuple(taken_at(reading, now, self._region, batch.boots) for reading in batch.readings)


def _judge(cursor: Cursor, group: Group, entry: Entry) -> list[Verdict | None]:
    """Enter the ledger and the quarantine. What quarantine has no room for leaves the ledger again."""
    verdicts = ledger.take(cursor, group.batches, entry)
    evidence = [
        (index, item)
        for index, (batch, verdict) in enumerate(zip(group.batches, verdicts, strict=True))
        for item in of_batch(batch, verdict)
    ]
    kept = quarantine.keep(cursor, [*group.strays, *(item for _, item in evidence)], entry.now)
    homeless = {
        index for (index, _), is_kept in zip(evidence, kept[len(group.strays) :], strict=True) if not is_kept
    }
    return _turn_away(cursor, group.batches, verdicts, homeless)


def _turn_away(
    cursor: Cursor, batches: Sequence[Batch], verdicts: Sequence[Verdict], homeless: set[int]
) -> list[Verdict | None]:
    places = {ledger.place_of(batches[index]) for index in homeless if verdicts[index].is_new}
    ledger.leave(cursor, places)
    return [
        None if index in homeless or ledger.place_of(batch) in places else verdict
        for index, (batch, verdict) in enumerate(zip(batches, verdicts, strict=True))
    ]


def _months(dated: Iterable[Iterable[Taken]]) -> set[Month]:
    pairs = {(taken.at.year, taken.at.month) for moments in dated for taken in moments}
    return {Month(year, month) for year, month in pairs}


def _attribute(cursor: Cursor, new: Sequence[tuple[Accepted, tuple[Taken, ...]]]) -> list[Incoming]:
    """Give each reading its resident, by the bindings of the home it comes from."""
    meters = [{reading.meter.key for reading in batch.readings} for batch, _ in new]
    pairs = {(batch.home, meter) for (batch, _), keys in zip(new, meters, strict=True) for meter in keys}
    bindings = _bindings(cursor, pairs)
    incoming = []
    for (batch, moments), keys in zip(new, meters, strict=True):
        # A home's meters are few: what is known of them is looked up once a batch.
        known = {meter: bindings.get((batch.home, meter), ()) for meter in keys}
        for reading, taken in zip(batch.readings, moments, strict=True):
            resident = owner(known[reading.meter.key], slot=reading.user, at=taken.at)
            incoming.append(Incoming(reading, batch, taken, resident))
    return incoming


def _bindings(cursor: Cursor, pairs: Iterable[HomeMeter]) -> dict[HomeMeter, list[Binding]]:
    columns = [list(column) for column in zip(*pairs, strict=True)]
    found: dict[HomeMeter, list[Binding]] = {}
    if columns:
        for home, meter, slot, resident, *between in cursor.execute(_BINDINGS, columns):
            # As the session's zone would have them, each comparison costs microseconds.
            since, until = [moment and moment.astimezone(UTC) for moment in between]
            found.setdefault((home, meter), []).append(Binding(slot, resident, since, until))
    return found


def _unstorable(batch: Batch, error: Exception) -> Rejected:
    """Names the kind of error only: its text may quote a reading."""
    return Rejected(batch.sealed, batch.signer, f"unstorable: {type(error).__name__}")
