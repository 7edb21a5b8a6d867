"""Keys that wrap other keys: the port, and a folder of master keys for whoever has no hardware for it."""

from __future__ import annotations

import secrets
from dataclasses import dataclass
from pathlib import Path
from typing import Final, Protocol

from cryptography.hazmat.primitives.keywrap import InvalidUnwrap, aes_key_unwrap, aes_key_wrap

from ingest.files import alone, replace_file

_BYTES: Final = 32
_GENERATION: Final = 4
_LOCK: Final = "kms.lock"


class Kms(Protocol):
    """Envelope encryption (NIST SP 800-57 part 1, 5.3.4): data is locked with a data key of its own, and that
    key is stored wrapped by a master key, which never leaves this port."""

    def wrap(self, data_key: bytes) -> bytes: ...

    def unwrap(self, wrapped: bytes) -> bytes:
        """Raises WrongKeyError where no master key of ours wrapped it."""
        ...

    def is_current(self, wrapped: bytes) -> bool:
        """Whether the newest master key wrapped it; what is not is to be wrapped again."""
        ...


class WrongKeyError(Exception):
    """Wrapped by a key that is not here, or changed since."""


@dataclass(frozen=True, slots=True)
class FolderKms:
    """Master keys as `1.master`, `2.master` …: the newest wraps, all unwrap (AES Key Wrap, RFC 3394)."""

    folder: Path

    def wrap(self, data_key: bytes) -> bytes:
        generation = self._newest() or self._first()
        return generation.to_bytes(_GENERATION) + aes_key_wrap(self._master(generation), data_key)

    def unwrap(self, wrapped: bytes) -> bytes:
        try:
            return aes_key_unwrap(self._master(_generation(wrapped)), wrapped[_GENERATION:])
        except (InvalidUnwrap, FileNotFoundError, ValueError) as error:
            raise WrongKeyError(f"master key {_generation(wrapped)}") from error

    def is_current(self, wrapped: bytes) -> bool:
        return _generation(wrapped) == self._newest()

    def rotate(self) -> int:
        """Make a newer master key and give its number. Older ones stay until nothing is wrapped by them."""
        with alone(self.folder / _LOCK):
            return self._make(self._newest() + 1)

    def _first(self) -> int:
        """Two that begin at once share one master key."""
        with alone(self.folder / _LOCK):
            return self._newest() or self._make(1)

    def _make(self, generation: int) -> int:
        replace_file(self._file(generation), secrets.token_bytes(_BYTES))
        return generation

    def _newest(self) -> int:
        return max((int(file.stem) for file in self.folder.glob("*.master")), default=0)

    def _master(self, generation: int) -> bytes:
        return self._file(generation).read_bytes()

    def _file(self, generation: int) -> Path:
        return self.folder / f"{generation}.master"


def _generation(wrapped: bytes) -> int:
    return int.from_bytes(wrapped[:_GENERATION])
