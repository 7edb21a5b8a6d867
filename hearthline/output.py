"""What a command says: one JSON value for scripts on stdout, words for people on stderr. Invents neither."""

from __future__ import annotations

import sys
from typing import NoReturn

import msgspec


def answer(value: object) -> None:
    """Print a value as JSON on one line of stdout."""
    sys.stdout.write(msgspec.json.encode(value).decode() + "\n")
    sys.stdout.flush()


def tell(words: str) -> None:
    """Print words for people, out of the way of `answer`."""
    sys.stderr.write(words + "\n")
    sys.stderr.flush()


def fail(words: str) -> NoReturn:
    """End the command with exit code 1 and the reason for people."""
    tell(words)
    raise SystemExit(1)
