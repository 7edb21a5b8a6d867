"""Opens the outbox, whatever became of its file. Decides by what SQLite says of it."""

from __future__ import annotations

import sqlite3
from pathlib import Path
from typing import Final

from gateway.log import Log
from gateway.outbox import salvage, trouble
from gateway.outbox.schema import OutboxError
from gateway.outbox.store import Outbox, Surroundings
from gateway.trust.sealing import Signer

_SUSPECT: Final = ".suspect"


def open_outbox(path: Path, signer: Signer, around: Surroundings, log: Log) -> Outbox:
    """The outbox of this gateway. A damaged one is put aside, and a new one begun with what could be read of
    it; its stream names no predecessor, so that the ledger says `unknown` of what was between."""
    outbox = _open_sound(path, signer, around)
    if outbox is None:
        salvage.put_aside(path)
        outbox = Outbox(path, signer, around)
    if (damaged := salvage.aside(path)).exists():  # also where a crash came between
        log.warning("outbox.damaged", saved=outbox.salvage(damaged))
        salvage.done_with(path)
    _suspect(path).unlink(missing_ok=True)
    return outbox


def suspect(path: Path) -> None:
    """Something was damaged while it ran: at the next opening every page is looked at."""
    _suspect(path).touch()


def _open_sound(path: Path, signer: Signer, around: Surroundings) -> Outbox | None:
    """None where it is damaged. Looking at every page takes seconds, so that is done on suspicion only."""
    try:
        outbox = Outbox(path, signer, around)
    except UnicodeDecodeError:  # sqlite3 quotes a schema that rotted
        return None
    except sqlite3.DatabaseError as error:
        if trouble.of(error) != "damaged":
            raise OutboxError(f"{path} cannot be opened ({error}): look at the disk") from error
        return None
    if not _suspect(path).exists() or outbox.is_sound():
        return outbox
    outbox.close()
    return None


def _suspect(path: Path) -> Path:
    return path.with_name(f"{path.name}{_SUSPECT}")
