"""Which life of the database this is: the lineage, kept outside the database so that no restore undoes it."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from pathlib import Path
from typing import Final

import msgspec
from msgspec import Struct

from device_drivers.wire.receipt import Lineage
from device_drivers.wire.signing import sign
from ingest.door.clock import EARLIEST
from ingest.files import alone, replace_file
from ingest.keys import Keyring

_FILE: Final = "lineage.json"
_LOCK: Final = "lineage.lock"


class Restored(Struct, frozen=True, forbid_unknown_fields=True):
    """Lineage `n` began from a backup of `since`, restored at `until`."""

    n: int
    since: datetime
    until: datetime


class Life(Struct, frozen=True, forbid_unknown_fields=True):
    """The lineage in force, and since when every backup that may be restored holds a receipt.

    `database` names the history of the database that it speaks for (`ingest.identity`), once one was met.
    """

    n: int
    safe_before: datetime
    restores: tuple[Restored, ...] = ()
    database: str | None = None


# Until a backup is known, none holds anything: gateways keep their second copies.
FIRST: Final = Life(n=1, safe_before=EARLIEST)


def read_life(folder: Path) -> Life:
    """The life that this folder tells of; the first one where it tells of none."""
    try:
        return msgspec.json.decode((folder / _FILE).read_bytes(), type=Life)
    except FileNotFoundError:
        return FIRST


def change_life(folder: Path, change: Callable[[Life], Life]) -> Life:
    """Put another life in force, on disk when this returns; nobody else changes it meanwhile."""
    with alone(folder / _LOCK):
        life = change(read_life(folder))
        replace_file(folder / _FILE, msgspec.json.encode(life))
    return life


def announcement(life: Life, keyring: Keyring) -> Lineage:
    """What gateways read at every connect."""
    draft = Lineage(keyring.kid, life.n, life.safe_before, keyring.key_set, sig="")
    return sign(draft, keyring.signing)
