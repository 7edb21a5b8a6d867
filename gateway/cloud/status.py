"""How the gateway is: its signed heartbeat, and what `gateway status` says of it. Measures nothing."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterable
from contextlib import closing
from datetime import datetime
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path
from typing import Final
from uuid import UUID

from msgspec import Struct

from device_drivers.wire.downlink import Done, Reported
from device_drivers.wire.reading import Heard
from device_drivers.wire.signing import public_hex, sign
from device_drivers.wire.state import State, Trouble
from gateway.outbox import counts, trouble
from gateway.outbox.schema import connect_to_read, is_made
from gateway.outbox.store import Outbox
from gateway.trust import keys
from gateway.trust.sealing import Signer

OUTBOX: Final = "outbox.db"
MOST_METERS: Final = 64


class Status(Struct, frozen=True):
    """Who the gateway is and what its outbox holds; `outbox` is null before the first start."""

    gateway: UUID
    public_key: str
    outbox: counts.Counts | None
    trouble: Trouble | None = None
    """Why readings cannot be saved just now."""


def read(data_dir: Path, gateway: UUID | None) -> Status:
    """Of the gateway in this folder, running or not. Makes id and key if this is the first start."""
    signer = keys.load_or_make(data_dir, gateway)
    who = signer.gateway, public_hex(signer.key)
    try:
        held = _counts(data_dir / OUTBOX)
    except sqlite3.DatabaseError as error:
        return Status(*who, None, trouble.of(error) or "unwritable")
    return Status(*who, held, trouble.seen_in(data_dir))


class Heeded(Struct, frozen=True):
    """What became of what the cloud asked: the configuration in force, and the last commands."""

    configuration: Reported | None = None
    done: tuple[Done, ...] = ()


NOTHING_ASKED: Final = Heeded()


def heartbeat(
    outbox: Outbox,
    signer: Signer,
    at: Heard,
    *,
    adapter: str | None,
    meters: Iterable[str],
    online: bool,
    heeded: Heeded = NOTHING_ASKED,
) -> State:
    """The state to publish, signed; with `online` false the one to leave as last will."""
    held = outbox.counts()
    return sign(
        State(
            gateway=signer.gateway,
            at=at.at,
            online=online,
            head=outbox.head(),
            rewound=outbox.rewound(),
            unsent=held.unsent,
            oldest_unsent_s=_age(held.oldest_unsent, at.at),
            at_risk=held.at_risk,
            undecodable=held.undecodable,
            adapter=adapter or "default",
            clock="synced" if at.synced else "unsynced",
            meters_seen=tuple(meters)[-MOST_METERS:],
            version=our_version(),
            sig="",
            configuration=heeded.configuration,
            done=heeded.done,
            trouble=outbox.trouble,
        ),
        signer.key,
    )


def our_version() -> str:
    """Of the installed package; `unknown` when run from a folder."""
    try:
        return version("hearthline")
    except PackageNotFoundError:
        return "unknown"


def _age(oldest: datetime | None, now: datetime) -> int:
    """Whole seconds; 0 too where the clock went backwards."""
    return 0 if oldest is None else max(0, int((now - oldest).total_seconds()))


def _counts(path: Path) -> counts.Counts | None:
    if not is_made(path):
        return None
    with closing(connect_to_read(path)) as db:
        return counts.count(db, 0)
