"""A program that feeds the bytes of a coverage-guided fuzzer to the cloud's door.

`python -m tests.fuzz.door -max_total_time=60 CORPUS` tries for a minute. An even first byte sends the rest as
it is; an odd one seals it as the body of an authentic batch, so that the fuzzer gets past the signature.
"""

from __future__ import annotations

import sys
from datetime import datetime
from uuid import UUID
from zoneinfo import ZoneInfo

import atheris  # type: ignore[import-untyped]  # it has no types
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

with atheris.instrument_imports(include=["ingest", "device_drivers"]):
    from device_drivers.wire.batch import GENESIS, seal
    from device_drivers.wire.codec import decode, encode
    from device_drivers.wire.receipt import Receipt, Refusal
    from device_drivers.wire.signing import public_hex
    from ingest.door.accept import Accepted, Refused, Rejected, Unanswerable, accept
    from ingest.door.clock import taken_at
    from ingest.door.enrolled import Enrolled, GatewayKey
    from ingest.door.heartbeat import hear
    from ingest.store.rows import FACTS, Incoming, facts, line

GATEWAY = UUID("5f0c1e2a-7d4b-4c3e-9a61-0b2d8e4f6a10")
HOME = UUID("0a9b8c7d-6e5f-4a3b-8c1d-2e3f4a5b6c7d")
KEY = Ed25519PrivateKey.from_private_bytes(bytes(range(32)))
FLEET = {GATEWAY: Enrolled(HOME, (GatewayKey(public_hex(KEY)),))}
STREAM = "00112233445566778899aabbccddeeff"
NOW = datetime(2026, 3, 6, 12, tzinfo=ZoneInfo("UTC"))
REGION = ZoneInfo("Asia/Shanghai")


def message(data: bytes) -> bytes:
    """What arrives at the door."""
    if not data or data[0] % 2 == 0:
        return data[1:]
    sealed = seal(data[1:], gateway=GATEWAY, stream=STREAM, seq=1, prev_link=GENESIS, opens=None, key=KEY)
    return encode(sealed)


def answer_holds(reasons: dict[UUID, str], accepted: Accepted | Rejected) -> None:
    """Whatever is said of a batch fits into a receipt that the gateway can read."""
    sealed = accepted.sealed
    refusals = tuple(Refusal(reading, reason) for reading, reason in reasons.items())
    receipt = Receipt(
        kid="00" * 8,
        lineage=1,
        gateway=sealed.gateway,
        stream=sealed.stream,
        seq=sealed.seq,
        link=sealed.link,
        outcome="stored",
        rejected=refusals,
        cloud_time=NOW,
        sig="",
    )
    assert decode(encode(receipt), Receipt) == receipt


def rows_hold(batch: Accepted) -> None:
    """Each reading is exactly one row of exactly its columns."""
    for reading in batch.readings:
        taken = taken_at(reading, NOW, REGION)
        row = line(facts(Incoming(reading, batch, taken, None), stored_at="", suspect_duplicate=None))
        assert row.count("\t") == len(FACTS) - 1
        assert row.count("\n") == 1


def one_input(data: bytes) -> None:
    payload = message(data)
    hear(payload, GATEWAY, FLEET)
    match accept(payload, GATEWAY, FLEET):
        case Accepted(refusals=refusals) as batch:
            answer_holds({each.reading_id: each.reason for each in refusals}, batch)
            rows_hold(batch)
        case Rejected(reason=reason) as batch:
            assert reason
            answer_holds({HOME: reason}, batch)
        case Unanswerable(reason=reason):
            assert reason
        case Refused():
            raise AssertionError("the gateway is enrolled, and no key of it is revoked")


if __name__ == "__main__":
    atheris.Setup(sys.argv, one_input)
    atheris.Fuzz()
