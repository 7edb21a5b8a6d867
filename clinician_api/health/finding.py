"""Finds out how this machine is: packages, folders, certificates. Asks no database."""

from __future__ import annotations

import re
import shutil
from collections import defaultdict
from collections.abc import Iterable, Mapping
from datetime import datetime
from importlib import metadata
from pathlib import Path
from typing import Final

from cryptography import x509

from clinician_api.settings import Settings
from ingest.backups.shelf import Shelf

_PIN: Final = re.compile(r"^([A-Za-z0-9][A-Za-z0-9._-]*)==([^\s;\\]+)", re.MULTILINE)
_LOCK: Final = Path(__file__).parents[2] / "requirements" / "server.txt"
_DRILL: Final = "last-drill"


def installed() -> dict[str, str]:
    return {_name(each.metadata["Name"]): each.version for each in metadata.distributions()}


def locked(file: Path | None) -> dict[str, frozenset[str]] | None:
    """The versions that were tested; a package that came as a wheel does not carry the file."""
    try:
        return read_lock((file or _LOCK).read_text(encoding="utf-8"))
    except FileNotFoundError:
        return None


def read_lock(text: str) -> dict[str, frozenset[str]]:
    """Of a requirements file; a name may stand there in several versions, for several Pythons."""
    found: defaultdict[str, set[str]] = defaultdict(set)
    for name, version in _PIN.findall(text):
        found[_name(name)].add(version)
    return {name: frozenset(versions) for name, versions in found.items()}


def backup_at(folder: Path | None) -> datetime | None:
    if folder is None or not folder.is_dir():
        return None
    return max((each.ended_at for each in Shelf(folder).backups()), default=None)


def drill_at(folder: Path | None) -> datetime | None:
    """When a restore was last tried, as `drilled` wrote it down."""
    try:
        return (
            datetime.fromisoformat((folder / _DRILL).read_text(encoding="utf-8").strip()) if folder else None
        )
    except (FileNotFoundError, ValueError):
        return None


def drilled(folder: Path, at: datetime) -> None:
    (folder / _DRILL).write_text(at.isoformat(), encoding="utf-8")


def certificates(files: Iterable[Path]) -> dict[str, datetime | None]:
    """Until when each holds; None where it cannot be read."""
    return {file.name: _ends(file) for file in files}


def _ends(file: Path) -> datetime | None:
    try:
        found = x509.load_pem_x509_certificates(file.read_bytes())
    except (OSError, ValueError):
        return None
    return min((each.not_valid_after_utc for each in found), default=None)


def free(settings: Settings) -> Mapping[str, float]:
    """The part that is free under each folder of ours."""
    places = {"vault": settings.vault, "keys": settings.keys, "backups": settings.backups}
    known = {name: folder for name, folder in places.items() if folder is not None and folder.is_dir()}
    usage = {name: shutil.disk_usage(folder) for name, folder in known.items()}
    return {name: each.free / each.total for name, each in usage.items()}


def _name(name: str) -> str:
    """As packages compare them (PEP 503)."""
    return re.sub(r"[-_.]+", "-", name).lower()
