"""Names in the archive of PostgreSQL's write-ahead log: what a recovery needs, and where it ends. Pure.

A segment's name is 24 hexadecimal digits: timeline, and the number in two parts (source: PostgreSQL
documentation, "WAL Internals"; 256 segments of 16 MiB to a part).
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Final

from ingest.backups.backup import Backup

PARTIAL: Final = ".partial"
"""The segment that is being written, already as long as it will be."""

_SEGMENT: Final = re.compile(r"([0-9A-F]{8})([0-9A-F]{8})([0-9A-F]{8})(\.partial)?")
_TO_A_PART: Final = 0x100


@dataclass(frozen=True, slots=True, order=True)
class Segment:
    """One file of 16 MiB."""

    number: int
    timeline: int


def segment(name: str) -> Segment | None:
    """What a file's name says; None if it is no segment."""
    found = _SEGMENT.fullmatch(name)
    if found is None:
        return None
    timeline, part, rest = (int(digits, 16) for digits in found.groups()[:3])
    return Segment(part * _TO_A_PART + rest, timeline)


def is_history(name: str) -> bool:
    """The few lines that say from which timeline another one came."""
    return re.fullmatch(r"[0-9A-F]{8}\.history", name) is not None


def serves(name: str, backup: Backup) -> bool:
    """Whether a recovery from this backup may ask for the file."""
    found, first = segment(name), segment(backup.first_wal)
    if found is None or first is None:
        return is_history(name)
    return found.number >= first.number and found.timeline >= first.timeline


def reaches(names: Iterable[str], backup: Backup) -> str | None:
    """The last file up to which no number is missing from the backup on; None where the first one is."""
    numbers = {
        found.number: name for name in sorted(names) if (found := segment(name)) and serves(name, backup)
    }
    first = segment(backup.first_wal)
    last = None
    number = first.number if first else 0
    while number in numbers:
        last = numbers[number]
        number += 1
    return last
