"""The folder of backups: each in a folder of its own, the log of the database beside them. Decides nothing.

base/20261128T141113Z/        a backup: backup.json, and the cluster's files in `data`
base/.draft/                  one that is being made
base/.gone-…/                 one that no restore may use any more
wal/7395…-1/                  the write-ahead log of a cluster from a timeline on
"""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from contextlib import AbstractContextManager, suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Final

import msgspec

from ingest.backups import wal
from ingest.backups.backup import Backup
from ingest.files import alone, replace_file, sync_folder

_DRAFT: Final = ".draft"
_GONE: Final = ".gone-"
_FACTS: Final = "backup.json"
_DATA: Final = "data"


class ShelfError(Exception):
    """No such backup, or one that cannot be read."""


@dataclass(frozen=True, slots=True)
class Shelf:
    """Everything under one folder, which nobody else may enter."""

    folder: Path

    def alone(self) -> AbstractContextManager[None]:
        """Only one backup or restore at a time works here."""
        self.folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        return alone(self.folder / "lock")

    def backups(self) -> list[Backup]:
        """Those that are complete and may be restored."""
        return [self._read(facts) for facts in sorted(self._base.glob(f"[0-9]*/{_FACTS}"))]

    def named(self, name: str) -> Backup:
        """Raises ShelfError where it does not stand here."""
        found = next((backup for backup in self.backups() if backup.name == name), None)
        if found is None:
            raise ShelfError(f"there is no backup {name} in {self.folder}")
        return found

    def data(self, backup: Backup) -> Path:
        return self._base / backup.name / _DATA

    def draft(self) -> Path:
        """An empty place for the files of the next one; what was left there is swept away."""
        draft = self._base / _DRAFT
        shutil.rmtree(draft, ignore_errors=True)
        draft.mkdir(mode=0o700, parents=True)
        return draft / _DATA

    def put(self, backup: Backup) -> None:
        """From now on the draft is a backup."""
        replace_file(self._base / _DRAFT / _FACTS, msgspec.json.encode(backup))
        (self._base / _DRAFT).rename(self._base / backup.name)
        sync_folder(self._base)

    def retire(self, backup: Backup) -> None:
        """From now on nothing is restored from it; `sweep` deletes it."""
        (self._base / backup.name).rename(self._base / f"{_GONE}{backup.name}")
        sync_folder(self._base)

    def sweep(self) -> None:
        """Delete what is retired and the log that none of the others needs."""
        for gone in self._base.glob(f"{_GONE}*"):
            shutil.rmtree(gone)
        kept = self.backups()
        for file in list(self.log()):
            if wal.segment(file.name) and not self._is_needed(file, kept):
                file.unlink()

    def log_folder(self, cluster: str, timeline: int) -> Path:
        """Where the log of a cluster goes from this timeline on."""
        folder = self.folder / "wal" / f"{cluster}-{timeline}"
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        return folder

    def log(self, cluster: str = "*") -> Iterator[Path]:
        """The files of the log, of all timelines."""
        yield from (self.folder / "wal").glob(f"{cluster}-*/*")

    @property
    def _base(self) -> Path:
        return self.folder / "base"

    @staticmethod
    def _is_needed(file: Path, kept: list[Backup]) -> bool:
        cluster = file.parent.name.partition("-")[0]
        return not kept or any(backup.cluster == cluster and wal.serves(file.name, backup) for backup in kept)

    @staticmethod
    def _read(facts: Path) -> Backup:
        try:
            return msgspec.json.decode(facts.read_bytes(), type=Backup)
        except msgspec.DecodeError as error:
            raise ShelfError(f"{facts} cannot be read: {error}") from error


def size(folder: Path) -> int:
    """Bytes of all files below; one that goes meanwhile counts nothing."""
    total = 0
    for file in folder.rglob("*"):
        with suppress(FileNotFoundError):
            total += file.lstat().st_size if file.is_file() else 0
    return total
