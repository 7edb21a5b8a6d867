"""Everything that a master key of ours wrapped, wrapped again by the newest.

What that is stands in one list, held against the models by a test: nothing is forgotten when a key goes.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Final
from uuid import UUID

from sqlalchemy.orm import Session

from clinician_api.agreements import service as agreements
from clinician_api.db import Sessions
from clinician_api.errors import ConflictError
from clinician_api.identity import locking, second
from clinician_api.kms import Kms
from clinician_api.vault import DiskVault

Some = Callable[[Session, Kms, UUID | None], tuple[int, UUID | None]]
"""Wraps some hundred again, behind an id; how many were changed, and where to go on."""


def _whole(wrap: Callable[[Session, Kms], int]) -> Some:
    return lambda db, kms, _after: (wrap(db, kms), None)


WRAPPED: Final[Mapping[str, Some]] = {
    "person_key.wrapped": locking.wrap_again,
    "search_key.wrapped": _whole(locking.wrap_search_key_again),
    "second_factor.locked": _whole(second.wrap_again),
}
"""By table and column. Documents' numbers lie under a person's key; files in the vault have their own."""


def wrap_again(sessions: Sessions, kms: Kms, vault: Path | None) -> int:
    """How many were not under the newest master key; by then they are. May be broken off and begun anew.

    Raises ConflictError where there are signed documents and no vault was named, WrongKeyError where a master
    key is gone.
    """
    with sessions() as db:
        if vault is None and agreements.are_any_sealed(db):
            raise ConflictError("vault.missing")
    changed = sum(_all(sessions, kms, some) for some in WRAPPED.values())
    return changed + (DiskVault(vault, kms).wrap_again() if vault else 0)


def _all(sessions: Sessions, kms: Kms, some: Some) -> int:
    """A transaction for some hundred at a time, so that nobody waits long."""
    total, after, is_first = 0, None, True
    while is_first or after is not None:
        is_first = False
        with sessions.begin() as db:
            done, after = some(db, kms, after)
        total += done
    return total
