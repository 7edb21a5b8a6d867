"""What gateways are told of the lineage, and when again. Says it through heralds, and reads no table."""

from __future__ import annotations

from collections.abc import Callable, Collection, Sequence
from typing import Final
from uuid import UUID

from device_drivers.wire.codec import encode
from ingest.keys import Keyring
from ingest.lineage.life import Life, announcement
from ingest.lineage.lives import Watch
from ingest.ways.herald import Herald

_LOOK_S: Final = 5.0
"""How soon a completed backup moves what gateways may forget."""

_REPEAT_S: Final = 600.0
"""The broker keeps what is said, so a repeat is only for one that lost it."""


class Announcer:
    """To each gateway at a connect, to all when something moved, to those behind until they have rewound.

    `behind` gives the gateways that have not said that their rewind to a lineage is done.
    """

    def __init__(
        self,
        life: Life,
        keyring: Keyring,
        heralds: Sequence[Herald],
        *,
        watch: Watch | None,
        behind: Callable[[int], Collection[UUID]],
    ) -> None:
        self._keyring = keyring
        self._heralds = heralds
        self._watch = watch
        self._behind = behind
        self._life = life
        self._payload = encode(announcement(life, keyring))
        self._look_at = 0.0
        self._repeat_at = 0.0

    def announce(self, fleet: Collection[UUID], now: float) -> None:
        """Whatever is due at this moment of a monotonic clock. Raises LifeEndedError."""
        if self._watch is not None and now >= self._look_at:
            self._look_at = now + _LOOK_S
            self._take(self._watch.read(), fleet)
        if self._life.restores and now >= self._repeat_at:
            self._repeat_at = now + _REPEAT_S
            self._forget(self._behind(self._life.n))
        for herald in self._heralds:
            herald.tell(fleet, self._payload)

    def _take(self, life: Life, fleet: Collection[UUID]) -> None:
        if life.safe_before != self._life.safe_before:
            self._payload = encode(announcement(life, self._keyring))
            self._forget(fleet)
        self._life = life

    def _forget(self, gateways: Collection[UUID]) -> None:
        for herald in self._heralds:
            herald.forget(gateways)
