"""The keys that lock the outbox's rows, in a file beside the database, never in it. Locks no row itself."""

from __future__ import annotations

from collections.abc import Callable, Collection
from datetime import datetime, timedelta
from pathlib import Path
from typing import Annotated, Final

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from msgspec import Meta, Struct

from device_drivers.wire.codec import WireError, decode, encode
from device_drivers.wire.fields import Digest, Moment
from gateway.folder.files import write_private

KEY_SIZE: Final = 32
"""Bytes: AES-256."""

NONCE: Final = 12
"""Bytes: the size that GCM takes without hashing (NIST SP 800-38D, 8.2)."""

LIFE: Final = timedelta(days=90)
"""How long rows are locked with one key, by the cloud's time. Chance repeats a nonce after some 2**32 rows
(NIST SP 800-38D, 8.3), which no home fills: this bounds what one stolen key opens."""

_WRAPPED: Final = b"HLK1"


class KeyringError(Exception):
    """The keys cannot be used; the message says what to do."""


class RowKey(Struct, frozen=True, forbid_unknown_fields=True):
    """One key. `since` is the cloud's time when it came into use; null where none was known."""

    id: Annotated[int, Meta(ge=1, le=255)]
    key: Digest
    since: Moment | None


class Keyring(Struct, frozen=True, forbid_unknown_fields=True):
    """`blind` hides ids and never changes: by it a reading is recognised. Rows are locked with the last of
    `rows` and unlocked with whichever locked them."""

    blind: Digest
    rows: Annotated[tuple[RowKey, ...], Meta(min_length=1, max_length=255)]


def mint(randbytes: Callable[[int], bytes]) -> Keyring:
    """A ring of fresh keys."""
    return Keyring(randbytes(KEY_SIZE).hex(), (RowKey(1, randbytes(KEY_SIZE).hex(), None),))


def renew(ring: Keyring, now: datetime | None, randbytes: Callable[[int], bytes]) -> Keyring:
    """The ring as it should be at this time of the cloud's: with a new key where the last has served its
    life. Without any time nothing changes."""
    newest = ring.rows[-1]
    if now is None or (newest.since is not None and now - newest.since < LIFE):
        return ring
    if newest.since is None:  # its life counts from the first time that was heard
        return Keyring(ring.blind, (*ring.rows[:-1], RowKey(newest.id, newest.key, now)))
    taken = {row.id for row in ring.rows}
    free = next((number for number in range(1, 256) if number not in taken), None)
    if free is None:
        return ring
    return Keyring(ring.blind, (*ring.rows, RowKey(free, randbytes(KEY_SIZE).hex(), now)))


def retire(ring: Keyring, in_use: Collection[int]) -> Keyring:
    """Without the keys that lock no row any more; the last one stays."""
    return Keyring(ring.blind, tuple(row for row in ring.rows if row.id in in_use or row == ring.rows[-1]))


def load(path: Path, wrap: bytes | None) -> Keyring:
    """The ring in this file. `wrap`: a key of 32 bytes from elsewhere, under which the file itself is locked;
    a file that is not yet locked is at once. Raises KeyringError."""
    try:
        content = path.read_bytes()
    except OSError as error:
        raise KeyringError(f"{path} cannot be read ({error.strerror}): put the outbox's keys back") from error
    plain = _unwrap(path, content, wrap)
    try:
        ring = decode(plain, Keyring)
    except WireError as error:
        raise KeyringError(f"{path} holds no keys ({error.reason}): put the outbox's keys back") from error
    if wrap is not None and plain == content:
        save(path, ring, wrap)
    return ring


def save(path: Path, ring: Keyring, wrap: bytes | None) -> None:
    """Whole or not at all, readable by its owner alone."""
    content = encode(ring)
    if wrap is not None:
        nonce = AESGCM.generate_key(128)[:NONCE]
        content = _WRAPPED + nonce + AESGCM(wrap).encrypt(nonce, content, _WRAPPED)
    write_private(path, content)


def read_wrap(path: Path) -> bytes:
    """The key that locks the keys: 32 bytes, or their 64 hex digits. Raises KeyringError."""
    try:
        content = path.read_bytes()
        wrap = content if len(content) == KEY_SIZE else bytes.fromhex(content.decode("ascii").strip())
    except (OSError, ValueError) as error:
        raise KeyringError(f"{path} gives no key: put 32 random bytes there") from error
    if len(wrap) != KEY_SIZE:
        raise KeyringError(f"{path} gives {len(wrap)} bytes: put 32 random bytes there")
    return wrap


def _unwrap(path: Path, content: bytes, wrap: bytes | None) -> bytes:
    if not content.startswith(_WRAPPED):
        return content
    if wrap is None:
        raise KeyringError(f"{path} is locked: give outbox_key, the file with the key it was locked with")
    body = content[len(_WRAPPED) :]
    try:
        return AESGCM(wrap).decrypt(body[:NONCE], body[NONCE:], _WRAPPED)
    except (InvalidTag, ValueError) as error:
        raise KeyringError(f"{path} was locked with another key than outbox_key gives") from error
