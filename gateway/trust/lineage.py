"""Which life of the cloud's database speaks, with which keys, and what may be purged. Pure decisions."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final

from device_drivers.wire.receipt import CloudKey, KeySet, Lineage
from device_drivers.wire.signing import is_signed_by, key_id

SECOND_COPY: Final = timedelta(days=7)
"""How long, by the cloud's time, a receipted row stays at least."""


@dataclass(frozen=True, slots=True)
class Known:
    """The highest lineage verified so far and the version of the key set in force; 0 before the first."""

    lineage: int
    key_version: int
    keys: dict[str, str]


@dataclass(frozen=True, slots=True)
class Heed:
    """Add these keys to the old ones, rise to lineage `n` (a rewind if it is higher), note `safe_before`."""

    keys: tuple[CloudKey, ...]
    key_version: int
    n: int
    safe_before: datetime


@dataclass(frozen=True, slots=True)
class Disregard:
    """Nothing follows. `reason` is one of `bad_key_set unknown_key bad_signature lower_lineage`."""

    reason: str


def judge(message: Lineage, known: Known, *, root: str) -> Heed | Disregard:
    """What an announcement lets the gateway do. `root` is the pinned public key."""
    if not _is_key_set_true(message.kids, root):
        return Disregard("bad_key_set")
    is_newer = message.kids.version > known.key_version
    fresh = message.kids.keys if is_newer else ()
    keys = known.keys | {key.kid: key.public for key in fresh}
    public = keys.get(message.kid)
    if public is None:
        return Disregard("unknown_key")
    if not is_signed_by(message, message.sig, public):
        return Disregard("bad_signature")
    if message.n < known.lineage:
        return Disregard("lower_lineage")
    return Heed(fresh, max(message.kids.version, known.key_version), message.n, message.safe_before)


def purge_bound(safe_before: datetime | None, cloud_time: datetime | None) -> datetime | None:
    """Receipts of the current lineage before this moment are in every backup that may still be restored and a
    week old by the cloud's time. None: nothing may go. The gateway's own clock never purges."""
    if safe_before is None or cloud_time is None:
        return None
    return min(safe_before, cloud_time - SECOND_COPY)


def _is_key_set_true(kids: KeySet, root: str) -> bool:
    named_right = all(key.kid == key_id(key.public) for key in kids.keys)
    return named_right and is_signed_by(kids, kids.sig, root)
