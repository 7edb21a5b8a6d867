"""Readings and batches for tests of the wire: built by the real functions, from fixed seeds."""

from __future__ import annotations

from datetime import UTC, datetime
from uuid import UUID

import msgspec
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from device_drivers.wire import batch, reading
from device_drivers.wire.codec import encode

GATEWAY = UUID("6f1c1a3e-5c1f-4a52-9a35-0f8f2c3f9d10")
STREAM = "ab" * 16
KEY = Ed25519PrivateKey.from_private_bytes(bytes(range(32)))
NOON = datetime(2026, 11, 22, 12, 0, tzinfo=UTC)

CUFF = reading.Meter("5180500147", "serial", 1, "UA-651BLE", "C0:26:DA:00:00:01")


def blood_pressure(
    *, occurrence: int = 0, value: str = "780050006200", time: str = "ea070b16080000"
) -> reading.Reading:
    """A reading of a cuff with a clock: 120/80 mmHg unless told otherwise."""
    words = reading.Words(time, value, "")
    identity = reading.ByTime(occurrence)
    return reading.Reading(
        reading_id=reading.reading_id(CUFF, identity, words),
        meter=CUFF,
        identity=identity,
        words=words,
        values=reading.BloodPressure("mmHg", "120", "80", "98", "72"),
        quality="ok",
        flags=(),
        user=None,
        context=None,
        meter_time="2026-11-22T08:00:00",
        heard=reading.Heard(NOON, synced=True, boot="boot-1", uptime_ms=12_500),
        clock=None,
        battery=None,
        driver=reading.Program("blood_pressure", "1"),
        quirk=None,
    )


def body(*readings: reading.Reading) -> bytes:
    """An encoded body that carries the readings, or one plain reading."""
    return encode(batch.Body(1, NOON, "synced", readings or (blood_pressure(),)))


def sealed(seq: int = 1, prev_link: str = batch.GENESIS, opens: batch.Opens | None = None) -> batch.Sealed:
    """A batch at its place in the sample stream."""
    return batch.seal(
        body(), gateway=GATEWAY, stream=STREAM, seq=seq, prev_link=prev_link, opens=opens, key=KEY
    )


def changed(message: batch.Sealed, **fields: object) -> batch.Sealed:
    """The same batch with other contents and its old signature."""
    return msgspec.structs.replace(message, **fields)
