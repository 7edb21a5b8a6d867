"""Who waits for which receipt. Used in the event loop's thread, but for `expects`."""

from __future__ import annotations

import asyncio
from collections import defaultdict
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from uuid import UUID

from device_drivers.wire.codec import WireError, parse
from ingest.ways.https.errand import Place


class Waiting:
    """The same batch may be waited for over several connections."""

    def __init__(self) -> None:
        self._futures: defaultdict[Place, set[asyncio.Future[bytes]]] = defaultdict(set)
        self._gateways: defaultdict[UUID, int] = defaultdict(int)

    def expects(self, gateway: UUID | None) -> bool:
        """Whether any receipt of that gateway is waited for: most come for gateways on a broker."""
        return gateway in self._gateways

    @contextmanager
    def waits(self, place: Place) -> Iterator[asyncio.Future[bytes]]:
        """From before the batch is handed over: its receipt may come at once."""
        receipt: asyncio.Future[bytes] = asyncio.get_running_loop().create_future()
        self._futures[place].add(receipt)
        self._gateways[place.gateway] += 1
        try:
            yield receipt
        finally:
            self._leave(place, receipt)

    def arrive(self, payload: bytes) -> None:
        """A receipt, for whoever waits for it."""
        with suppress(WireError):
            for receipt in self._futures.get(parse(payload, Place), ()):
                if not receipt.done():
                    receipt.set_result(payload)

    def _leave(self, place: Place, receipt: asyncio.Future[bytes]) -> None:
        self._futures[place].discard(receipt)
        if not self._futures[place]:
            del self._futures[place]
        self._gateways[place.gateway] -= 1
        if not self._gateways[place.gateway]:
            del self._gateways[place.gateway]
