"""The demo's ways of reaching people: files in its own folder, so that no message leaves the machine."""

from __future__ import annotations

from pathlib import Path
from typing import Final

LETTERS: Final = "letters.jsonl"
"""Text messages, one-time codes among them."""

CALLS: Final = "calls.jsonl"

_FILE: Final = """\
[[channel]]
name = "text"
kind = "file"
path = {letters}
needs = "phone"
audiences = ["resident", "family", "staff"]

[[channel]]
name = "call"
kind = "phone"
path = {calls}
needs = "phone"
audiences = ["resident", "family"]
urgencies = ["now"]
"""


def write(folder: Path) -> Path:
    """The file that `CARE_CHANNELS` names."""
    file = folder / "channels.toml"
    said = {"letters": _quoted(folder / LETTERS), "calls": _quoted(folder / CALLS)}
    file.write_text(_FILE.format(**said), encoding="utf-8")
    return file


def _quoted(path: Path) -> str:
    """As TOML's literal strings have it: nothing in it is an escape."""
    return f"'{path}'"
