"""The cloud's half of the model: the real door, ledger and statement over dictionaries, with backups."""

from __future__ import annotations

from copy import deepcopy
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Literal
from uuid import UUID
from zoneinfo import ZoneInfo

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from device_drivers.wire.receipt import CloudKey, KeySet, Lineage, Receipt
from device_drivers.wire.signing import is_signed_by, key_id, public_hex, sign
from device_drivers.wire.state import State
from ingest.door.accept import Accepted, Refused, Rejected, Unanswerable, accept
from ingest.door.enrolled import Enrolled, GatewayKey
from ingest.door.ledger import Folded, Settled, Verdict, judge
from ingest.loss.folding import fold
from ingest.loss.history import Claim, Fold, History, Place, Restore, Resync, SignedHead

Place3 = tuple[UUID, str, int]


@dataclass
class Database:
    """What a backup holds."""

    began: datetime
    settled: dict[Place3, Settled | Folded] = field(default_factory=dict)
    places: dict[UUID, list[Place]] = field(default_factory=dict)
    folds: dict[UUID, list[Fold]] = field(default_factory=dict)
    heads: dict[UUID, list[SignedHead]] = field(default_factory=dict)
    resyncs: dict[UUID, list[Resync]] = field(default_factory=dict)
    stored: set[UUID] = field(default_factory=set)


class Cloud:
    """One cloud. Keys, claims, lineage and the log of restores live outside what a backup holds."""

    BACKUPS = 2

    def __init__(self, now: datetime) -> None:
        self.now = now
        self.root = Ed25519PrivateKey.from_private_bytes(bytes([1] * 32))
        self.keys = [Ed25519PrivateKey.from_private_bytes(bytes([2] * 32))]
        self.lineage = 1
        self.restores: list[Restore] = []
        self.claims: dict[UUID, list[Claim]] = {}
        self.fleet: dict[UUID, Enrolled] = {}
        self.database = Database(now)
        self.backups = [deepcopy(self.database)]

    def enrol(self, gateway: UUID, public: str) -> None:
        """The first claim, or another one; earlier keys stay good."""
        claims = self.claims.setdefault(gateway, [])
        claims.append(Claim(len(claims) + 1, self.now))
        earlier = self.fleet[gateway].keys if gateway in self.fleet else ()
        self.fleet[gateway] = Enrolled(gateway, (*earlier, GatewayKey(public, len(claims))))

    def renew(self, gateway: UUID, public: str) -> None:
        """Another key under the same claim."""
        keys = self.fleet[gateway].keys
        self.fleet[gateway] = Enrolled(gateway, (*keys, GatewayKey(public, keys[-1].claim)))

    def rotate(self) -> None:
        """Sign with a new key; the old ones stay in the set."""
        self.keys.append(Ed25519PrivateKey.from_private_bytes(bytes([2 + len(self.keys)] * 32)))

    def receive(self, topic: UUID, payload: bytes) -> Receipt | None:
        """Judge, commit, answer."""
        match accept(payload, topic, self.fleet):
            case Accepted() | Rejected() as batch:
                return self._settle(batch)
            case Refused() | Unanswerable():
                return None

    def hear(self, state: State) -> None:
        """A heartbeat, if the gateway's own key signed it."""
        enrolled = self.fleet[state.gateway]
        signer = next((key for key in enrolled.keys if is_signed_by(state, state.sig, key.public)), None)
        if signer is None:
            return
        head = SignedHead(
            state.head.stream,
            state.head.seq,
            state.head.link,
            state.rewound,
            signer.claim,
            self.lineage,
            self.now,
        )
        self.database.heads.setdefault(state.gateway, []).append(head)

    def announce(self, safe_before: datetime) -> Lineage:
        """The retained message that every gateway reads when it connects."""
        keys = tuple(CloudKey(key_id(public_hex(key)), public_hex(key)) for key in self.keys)
        kids = sign(KeySet(len(keys), keys, ""), self.root)
        return sign(Lineage(keys[-1].kid, self.lineage, safe_before, kids, ""), self.keys[-1])

    def back_up(self) -> None:
        """Keep the newest backups only; an older one is never restored again."""
        self.database.began = self.now
        self.backups = [*self.backups, deepcopy(self.database)][-self.BACKUPS :]

    def safe_before(self) -> datetime:
        """The start of the oldest backup that may still be restored."""
        return self.backups[0].began

    def restore(self, which: int) -> None:
        """Go back to a backup, in a new lineage."""
        chosen = self.backups[which % len(self.backups)]
        self.lineage += 1
        self.restores.append(Restore(self.lineage, chosen.began, self.now))
        self.database = deepcopy(chosen)

    def fold(self, gateway: UUID) -> None:
        """Forget the links inside ranges of what was verified."""
        before = self.history(gateway)
        after = fold(before, before=self.now + timedelta(days=1), region=ZoneInfo("Asia/Shanghai"))
        self.database.places[gateway] = list(after.places)
        self.database.folds[gateway] = list(after.folds)
        for place in set(before.places) - set(after.places):
            self.database.settled[gateway, place.stream, place.seq] = Folded()

    def history(self, gateway: UUID) -> History:
        """All evidence about a gateway, as the statement wants it."""
        return History(
            gateway,
            places=tuple(self.database.places.get(gateway, ())),
            folds=tuple(self.database.folds.get(gateway, ())),
            heads=tuple(self.database.heads.get(gateway, ())),
            resyncs=tuple(self.database.resyncs.get(gateway, ())),
            claims=tuple(self.claims[gateway]),
            restores=tuple(self.restores),
        )

    def _settle(self, batch: Accepted | Rejected) -> Receipt:
        sealed = batch.sealed
        place = (sealed.gateway, sealed.stream, sealed.seq)
        verdict = judge(batch, self.database.settled.get(place))
        if verdict.is_new:
            self._store(batch, verdict)
        if verdict.conflict:
            is_fork = verdict.conflict == "fork"
            again = Resync(sealed.stream, sealed.seq, is_fork, self.now)
            self.database.resyncs.setdefault(sealed.gateway, []).append(again)
        key = self.keys[-1]
        receipt = Receipt(
            key_id(public_hex(key)),
            self.lineage,
            sealed.gateway,
            sealed.stream,
            sealed.seq,
            sealed.link,
            verdict.outcome,
            verdict.refusals,
            self.now,
            "",
        )
        return sign(receipt, key)

    def _store(self, batch: Accepted | Rejected, verdict: Verdict) -> None:
        sealed = batch.sealed
        outcome: Literal["stored", "rejected"] = "rejected" if isinstance(batch, Rejected) else "stored"
        self.database.settled[sealed.gateway, sealed.stream, sealed.seq] = Settled(
            sealed.link, outcome, verdict.refusals
        )
        self.database.places.setdefault(sealed.gateway, []).append(
            Place(
                sealed.stream,
                sealed.seq,
                sealed.link,
                sealed.prev_link,
                sealed.opens,
                outcome,
                batch.signer.claim,
                self.lineage,
                self.now,
            )
        )
        if isinstance(batch, Accepted):
            self.database.stored.update(reading.reading_id for reading in batch.readings)
