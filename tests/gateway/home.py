"""A small home for tests: a gateway with an outbox, a cloud that signs, and readings to send."""

from __future__ import annotations

import itertools
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path
from random import Random
from uuid import UUID

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from device_drivers.wire.batch import Body, Sealed, open_envelope
from device_drivers.wire.codec import decode
from device_drivers.wire.reading import (
    BloodPressure,
    ByArrival,
    BySequence,
    ByTime,
    Heard,
    Identity,
    Meter,
    Program,
    Reading,
    Words,
)
from device_drivers.wire.receipt import CloudKey, KeySet, Lineage, Outcome, Receipt, Refusal
from device_drivers.wire.signing import key_id, public_hex, sign
from gateway.outbox.store import Outbox, Surroundings, Watcher, unwatched
from gateway.trust.sealing import Signer

GATEWAY = UUID("5b1d0c6e-4c1f-4a53-9a54-0f6f2f1d7c01")
NOON = datetime(2026, 3, 1, 12, tzinfo=UTC)
METER = Meter("SN-1", "serial", 1, "BP-1", "AA:BB:CC:DD:EE:01")


def key(seed: int) -> Ed25519PrivateKey:
    return Ed25519PrivateKey.from_private_bytes(seed.to_bytes(32, "big"))


ROOT = key(1)
CLOUD = key(2)
OURS = key(3)


@dataclass
class TestClock:
    """A clock that moves when told to, and that may be set, which the time since boot does not follow."""

    __test__ = False
    now: datetime = NOON
    synced: bool = True
    boot: str = "boot-1"
    uptime_ms: int = 12_500

    def __call__(self) -> Heard:
        return Heard(self.now, self.synced, self.boot, self.uptime_ms)

    def forward(self, **units: float) -> None:
        passed = timedelta(**units)
        self.now += passed
        self.uptime_ms += passed // timedelta(milliseconds=1)

    def synchronise(self, now: datetime) -> None:
        """The clock is set, and right from now on."""
        self.now, self.synced = now, True

    def restart(self, boot: str, now: datetime) -> None:
        """The board boots, and believes what it wrote down last."""
        self.now, self.synced, self.boot, self.uptime_ms = now, False, boot, 9_000


def outbox(
    path: Path | str = ":memory:",
    *,
    seed: int = 0,
    clock: TestClock | None = None,
    at: Watcher = unwatched,
    wrap: bytes | None = None,
) -> Outbox:
    around = Surroundings(public_hex(ROOT), clock or TestClock(), Random(seed).randbytes, at, wrap)
    box = Outbox(path, Signer(GATEWAY, OURS), around)
    box.heed(announcement())
    return box


_counter = itertools.count(1)


def draft(
    identity: Identity | None = None,
    *,
    time: str = "ea070301080000",
    value: str = "780050006200",
    meter: Meter = METER,
    heard: Heard | None = None,
) -> Reading:
    """A reading before the outbox has given it its id; numbered afresh unless told otherwise."""
    return Reading(
        reading_id=UUID(int=0),
        meter=meter,
        identity=identity or BySequence(next(_counter) % 0xFFFF),
        words=Words(time, value, ""),
        values=BloodPressure("mmHg", "120", "80", "98", None),
        quality="ok",
        flags=(),
        user=None,
        context=None,
        meter_time="2026-03-01T08:00:00",
        heard=heard or TestClock()(),
        clock=None,
        battery=None,
        driver=Program("blood_pressure", "1"),
        quirk=None,
    )


ARRIVAL = ByArrival()
TIMED = ByTime(0)


def keep(box: Outbox, count: int = 1, identity: Identity | None = None) -> list[UUID]:
    """Keep fresh readings in one transfer and give their ids."""
    transfer = box.begin(sends_once=True)
    kept = [box.keep(draft(identity), (), transfer=transfer).reading.reading_id for _ in range(count)]
    box.end(transfer)
    return kept


def sealed(box: Outbox, batch: int) -> Sealed:
    payload = box.payload(batch)
    assert payload is not None
    return open_envelope(payload)


def readings_in(batch: Sealed) -> list[UUID]:
    return [reading.reading_id for reading in decode(bytes(batch.body), Body).readings]


@dataclass
class Cloud:
    """Signs what a cloud would say. Believes every batch it is asked about."""

    lineage: int = 1
    now: datetime = NOON
    signing: Ed25519PrivateKey = field(default_factory=lambda: CLOUD)

    def receipt(
        self, batch: Sealed, outcome: Outcome = "stored", rejected: tuple[Refusal, ...] = ()
    ) -> Receipt:
        draft = Receipt(
            kid=key_id(public_hex(self.signing)),
            lineage=self.lineage,
            gateway=batch.gateway,
            stream=batch.stream,
            seq=batch.seq,
            link=batch.link,
            outcome=outcome,
            rejected=rejected,
            cloud_time=self.now,
            sig="",
        )
        return sign(draft, self.signing)


def key_set(version: int = 1, *keys: Ed25519PrivateKey, root: Ed25519PrivateKey = ROOT) -> KeySet:
    publics = [public_hex(one) for one in keys or (CLOUD,)]
    entries = tuple(CloudKey(key_id(public), public) for public in publics)
    return sign(KeySet(version, entries, ""), root)


def announcement(
    n: int = 1,
    *,
    safe_before: datetime = NOON - timedelta(days=30),
    kids: KeySet | None = None,
    signing: Ed25519PrivateKey = CLOUD,
) -> Lineage:
    draft = Lineage(key_id(public_hex(signing)), n, safe_before, kids or key_set(), "")
    return sign(draft, signing)
