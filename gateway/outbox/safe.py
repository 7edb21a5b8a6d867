"""Locks and unlocks what the outbox holds of readings (AES-256-GCM), as functions that its SQL calls.

What stays in clear: which meters there are, when each reading was heard, how many there are, and the links of
batches. What a reading says, and its id, which could be guessed from what it says, do not.
"""

from __future__ import annotations

import hashlib
import hmac
import sqlite3
from collections.abc import Callable
from pathlib import Path
from typing import Final

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from gateway.outbox import keyring
from gateway.outbox.keyring import NONCE, Keyring

_HEAD: Final = 1 + NONCE
_BLIND: Final = 16
"""Bytes of HMAC-SHA-256 that stand for an id."""

_IN_USE: Final = """
SELECT substr(sealed, 1, 1) FROM payloads UNION SELECT substr(body, 1, 1) FROM waiting
UNION SELECT substr(value, 1, 1) FROM frames UNION SELECT substr(why, 1, 1) FROM frames
UNION SELECT substr(cursor_words, 1, 1) FROM meters UNION SELECT substr(payload, 1, 1) FROM answers
"""


class Safe:
    """`lock` gives key number (1 byte) ‖ nonce (12) ‖ ciphertext ‖ tag (16), bound to its table and row, so
    that nobody can move a row's content to another."""

    def __init__(self, ring: Keyring, randbytes: Callable[[int], bytes]) -> None:
        self._randbytes = randbytes
        self.hold(ring)

    def hold(self, ring: Keyring) -> None:
        """Use these keys from now on."""
        self.ring = ring
        self._ciphers = {row.id: AESGCM(bytes.fromhex(row.key)) for row in ring.rows}
        self._newest = ring.rows[-1].id
        self._blind = bytes.fromhex(ring.blind)

    def lock(self, content: bytes | None, table: str, row: int | str) -> bytes | None:
        """Null stays null."""
        if content is None:
            return None
        nonce = self._randbytes(NONCE)
        locked = self._ciphers[self._newest].encrypt(nonce, content, _place(table, row))
        return b"%c%b%b" % (self._newest, nonce, locked)

    def unlock(self, locked: bytes | None, table: str, row: int | str) -> bytes | None:
        """Null where the content was altered, or locked with a key that is gone."""
        cipher = self._ciphers.get(locked[0]) if locked else None
        if locked is None or cipher is None:
            return None
        try:
            return cipher.decrypt(locked[1:_HEAD], locked[_HEAD:], _place(table, row))
        except (InvalidTag, ValueError):  # ValueError: cut short
            return None

    def blind(self, content: bytes) -> bytes:
        """What stands for an id: the same for the same, and telling nothing without the key."""
        return hmac.digest(self._blind, content, hashlib.sha256)[:_BLIND]

    def teach(self, db: sqlite3.Connection) -> None:
        """Let the SQL of this connection call `lock`, `unlock` and `blind`."""
        db.create_function("lock", 3, self.lock)
        db.create_function("unlock", 3, self.unlock, deterministic=True)
        db.create_function("blind", 1, self.blind, deterministic=True)


def keys_of(outbox: Path) -> Path:
    """Where the keys of this outbox lie."""
    return outbox.with_suffix(".keys")


def open_safe(outbox: Path | str, randbytes: Callable[[int], bytes], wrap: bytes | None = None) -> Safe:
    """The safe of this outbox, its keys made if there is no outbox yet; one in memory has its own for as long
    as it lives. Raises KeyringError."""
    if outbox == ":memory:":
        return Safe(keyring.mint(randbytes), randbytes)
    path = keys_of(Path(outbox))
    if not path.exists() and not _needs_keys(Path(outbox)):
        keyring.save(path, keyring.mint(randbytes), wrap)
    return Safe(keyring.load(path, wrap), randbytes)


def relock(db: sqlite3.Connection) -> set[int]:
    """Lock the rows that stay for years with the newest key. Returns the numbers of all keys in use."""
    db.execute(
        "UPDATE meters SET cursor_words = lock(unlock(cursor_words, 'meters', address), 'meters', address)"
    )
    db.execute(
        "UPDATE frames SET value = lock(unlock(value, 'frames', transfer), 'frames', transfer),"
        " why = lock(unlock(why, 'frames', transfer), 'frames', transfer)"
        " WHERE error IS NOT NULL AND unlock(value, 'frames', transfer) IS NOT NULL"
    )
    return {locked[0] for (locked,) in db.execute(_IN_USE) if locked}


def _place(table: str, row: int | str) -> bytes:
    return f"{table} {row}".encode()


def _needs_keys(outbox: Path) -> bool:
    """Whether there is an outbox with locked rows: from schema 2 on."""
    if not outbox.exists():
        return False
    db = sqlite3.connect(f"{outbox.absolute().as_uri()}?mode=ro", uri=True)
    try:
        return bool(db.execute("PRAGMA user_version").fetchone()[0] >= 2)
    finally:
        db.close()
