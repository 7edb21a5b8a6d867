"""The home's half of the model: a real outbox on a card that can be copied, put back, or lost."""

from __future__ import annotations

import shutil
import sqlite3
from collections.abc import Callable
from contextlib import closing
from dataclasses import dataclass
from itertools import chain
from pathlib import Path
from random import Random
from uuid import UUID

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from device_drivers.wire.batch import Body, open_envelope
from device_drivers.wire.codec import decode
from device_drivers.wire.reading import BloodPressure, ByArrival, Heard, Meter, Program, Reading, Words
from device_drivers.wire.signing import sign
from device_drivers.wire.state import State
from gateway.outbox.safe import keys_of, open_safe
from gateway.outbox.store import Outbox, Surroundings
from gateway.trust.sealing import Signer

_METER = Meter("cuff", "address", 1, None, "C0:26:DA:00:00:01")
_WORDS = Words("", "780050006200", "")
_NOBODY = UUID(int=0)


@dataclass(frozen=True)
class Sealing:
    """What a device once sealed: the witness of the model, kept outside every card."""

    stream: str
    seq: int
    link: str
    prev_link: str
    readings: frozenset[UUID]


class Device:
    """A gateway's box: a key and a card."""

    def __init__(
        self,
        gateway: UUID,
        key: Ed25519PrivateKey,
        card: Path,
        *,
        root: str,
        clock: Callable[[], Heard],
        chance: Random,
    ) -> None:
        self.gateway = gateway
        self.key = key
        self.card = card
        self.sealings: list[Sealing] = []
        self._clock = clock
        self._around = Surroundings(root, clock, chance.randbytes)
        self.outbox = self._open()

    def take(self) -> UUID:
        """A meter without a clock is read: a reading of its own each time."""
        transfer = self.outbox.begin(sends_once=True)
        values = BloodPressure("mmHg", "120", "80", None, None)
        draft = Reading(
            reading_id=_NOBODY,
            meter=_METER,
            identity=ByArrival(),
            words=_WORDS,
            values=values,
            quality="ok",
            flags=(),
            user=None,
            context=None,
            meter_time=None,
            heard=self._clock(),
            clock=None,
            battery=None,
            driver=Program("model", "1"),
            quirk=None,
        )
        kept = self.outbox.keep(draft, (), transfer=transfer)
        self.outbox.end(transfer)
        return kept.reading.reading_id

    def note_sealed(self) -> None:
        """Write down in the witness what every sealed batch on the card holds."""
        known = {sealing.link for sealing in self.sealings}
        for payload in self._sealed():
            sealed = open_envelope(payload)
            if sealed.link not in known:
                held = frozenset(reading.reading_id for reading in decode(bytes(sealed.body), Body).readings)
                self.sealings.append(Sealing(sealed.stream, sealed.seq, sealed.link, sealed.prev_link, held))

    def held(self) -> set[UUID]:
        """The readings on the card."""
        waiting = self._query("SELECT unlock(body, 'waiting', id) FROM waiting")
        sealed = (decode(bytes(open_envelope(one).body), Body) for one in self._sealed())
        readings = chain((decode(one, Reading) for one in waiting), *(body.readings for body in sealed))
        return {reading.reading_id for reading in readings}

    def streams(self) -> set[str]:
        """Every stream that this card ever had."""
        return {str(stream) for stream in self._query("SELECT stream FROM streams")}

    def link_at(self, stream: str, seq: int) -> str | None:
        """The link of a batch on the card."""
        for payload in self._sealed():
            sealed = open_envelope(payload)
            if (sealed.stream, sealed.seq) == (stream, seq):
                return sealed.link
        return None

    def heartbeat(self) -> State:
        """Signed by the key of today."""
        counts = self.outbox.counts()
        state = State(
            gateway=self.gateway,
            at=self._clock().at,
            online=True,
            head=self.outbox.head(),
            rewound=self.outbox.rewound(),
            unsent=counts.unsent,
            oldest_unsent_s=0,
            at_risk=counts.at_risk,
            undecodable=counts.undecodable,
            adapter="model",
            clock="synced",
            meters_seen=(),
            version="1",
            sig="",
        )
        return sign(state, self.key)

    def renew(self, key: Ed25519PrivateKey) -> None:
        """Seal with another key from now on."""
        self.key = key
        self.restart()

    def restart(self) -> None:
        """The power went and came back."""
        self.outbox.close()
        self.outbox = self._open()

    def copy_to(self, card: Path) -> None:
        """The card as it is now, on another card."""
        self.outbox.close()
        _copy(self.card, card)
        self.outbox = self._open()

    def put_back(self, card: Path) -> None:
        """Replace the card's content by an older copy."""
        self.outbox.close()
        _copy(card, self.card)
        self.outbox = self._open()

    def _open(self) -> Outbox:
        return Outbox(self.card, Signer(self.gateway, self.key), self._around)

    def _sealed(self) -> list[bytes]:
        return self._query("SELECT unlock(sealed, 'payloads', batch) FROM payloads")

    def _query(self, question: str) -> list[bytes]:
        with closing(sqlite3.connect(self.card)) as card:
            open_safe(self.card, self._around.randbytes).teach(card)
            return [row[0] for row in card.execute(question)]


def _copy(old: Path, new: Path) -> None:
    """A card holds the keys as well as the outbox."""
    shutil.copy(old, new)
    shutil.copy(keys_of(old), keys_of(new))
