"""Bytes under a data key of their own, which lies beside them wrapped by a master key. Keeps nothing."""

from __future__ import annotations

import secrets
from typing import Final

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from clinician_api.kms import Kms

_MARK: Final = b"HLV1"
_NONCE: Final = 12
_LENGTH: Final = 2


class NotLockedHereError(Exception):
    """No bytes of ours, or not those that were locked under this name."""


def lock(kms: Kms, content: bytes, name: bytes) -> bytes:
    """A mark, the wrapped data key with its length, a nonce, AES-256-GCM over the rest. The name is
    authenticated, so that nothing can be passed off as something else."""
    data_key, nonce = secrets.token_bytes(32), secrets.token_bytes(_NONCE)
    wrapped = kms.wrap(data_key)
    locked = AESGCM(data_key).encrypt(nonce, content, name)
    return _labelled(wrapped) + nonce + locked


def unlock(kms: Kms, locked: bytes, name: bytes) -> bytes:
    """Raises NotLockedHereError, or WrongKeyError where the master key is another one."""
    wrapped, rest = _parts(locked)
    try:
        return AESGCM(kms.unwrap(wrapped)).decrypt(rest[:_NONCE], rest[_NONCE:], name)
    except InvalidTag as error:
        raise NotLockedHereError("changed, or of another name") from error


def wrap_again(kms: Kms, locked: bytes) -> bytes | None:
    """The same under the newest master key; None where it is already. What is locked stays as it is."""
    wrapped, rest = _parts(locked)
    if kms.is_current(wrapped):
        return None
    return _labelled(kms.wrap(kms.unwrap(wrapped))) + rest


def _labelled(wrapped: bytes) -> bytes:
    return _MARK + len(wrapped).to_bytes(_LENGTH) + wrapped


def _parts(locked: bytes) -> tuple[bytes, bytes]:
    """The wrapped data key; the nonce and what it locked."""
    start = len(_MARK) + _LENGTH
    nonce = start + int.from_bytes(locked[len(_MARK) : start])
    if not locked.startswith(_MARK) or len(locked) < nonce + _NONCE:
        raise NotLockedHereError("no mark of ours")
    return locked[start:nonce], locked[nonce:]
