"""The whole chain for tests: a wire reading for each judged one, ingest's real store, and the engine."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from decimal import Decimal
from uuid import NAMESPACE_OID, UUID, uuid5
from zoneinfo import ZoneInfo

from msgspec.structs import replace
from sqlalchemy import Engine as Database
from sqlalchemy import text
from sqlalchemy.orm import Session, sessionmaker

from alerts.care import Care, CareFactory, Concern
from alerts.engine import Engine
from alerts.episodes import Episode
from alerts.main import connect
from alerts.reading import Reading
from alerts.shards import ALL
from alerts.store.frozen import thaw_episode
from device_drivers.wire import reading as wire
from ingest.door.accept import Accepted
from ingest.door.enrolled import GatewayKey
from tests.ingest.making import CUFF, Gateway, make_reading
from tests.ingest.store.tables import Tables

REGION = ZoneInfo("Asia/Shanghai")
MEALS = {"random": "casual"}


def resident(name: str) -> UUID:
    return uuid5(NAMESPACE_OID, name)


def meter_of(name: str) -> wire.Meter:
    return replace(CUFF, key=f"M-{name}"[:64])


def to_wire(reading: Reading) -> wire.Reading:
    """As its meter would have sent it: the clock shows when it was measured, the words are its content."""
    meter, identity = meter_of(reading.resident), wire.ByTime(0)
    content = hashlib.sha256(repr((reading.content, sorted(reading.flags))).encode()).hexdigest()[:32]
    words = wire.Words(time=reading.taken_at.isoformat().encode().hex(), value=content, user="")
    return replace(
        make_reading(meter=meter, user=None),
        reading_id=wire.reading_id(meter, identity, words),
        identity=identity,
        words=words,
        values=_values(reading),
        quality=reading.quality,
        flags=tuple(sorted(reading.flags)),
        context=None
        if reading.context is None
        else wire.Context(meal=MEALS.get(reading.context, reading.context)),
        meter_time=reading.taken_at.astimezone(REGION).replace(tzinfo=None).isoformat(),
        heard=wire.Heard(at=reading.taken_at, synced=True, boot="boot", uptime_ms=1),
    )


def _values(reading: Reading) -> wire.Values:
    if reading.kind == "blood_pressure":
        assert reading.unit in {"mmHg", "kPa"}
        return wire.BloodPressure(
            reading.unit,
            _number(reading.systolic),
            _number(reading.diastolic),
            None,
            _number(reading.pulse),
        )
    unit = reading.unit
    return wire.Glucose(
        unit,  # type: ignore[arg-type]
        _number(reading.concentration),
        reading.beyond,
        None,
        None,
    )


def _number(value: Decimal | None) -> str | None:
    return None if value is None else format(value, "f")


@dataclass
class Listening:
    """A Care that remembers what it was told, in committed transactions and others."""

    told: list[Concern] = field(default_factory=list)

    def __call__(self, _session: Session) -> Care:
        return self

    def attend(self, concern: Concern, now: datetime) -> UUID:
        self.told.append(concern)
        return concern.episode


@dataclass
class Keeping:
    """A Care that writes into a table of the test, in the engine's transaction."""

    session: Session

    def attend(self, concern: Concern, now: datetime) -> UUID:
        self.session.execute(
            text("insert into attended values (:episode, :version, :changes)"),
            {"episode": concern.episode, "version": concern.version, "changes": list(concern.changes)},
        )
        return concern.episode


ATTENDED = """
create table attended (episode uuid, version int, changes text[], primary key (episode, version))
"""


@dataclass
class Chain:
    """Ingest's tables and an engine over one database."""

    url: str
    tables: Tables
    database: Database
    gateway: Gateway = field(default_factory=Gateway)
    care: CareFactory = field(default_factory=Listening)
    bound: set[str] = field(default_factory=set)

    @classmethod
    def at(cls, url: str, care: CareFactory | None = None) -> Chain:
        return cls(url, Tables.at(url), connect(url), care=care or Listening())

    def close(self) -> None:
        self.tables.connection.close()
        self.database.dispose()

    @property
    def sessions(self) -> sessionmaker[Session]:
        return sessionmaker(self.database, expire_on_commit=False)

    def engine(
        self,
        *,
        at: Callable[[str], None] = lambda _point: None,
        shards: Sequence[int] = ALL,
        batch: int = 2_000,
        remembered: int = 100_000,
    ) -> Engine:
        return Engine(self.sessions, self.care, at=at, shards=shards, batch=batch, remembered=remembered)

    def store(self, *readings: Reading, now: datetime | None = None, tables: Tables | None = None) -> None:
        """One group commit at `now`, or when the first of them was stored."""
        for name in {each.resident for each in readings} - self.bound:
            self.tables.bind(self.gateway, meter_of(name).key, resident(name), slot=None)
            self.bound.add(name)
        (tables or self.tables).commit(self.batch(*readings), now=now or readings[0].stored_at)

    def batch(self, *readings: Reading) -> Accepted:
        return self.wire_batch(*(to_wire(each) for each in readings))

    def wire_batch(self, *readings: wire.Reading) -> Accepted:
        sealed = self.gateway.seal_body(b"{}")
        signer = GatewayKey(self.gateway.public)
        return Accepted(sealed, signer, self.gateway.home, readings[0].heard.at, readings, ())

    def episodes(self, name: str | None = None) -> list[Episode]:
        """All, or a resident's, as they are stored."""
        rows = self.tables.all("select state::text from alerts.episode order by resident, place")
        found = [thaw_episode(str(state)) for (state,) in rows]
        return [each for each in found if name is None or each.resident == str(resident(name))]


def settle(engine: Engine, now: datetime) -> None:
    """Step until nothing is left to do."""
    while engine.step(now):
        pass


def replayed(chain: Chain, engine: Engine, groups: Iterable[Sequence[Reading]], *, on: timedelta) -> None:
    """Store groups in their order on a test clock, which runs on at the end."""
    now = None
    for group in groups:
        now = group[0].stored_at
        settle(engine, now)
        chain.store(*group)
        settle(engine, now)
    assert now is not None
    settle(engine, now + on)
