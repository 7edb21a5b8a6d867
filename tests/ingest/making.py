"""Gateways, readings and batches for tests, made with the wire contract alone."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Literal
from uuid import UUID, uuid4

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from msgspec.structs import replace

from device_drivers.wire import answer as answers
from device_drivers.wire.answer import Answer, Answered
from device_drivers.wire.batch import GENESIS, Body, Opens, Sealed, seal
from device_drivers.wire.codec import encode
from device_drivers.wire.downlink import Question
from device_drivers.wire.reading import (
    BloodPressure,
    ByArrival,
    BySequence,
    Heard,
    Meter,
    Program,
    Reading,
    Words,
    reading_id,
)
from device_drivers.wire.signing import public_hex, sign
from device_drivers.wire.state import Head, State
from ingest.door.enrolled import Enrolled, GatewayKey

NOON = datetime(2026, 3, 5, 12, tzinfo=UTC)

QUESTION = UUID(int=5)

CUFF = Meter(key="BP-1001", key_kind="serial", recipe=1, model="Cuff", address="C0:FF:EE:00:10:01")


def make_reading(number: int = 1, *, meter: Meter = CUFF, user: int | None = 1) -> Reading:
    """A blood pressure of record `number`, so many minutes after noon."""
    words = Words(time="", value=f"{number:014x}", user="")
    identity = BySequence(sequence=number)
    return Reading(
        reading_id=reading_id(meter, identity, words),
        meter=meter,
        identity=identity,
        words=words,
        values=BloodPressure(unit="mmHg", systolic="128", diastolic="82", mean="97", pulse="64"),
        quality="ok",
        flags=(),
        user=user,
        context=None,
        meter_time=None,
        heard=Heard(at=NOON + timedelta(minutes=number), synced=True, boot="b00t", uptime_ms=12_500),
        clock=None,
        battery=80,
        driver=Program(name="blood_pressure", version="1"),
        quirk=None,
    )


def make_arrival(*, meter: Meter = CUFF, heard_at: datetime = NOON, value: str = "78005000") -> Reading:
    """A live reading of a meter without clock or counter."""
    like = make_reading(meter=meter)
    return replace(
        like,
        reading_id=uuid4(),
        identity=ByArrival(),
        words=Words(time="", value=value, user=""),
        heard=replace(like.heard, at=heard_at),
    )


def make_body(*readings: Reading) -> bytes:
    return encode(Body(v=1, sealed_at=NOON, clock="synced", readings=readings))


@dataclass
class Gateway:
    """A gateway's key and the end of its stream."""

    gateway: UUID = field(default_factory=uuid4)
    home: UUID = field(default_factory=uuid4)
    key: Ed25519PrivateKey = field(default_factory=Ed25519PrivateKey.generate)
    stream: str = field(default_factory=lambda: uuid4().hex)
    seq: int = 0
    link: str = GENESIS
    opens: Opens | None = None

    @property
    def public(self) -> str:
        return public_hex(self.key)

    def enrolled(self, *, revoked: bool = False) -> Enrolled:
        return Enrolled(self.home, (GatewayKey(self.public, revoked=revoked),))

    def seal_body(self, body: bytes) -> Sealed:
        """Seal the next batch."""
        self.seq += 1
        opens = self.opens if self.seq == 1 else None
        batch = seal(
            body,
            gateway=self.gateway,
            stream=self.stream,
            seq=self.seq,
            prev_link=self.link,
            opens=opens,
            key=self.key,
        )
        self.link = batch.link
        return batch

    def seal(self, *readings: Reading) -> Sealed:
        return self.seal_body(make_body(*(readings or (make_reading(self.seq + 1),))))


def make_state(gateway: Gateway, *, rewound: int = 0) -> State:
    """The heartbeat of a gateway as it stands."""
    state = State(
        gateway=gateway.gateway,
        at=NOON,
        online=True,
        head=Head(gateway.stream, gateway.seq, gateway.link),
        rewound=rewound,
        unsent=0,
        oldest_unsent_s=0,
        at_risk=0,
        undecodable=0,
        adapter="up",
        clock="synced",
        meters_seen=(),
        version="1",
        sig="",
    )
    return sign(state, gateway.key)


def make_answer(
    gateway: Gateway,
    *,
    question: UUID = QUESTION,
    asked: Question = "red_flag",
    said: Literal["yes", "no"] = "yes",
    given_at: datetime = NOON,
) -> Answered:
    """What the home said to a question, under a stream of its own."""
    heard = Heard(given_at, synced=True, boot="boot", uptime_ms=1)
    answer = Answer(question, asked, said, "button", heard)
    return answers.seal(answer, gateway=gateway.gateway, stream=uuid4().hex, key=gateway.key)
