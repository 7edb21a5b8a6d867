"""Who this gateway is: an id and an Ed25519 key, made at first start and never again. Enrols nowhere."""

from __future__ import annotations

from pathlib import Path
from typing import Final
from uuid import UUID, uuid4

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from gateway.folder.files import write_private
from gateway.trust.sealing import Signer

KEY: Final = "gateway.key"
_ID: Final = "gateway.id"


class KeyFileError(Exception):
    """The key file cannot be used; the message says what to do."""


def load_or_make(data_dir: Path, gateway: UUID | None = None) -> Signer:
    """The gateway's id and key from its data folder, made there (0600) at first start. `gateway` is an id
    given by settings; without one it is minted. Raises KeyFileError."""
    data_dir.mkdir(mode=0o700, parents=True, exist_ok=True)
    return Signer(gateway or _identity(data_dir / _ID), _key(data_dir / KEY))


def _identity(path: Path) -> UUID:
    if not path.exists():
        write_private(path, f"{uuid4()}\n".encode())
    try:
        return UUID(path.read_text(encoding="ascii").strip())
    except ValueError as error:
        raise KeyFileError(f"{path} holds no id: put the gateway's UUID there again, as enrolled") from error


def _key(path: Path) -> Ed25519PrivateKey:
    if not path.exists():
        write_private(path, Ed25519PrivateKey.generate().private_bytes_raw())
    _check_mode(path)
    try:
        return Ed25519PrivateKey.from_private_bytes(path.read_bytes())
    except ValueError as error:
        raise KeyFileError(
            f"{path} is no key: restore it, or remove it and enrol this gateway again"
        ) from error


def _check_mode(path: Path) -> None:
    if path.stat().st_mode & 0o077:
        raise KeyFileError(
            f"others can read {path}: run chmod 600 {path}, and enrol again if that is not new"
        )
