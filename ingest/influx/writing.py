"""Brings points into the copy: writes, halves what is refused, erases what would stay of an earlier one."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence
from datetime import datetime, timedelta
from typing import Final, Protocol
from uuid import UUID

import structlog

from ingest.influx.differences import Spot, must_erase
from ingest.influx.point import Key, Point, Row, line, name_of, nanoseconds, point, second_of
from ingest.influx.refusals import Refusals
from ingest.influx.rows import Rows
from ingest.influx.troubles import RefusedError

log = structlog.get_logger(__name__)

SECOND: Final = timedelta(seconds=1)


class Sink(Protocol):
    """Where lines go. Raises AwayError where the same may work later, RefusedError where these lines will not
    do, and WrongSettingError where none will."""

    def write(self, lines: bytes) -> None: ...
    def erase(self, resident: UUID, begin: datetime, end: datetime) -> None: ...
    def clear(self, until: datetime) -> None: ...


class Writer:
    """Over the sink of one copy."""

    def __init__(self, sink: Sink, rows: Rows, refusals: Refusals) -> None:
        self._sink = sink
        self._rows = rows
        self._refusals = refusals

    def copy(self, rows: Sequence[Row], now: datetime) -> None:
        """Readings in force; of a later revision nothing of the earlier ones stays."""
        spots = self._outgrown([row for row in rows if row.revision > 0])
        plain = [point(row) for row in rows if _spot(row) not in spots]
        self.write(plain, now)
        self.mend(spots, now)
        if gone := {name_of(point(row).key) for row in rows if row.withdrawn}:
            self._refusals.settle(gone, now)

    def mend(self, spots: Collection[Spot], now: datetime) -> None:
        """Erase these seconds and write what is in force there."""
        for spot in spots:
            self._sink.erase(spot.resident, spot.second, spot.second + SECOND)
        self.fill(spots, now)

    def fill(self, spots: Collection[Spot], now: datetime) -> None:
        """Write what is in force there, over what is there."""
        if spots:
            self.write([point(row) for row in self._rows.at(spots) if not row.withdrawn], now)

    def _outgrown(self, later: Sequence[Row]) -> set[Spot]:
        if not later:
            return set()
        before: dict[UUID, list[Point]] = {}
        for row in self._rows.before(later):
            before.setdefault(row.reading_id, []).append(point(row))
        return {
            _spot(row)
            for row in later
            if row.withdrawn or must_erase(before.get(row.reading_id, ()), point(row))
        }

    def write(self, points: Sequence[Point], now: datetime) -> None:
        """What the server refuses is noted, and delays nothing else."""
        refused: list[Key] = []
        self._halve(points, refused, now)
        self._settle(points, refused, now)

    def _halve(self, points: Sequence[Point], refused: list[Key], now: datetime) -> None:
        """What a server refuses is halved until the one line is found that it will not have: that one is
        noted and left out, and delays no other."""
        if not points:
            return
        try:
            self._sink.write(_encoded(points))
        except RefusedError as error:
            if len(points) > 1:
                middle = len(points) // 2
                self._halve(points[:middle], refused, now)
                self._halve(points[middle:], refused, now)
                return
            key = points[0].key
            self._refusals.note(key, str(error), now)
            log.warning(
                "projection.refused",
                resident=str(key.resident),
                kind=key.measurement,
                reason=str(error),
            )
            refused.append(key)

    def _settle(self, points: Iterable[Point], refused: Collection[Key], now: datetime) -> None:
        standing = self._refusals.standing()
        if standing:
            names = {name_of(one.key) for one in points} - {name_of(key) for key in refused}
            self._refusals.settle(names & standing, now)


def _encoded(points: Iterable[Point]) -> bytes:
    try:
        return "\n".join(map(line, points)).encode()
    except ValueError as error:
        raise RefusedError(str(error)) from error


def _spot(row: Row) -> Spot:
    return Spot(row.resident, second_of(nanoseconds(row)))
