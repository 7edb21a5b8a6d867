"""Courses kept in memory between steps, as long as no other engine moved their shard's cursor."""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Iterable, Mapping
from uuid import UUID

from alerts.shards import shard_of
from alerts.standing import Standing
from alerts.store.cursors import Place


class Memory:
    """Holds at most so many readings; the residents heard of longest ago go first."""

    def __init__(self, most_readings: int) -> None:
        self._most = most_readings
        self._readings = 0
        self._standings: OrderedDict[UUID, Standing] = OrderedDict()
        self._cursors: dict[int, Place] = {}

    def recall(self, residents: Iterable[UUID], cursors: Mapping[int, Place]) -> dict[UUID, Standing]:
        """Those that stand as they were kept: a cursor that somebody else moved ends it for its shard."""
        strange = {shard for shard, place in cursors.items() if self._cursors.get(shard) != place}
        if strange:
            self._forget(strange)
        known = ((resident, self._standings.get(resident)) for resident in residents)
        return {resident: standing for resident, standing in known if standing is not None}

    def keep(self, standings: Mapping[UUID, Standing], cursors: Mapping[int, Place]) -> None:
        """After the commit: these changed, and all others of the shards stand as before."""
        self._cursors.update(cursors)
        for resident, standing in standings.items():
            self._drop(resident)
            self._standings[resident] = standing
            self._readings += len(standing.course.readings)
        while self._readings > self._most and self._standings:
            self._drop(next(iter(self._standings)))

    def clear(self) -> None:
        """After anything but a commit."""
        self._standings.clear()
        self._cursors.clear()
        self._readings = 0

    def _forget(self, shards: set[int]) -> None:
        for resident in [each for each in self._standings if shard_of(each) in shards]:
            self._drop(resident)

    def _drop(self, resident: UUID) -> None:
        standing = self._standings.pop(resident, None)
        if standing is not None:
            self._readings -= len(standing.course.readings)
