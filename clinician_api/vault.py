"""Where documents, pictures and recordings lie, locked: the port, and a folder on this machine."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Protocol
from uuid import UUID

from clinician_api import envelope
from clinician_api.envelope import NotLockedHereError
from clinician_api.kms import Kms
from ingest.files import replace_file


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
    """A file for each, in an envelope of its own."""

    folder: Path
    kms: Kms

    def put(self, name: UUID, content: bytes) -> None:
        file = self._file(name)
        file.parent.mkdir(parents=True, exist_ok=True)
        replace_file(file, envelope.lock(self.kms, content, name.bytes))

    def get(self, name: UUID) -> bytes:
        try:
            return envelope.unlock(self.kms, self._file(name).read_bytes(), name.bytes)
        except (FileNotFoundError, NotLockedHereError) as error:
            raise NotInVaultError(str(name)) from error

    def destroy(self, name: UUID) -> None:
        self._file(name).unlink(missing_ok=True)

    def wrap_again(self) -> int:
        """How many documents were not under the newest master key; by then they are, each replaced whole."""
        changed = 0
        for file in sorted(self.folder.glob("*/*.locked")):
            newer = envelope.wrap_again(self.kms, file.read_bytes())
            if newer is not None:
                replace_file(file, newer)
                changed += 1
        return changed

    def _file(self, name: UUID) -> Path:
        return self.folder / name.hex[:2] / f"{name}.locked"
