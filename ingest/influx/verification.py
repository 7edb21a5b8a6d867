"""Reads the copy back and compares it with the readings, point by point; mends what differs if told to.

It may run beside the copying: what differs is looked at again, since a reading may have been copied between
the two looks. A point counts as missing only where the cursor has passed its reading.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Final, Protocol
from uuid import UUID

from psycopg import Connection

from ingest.influx.differences import Difference, Slice, Spot, Trouble, Wanted, differences, slices
from ingest.influx.point import Point, Row, name_of, point
from ingest.influx.projection import NAME
from ingest.influx.refusals import Refusals
from ingest.influx.rows import Place, Rows, floor
from ingest.influx.writing import SECOND, Sink, Writer

_LOOKS: Final = 3


class Copy(Sink, Protocol):
    """A sink that can be read back. `seen` is what it gives back of a point that it holds well."""

    def held(self, begin: datetime, end: datetime) -> Iterable[Point]: ...
    def seen(self, one: Point) -> Point: ...


@dataclass(slots=True)
class Finding:
    """What a comparison came to. `waiting` readings are stored and not copied yet; `refused` points the
    server will not have."""

    since: datetime
    until: datetime
    readings: int = 0
    waiting: int = 0
    refused: int = 0
    missing: int = 0
    wrong: int = 0
    extra: int = 0
    mended: int = 0
    residents: set[UUID] = field(default_factory=set)
    """Of whom something differs."""

    @property
    def equal(self) -> bool:
        return not (self.missing or self.wrong or self.extra)


class Verification:
    """Over a connection that commits by itself."""

    def __init__(
        self, connection: Connection, copy: Copy, *, keeps: timedelta | None = None, most: int = 5_000
    ) -> None:
        self._copy = copy
        self._rows = Rows(connection, NAME)
        self._refusals = Refusals(connection, NAME)
        self._writer = Writer(copy, self._rows, self._refusals)
        self._keeps = keeps
        self._most = most

    def verify(self, since: datetime, until: datetime, now: datetime) -> Finding:
        """Compare what was taken between two whole seconds. Raises as the sink does."""
        finding = Finding(since, until)
        refused = self._refusals.standing()
        for begin, end in self._spans(finding, now):
            _count(finding, self._compare(finding, begin, end, refused))
        finding.refused = len(refused)
        return finding

    def repair(self, since: datetime, until: datetime, now: datetime) -> Finding:
        """Compare, mend, and compare what was mended; what still differs is counted. What the server refused
        before is tried again. Nobody may copy meanwhile."""
        finding = Finding(since, until)
        for begin, end in self._spans(finding, now):
            found = self._compare(finding, begin, end, ())
            still = self._mended(found, now) if found else []
            known = self._refusals.standing()
            finding.mended += sum(name_of(one.key) not in known for one in found) - len(still)
            _count(finding, still)
        self._refusals.settle_before(now, since, until)
        finding.refused = len(self._refusals.standing())
        return finding

    def _spans(self, finding: Finding, now: datetime) -> Iterator[tuple[datetime, datetime]]:
        """The months that stand here, as far as the copy keeps them and they were asked for."""
        since = max(finding.since, floor(now, self._keeps))
        for begin, end in self._rows.months():
            if max(begin, since) < min(end, finding.until):
                yield max(begin, since), min(end, finding.until)

    def _compare(
        self, finding: Finding, begin: datetime, end: datetime, refused: Collection[str]
    ) -> list[Difference]:
        found: list[Difference] = []
        place = self._rows.place()
        with self._rows.between(begin, end) as rows:
            for part in slices(rows, begin, end, most=self._most):
                wanted = self._wanted(part.rows, place)
                finding.readings += sum(not row.withdrawn for row in part.rows)
                finding.waiting += len(wanted.waiting)
                found += self._differing(part, wanted, refused)
        return found

    def _differing(self, part: Slice, wanted: Wanted, refused: Collection[str]) -> list[Difference]:
        """Those that differ at each of several looks."""
        found = differences(wanted, self._copy.held(part.begin, part.end), refused)
        for _ in range(_LOOKS - 1):
            if found:
                found = self._look_again({one.spot for one in found}, refused)
        return found

    def _look_again(self, spots: Collection[Spot], refused: Collection[str]) -> list[Difference]:
        place = self._rows.place()
        wanted = self._wanted(self._rows.at(spots), place)
        begin = min(spot.second for spot in spots)
        end = max(spot.second for spot in spots) + SECOND
        held = self._copy.held(begin, end)
        return [one for one in differences(wanted, held, refused) if one.spot in spots]

    def _wanted(self, rows: Collection[Row], place: Place) -> Wanted:
        """The place was read before the rows, and the rows before what is held: no copy comes between."""
        points = [(row, self._copy.seen(point(row))) for row in rows]
        waiting = {one.key for row, one in points if (row.tx, row.seq) > place}
        return Wanted({one.key: one.fields for row, one in points if not row.withdrawn}, waiting)

    def _mended(self, found: Sequence[Difference], now: datetime) -> list[Difference]:
        """What still differs afterwards."""
        lingering = {one.spot for one in found if one.lingers}
        others = {one.spot for one in found} - lingering
        for part in _parts(others, self._most):
            self._writer.fill(part, now)
        for part in _parts(lingering, self._most):
            self._writer.mend(part, now)
        return self._look_again(lingering | others, self._refusals.standing())


def _parts(spots: Collection[Spot], most: int) -> Iterator[Sequence[Spot]]:
    ordered = sorted(spots)
    return (ordered[first : first + most] for first in range(0, len(ordered), most))


def _count(finding: Finding, found: Iterable[Difference]) -> None:
    sums: dict[Trouble, int] = {"missing": 0, "wrong": 0, "extra": 0}
    for one in found:
        sums[one.trouble] += 1
        finding.residents.add(one.key.resident)
    finding.missing += sums["missing"]
    finding.wrong += sums["wrong"]
    finding.extra += sums["extra"]
