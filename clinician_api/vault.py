"""Where documents, pictures and recordings lie, locked: the port, and a folder on this machine."""

from __future__ import annotations

import secrets
from dataclasses import dataclass
from pathlib import Path
from typing import Final, Protocol
from uuid import UUID

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from clinician_api.kms import Kms
from ingest.files import replace_file

_MARK: Final = b"HLV1"
_NONCE: Final = 12
_LENGTH: Final = 2


class NotInVaultError(Exception):
    """No such document, or its bytes are not those that were put there."""


class Vault(Protocol):
    """Holds each document under the id of what it belongs to. What is put is never put again."""

    def put(self, name: UUID, content: bytes) -> None: ...

    def get(self, name: UUID) -> bytes:
        """Raises NotInVaultError."""
        ...

    def destroy(self, name: UUID) -> None:
        """With its key: no copy of the file can be read any more by whoever finds one without it."""
        ...


@dataclass(frozen=True, slots=True)
class DiskVault:
    """A file for each: a mark, the wrapped data key with its length, a nonce, AES-256-GCM over the rest. The
    name is authenticated, so that no file can be passed off as another."""

    folder: Path
    kms: Kms

    def put(self, name: UUID, content: bytes) -> None:
        data_key, nonce = secrets.token_bytes(32), secrets.token_bytes(_NONCE)
        wrapped = self.kms.wrap(data_key)
        locked = AESGCM(data_key).encrypt(nonce, content, name.bytes)
        file = self._file(name)
        file.parent.mkdir(parents=True, exist_ok=True)
        replace_file(file, _MARK + len(wrapped).to_bytes(_LENGTH) + wrapped + nonce + locked)

    def get(self, name: UUID) -> bytes:
        try:
            stored = self._file(name).read_bytes()
        except FileNotFoundError as error:
            raise NotInVaultError(str(name)) from error
        wrapped, nonce, locked = _parts(stored, name)
        try:
            return AESGCM(self.kms.unwrap(wrapped)).decrypt(nonce, locked, name.bytes)
        except InvalidTag as error:
            raise NotInVaultError(f"{name} is not as it was put there") from error

    def destroy(self, name: UUID) -> None:
        self._file(name).unlink(missing_ok=True)

    def _file(self, name: UUID) -> Path:
        return self.folder / name.hex[:2] / f"{name}.locked"


def _parts(stored: bytes, name: UUID) -> tuple[bytes, bytes, bytes]:
    start = len(_MARK) + _LENGTH
    nonce = start + int.from_bytes(stored[len(_MARK) : start])
    if not stored.startswith(_MARK) or len(stored) < nonce + _NONCE:
        raise NotInVaultError(f"{name} is no file of ours")
    return stored[start:nonce], stored[nonce : nonce + _NONCE], stored[nonce + _NONCE :]
