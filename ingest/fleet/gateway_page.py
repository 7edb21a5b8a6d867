"""One gateway whole: its rows of the fleet's table, its keys and certificates, and when it was silent."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Final
from uuid import UUID

from psycopg import Connection
from psycopg.rows import class_row

from ingest.fleet.table import FleetRow, Which, fleet
from ingest.watch.silence import Cause

MOST: Final = 200
"""Meters and silences on one page; a home has a handful."""

_KEYS: Final = """
select encode(public, 'hex') as public, claim, enrolled_at, revoked_at from ingest.gateway_key
where gateway = %s order by claim desc, enrolled_at desc
"""

_CERTIFICATES: Final = """
select encode(fingerprint, 'hex') as fingerprint, issued_at, expires_at, revoked_at
from ingest.gateway_certificate where gateway = %s order by issued_at desc
"""

_SILENCES: Final = """
select s.since, s.until, t.cause, s.ticket
from ingest.gateway_silence s join ingest.ticket t on t.id = s.ticket
where s.gateway = %s order by s.id desc limit %s
"""


@dataclass(frozen=True, slots=True)
class KeyRow:
    """A public key in hexadecimal that was enrolled for a gateway, and under which claim."""

    public: str
    claim: int
    enrolled_at: datetime
    revoked_at: datetime | None


@dataclass(frozen=True, slots=True)
class CertificateRow:
    """A certificate by its fingerprint (SHA-256 in hexadecimal)."""

    fingerprint: str
    issued_at: datetime
    expires_at: datetime
    revoked_at: datetime | None


@dataclass(frozen=True, slots=True)
class SilenceRow:
    """A time in which a gateway was not heard, and the ticket under which that stands."""

    since: datetime
    until: datetime | None
    cause: Cause
    ticket: int


@dataclass(frozen=True, slots=True)
class GatewayPage:
    """A gateway with each of its meters; the newest key, certificate and silence first."""

    rows: tuple[FleetRow, ...]
    keys: tuple[KeyRow, ...]
    certificates: tuple[CertificateRow, ...]
    silences: tuple[SilenceRow, ...]


def one(connection: Connection, which: Which, *, now: datetime) -> GatewayPage | None:
    """The gateway that `which` names; None where there is none, or not among its institutions."""
    rows = fleet(connection, which, now=now, most=MOST)
    if which.gateway is None or not rows:
        return None
    gateway = which.gateway
    return GatewayPage(
        tuple(rows),
        _keys(connection, gateway),
        _certificates(connection, gateway),
        _silences(connection, gateway),
    )


def _keys(connection: Connection, gateway: UUID) -> tuple[KeyRow, ...]:
    with connection.cursor(row_factory=class_row(KeyRow)) as cursor:
        return tuple(cursor.execute(_KEYS, (gateway,)))


def _certificates(connection: Connection, gateway: UUID) -> tuple[CertificateRow, ...]:
    with connection.cursor(row_factory=class_row(CertificateRow)) as cursor:
        return tuple(cursor.execute(_CERTIFICATES, (gateway,)))


def _silences(connection: Connection, gateway: UUID) -> tuple[SilenceRow, ...]:
    with connection.cursor(row_factory=class_row(SilenceRow)) as cursor:
        return tuple(cursor.execute(_SILENCES, (gateway, MOST)))
