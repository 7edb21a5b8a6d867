"""The fleet as a table: a row for each meter of each gateway, one for a gateway without any. Changes nothing.

Places, residents and institutions are ids here; their names are the rooms' of care.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, fields
from datetime import datetime, timedelta
from typing import Any, Final, Literal
from uuid import UUID
from zoneinfo import ZoneInfo

from psycopg import Connection
from psycopg.rows import dict_row

from ingest.store import fleet_rows
from ingest.watch.silence import Cause

Trouble = Literal[
    "revoked",
    "never_heard",
    "silent",
    "gateway_clock",
    "backlog",
    "certificate",
    "never_measured",
    "low_battery",
    "failing",
    "meter_clock",
]
"""What somebody should look at; the first six are the gateway's, a revoked one has no other."""

SHANGHAI: Final = ZoneInfo("Asia/Shanghai")
"""One zone for all of China, as `INGEST_REGION` has it unless told otherwise."""

FAILING: Final = 3
"""Errors of its own in a row that make a meter a failing one: once may be a cough, twice a loose cuff."""

LIMITS: Final[Mapping[str, object]] = {
    # A clock further off than this is corrected and flagged (as for readings); the gateway's against ours.
    "clock": timedelta(minutes=10),
    "clock_s": 600,
    # A gateway sends at once: what waited for so long does not get through, though its heartbeats do.
    "backlog_s": 900,
    "certificate": timedelta(days=14),
    "battery": 20,
    "failing": FAILING,
}

Place = tuple[UUID, str]
"""A gateway and a meter's key, empty where it has none: where a page of the table ends."""


@dataclass(frozen=True, slots=True)
class Which:
    """Which rows; None is any, and no institutions at all is none. `zone` is that of the meters' clocks."""

    institutions: tuple[UUID, ...] | None = None
    region: str | None = None
    home: UUID | None = None
    gateway: UUID | None = None
    trouble: Trouble | None = None
    zone: ZoneInfo = SHANGHAI


@dataclass(frozen=True, slots=True)
class GatewayRow:
    """A gateway, where it stands, and how it was by its last fresh heartbeat; all of that None before it.

    `heard_at` is by our clock, `said_at` by its own. `cause` is that of the ticket under which it is silent.
    """

    gateway: UUID
    home: UUID
    institution: UUID | None
    region: str | None
    operator: str | None
    revoked_at: datetime | None
    certificate_until: datetime | None
    heard_at: datetime | None
    said_at: datetime | None
    left_at: datetime | None
    silent_since: datetime | None
    cause: Cause | None
    clock: Literal["synced", "unsynced"] | None
    unsent: int | None
    oldest_unsent_s: int | None
    at_risk: int | None
    undecodable: int | None
    adapter: str | None
    version: str | None


@dataclass(frozen=True, slots=True)
class MeterRow:
    """A meter by its stored readings; one that is bound and never measured has none of it.

    `clock_offset_s` is how far its clock is ahead. `residents` are those to whom its slots belong now.
    No meter says its own firmware on the wire: the driver that read it stands for it.
    """

    key: str
    key_kind: str | None
    kind: str | None
    model: str | None
    address: str | None
    residents: tuple[UUID, ...]
    heard_at: datetime | None
    good_at: datetime | None
    battery: int | None
    clock_offset_s: int | None
    readings: int
    errors: int
    failing: int
    driver: str | None
    driver_version: str | None

    @property
    def error_rate(self) -> float | None:
        """Errors of its own among all it measured; None where nothing is known, which is not nought."""
        return self.errors / self.readings if self.readings else None


@dataclass(frozen=True, slots=True)
class FleetRow:
    """A row of the table, and what is wrong there."""

    gateway: GatewayRow
    meter: MeterRow | None
    troubles: tuple[Trouble, ...]

    @property
    def place(self) -> Place:
        return self.gateway.gateway, "" if self.meter is None else self.meter.key


@dataclass(frozen=True, slots=True)
class FleetTally:
    """How many there are, and how many rows have each trouble."""

    gateways: int
    meters: int
    troubles: Mapping[Trouble, int]


def fleet(
    connection: Connection, which: Which, *, now: datetime, most: int = 50, after: Place | None = None
) -> list[FleetRow]:
    """The rows after a place, in the order of gateways and keys."""
    gateway, meter = after or (None, "")
    values = {**_values(which, now), "most": most, "after_gateway": gateway, "after_meter": meter}
    with connection.cursor(row_factory=dict_row) as cursor:
        return [_row(found) for found in cursor.execute(fleet_rows.PAGE, values)]


def tally(connection: Connection, which: Which, *, now: datetime) -> FleetTally:
    """Counts over all rows, whatever trouble is asked for."""
    counts: dict[Any, int] = dict(connection.execute(fleet_rows.TALLY, _values(which, now)).fetchall())
    return FleetTally(counts.pop("gateways"), counts.pop("meters"), counts)


def _values(which: Which, now: datetime) -> dict[str, object]:
    return {
        **LIMITS,
        "now": now,
        "institutions": None if which.institutions is None else list(which.institutions),
        "region": which.region,
        "home": which.home,
        "gateway": which.gateway,
        "trouble": which.trouble,
        "zone": which.zone.key,
    }


def _row(found: Mapping[str, Any]) -> FleetRow:
    gateway = GatewayRow(**{field.name: found[field.name] for field in fields(GatewayRow)})
    if found["key"] is None:
        return FleetRow(gateway, None, tuple(found["troubles"]))
    of_meter = {**found, "heard_at": found["meter_heard_at"], "residents": tuple(found["residents"])}
    meter = MeterRow(**{field.name: of_meter[field.name] for field in fields(MeterRow)})
    return FleetRow(gateway, meter, tuple(found["troubles"]))
