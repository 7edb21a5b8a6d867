"""Keys and certificates that were ever revoked, in a file outside the database: no restore undoes it."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from datetime import datetime
from pathlib import Path
from typing import Final
from uuid import UUID

import msgspec
from msgspec import Struct
from psycopg import Connection

from ingest.door.enrolled import Enrolled, Fleet
from ingest.files import alone, replace_file

_FILE: Final = "revoked.json"
_LOCK: Final = "revoked.lock"

_IN_FORCE: Final = """
select encode(public, 'hex') from ingest.gateway_key where gateway = %s and revoked_at is null
"""

_CERTIFICATES: Final = """
select encode(fingerprint, 'hex') from ingest.gateway_certificate where gateway = %s and revoked_at is null
"""

_REPEAT_KEY: Final = """
update ingest.gateway_key set revoked_at = %s where public = decode(%s, 'hex') and revoked_at is null
"""

_REPEAT_CERTIFICATE: Final = """
update ingest.gateway_certificate set revoked_at = %s
where fingerprint = decode(%s, 'hex') and revoked_at is null
"""


_REVOKED_KEYS: Final = """
select encode(public, 'hex'), revoked_at from ingest.gateway_key where revoked_at is not null
"""

_REVOKED_CERTIFICATES: Final = """
select encode(fingerprint, 'hex'), revoked_at from ingest.gateway_certificate where revoked_at is not null
"""


class Revoked(Struct, frozen=True, forbid_unknown_fields=True):
    """Public keys and certificates' fingerprints in hexadecimal, each with the moment."""

    keys: dict[str, datetime] = {}
    certificates: dict[str, datetime] = {}


def read_revoked(folder: Path) -> Revoked:
    """What this folder tells of."""
    try:
        return msgspec.json.decode((folder / _FILE).read_bytes(), type=Revoked)
    except FileNotFoundError:
        return Revoked()


def note(connection: Connection, folder: Path, gateway: UUID, now: datetime) -> None:
    """Everything of this gateway that is in force, before the database is told: what a crash leaves between
    the two is revoked."""
    keys = (key for (key,) in connection.execute(_IN_FORCE, (gateway,)))
    certificates = (each for (each,) in connection.execute(_CERTIFICATES, (gateway,)))
    with alone(folder / _LOCK):
        known = read_revoked(folder)
        after = Revoked(_with(known.keys, keys, now), _with(known.certificates, certificates, now))
        replace_file(folder / _FILE, msgspec.json.encode(after))


def gather(folder: Path, connection: Connection, _now: datetime) -> None:
    """Whatever was revoked in the database alone, as from the stewards' pages, enters the file too."""
    known = read_revoked(folder)
    keys: dict[str, datetime] = dict(connection.execute(_REVOKED_KEYS).fetchall())
    certificates: dict[str, datetime] = dict(connection.execute(_REVOKED_CERTIFICATES).fetchall())
    if keys.keys() <= known.keys.keys() and certificates.keys() <= known.certificates.keys():
        return
    with alone(folder / _LOCK):
        known = read_revoked(folder)
        after = Revoked({**keys, **known.keys}, {**certificates, **known.certificates})
        replace_file(folder / _FILE, msgspec.json.encode(after))


def repeat(connection: Connection, revoked: Revoked) -> None:
    """Tell a restored database what it may have forgotten."""
    with connection.transaction(), connection.cursor() as cursor:
        cursor.executemany(_REPEAT_KEY, [(at, key) for key, at in revoked.keys.items()])
        cursor.executemany(_REPEAT_CERTIFICATE, [(at, each) for each, at in revoked.certificates.items()])


def without(fleet: Fleet, revoked: Revoked) -> Fleet:
    """The fleet with these keys revoked, whatever the database says of them."""
    if not revoked.keys:
        return fleet
    return {gateway: _less(enrolled, revoked) for gateway, enrolled in fleet.items()}


def _less(enrolled: Enrolled, revoked: Revoked) -> Enrolled:
    if all(key.revoked or key.public not in revoked.keys for key in enrolled.keys):
        return enrolled
    keys = (replace(key, revoked=key.revoked or key.public in revoked.keys) for key in enrolled.keys)
    return replace(enrolled, keys=tuple(keys))


def _with(known: dict[str, datetime], more: Iterable[str], now: datetime) -> dict[str, datetime]:
    return {**dict.fromkeys(more, now), **known}
