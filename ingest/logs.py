"""Logs as JSON lines on stderr: ids and facts from a list of names, never a reading, a name or free text."""

from __future__ import annotations

import json
import logging
import re
import sys
import traceback
from collections.abc import MutableMapping
from datetime import datetime
from typing import Any, Final

import structlog

FIELDS: Final = frozenset(
    {
        # Ids.
        *("account", "desk", "episode", "gateway", "hash", "id", "incident", "institution"),
        *("reading", "resident", "seq", "stream", "subject"),
        # Kinds and codes, each one word.
        *("chore", "code", "database", "error", "kind", "reason", "route", "timer", "urgency"),
        # Figures and times.
        *("again_in_s", "batches", "left", "lineage", "n", "seconds", "since", "status", "strays", "until"),
    }
)
"""What a line may say. A name, a phone number or a value is in none of these, and nothing else is printed."""

_ADDED: Final = frozenset({"event", "level", "timestamp", "exception"})
_WORD: Final = re.compile(r"[A-Za-z0-9_.:/{}*+-]{1,200}")
_WITHHELD: Final = "withheld"


def configure(level: int = logging.INFO) -> None:
    """Once, in the process's main function."""
    # The libraries speak through `logging`; amqtt tells every packet below WARNING.
    ear = logging.StreamHandler(sys.stderr)
    ear.setFormatter(OfLibraries())
    logging.basicConfig(level=logging.WARNING, handlers=[ear])
    structlog.configure(
        processors=[
            where_it_failed,
            only_what_may_be_said,
            structlog.processors.add_log_level,
            structlog.processors.TimeStamper(fmt="iso", utc=True),
            structlog.processors.JSONRenderer(),
        ],
        wrapper_class=structlog.make_filtering_bound_logger(level),
        logger_factory=structlog.PrintLoggerFactory(sys.stderr),
        cache_logger_on_first_use=True,
    )


def only_what_may_be_said(
    _logger: object, _method: str, said: MutableMapping[str, Any]
) -> MutableMapping[str, Any]:
    """Fields of other names are left out, and of values only numbers, times and single words are printed.

    What is left out is named, so that its author finds out.
    """
    kept = {name: _sayable(value) for name, value in said.items() if name in FIELDS | _ADDED}
    if unknown := sorted(set(said) - set(kept)):
        kept["left_out"] = unknown
    return kept


def where_it_failed(
    _logger: object, _method: str, said: MutableMapping[str, Any]
) -> MutableMapping[str, Any]:
    """An error's kind and the way to it. Its text is left out: it may quote a reading."""
    given = said.pop("exc_info", None)
    error = sys.exc_info()[1] if given is True else given[1] if isinstance(given, tuple) else given
    if isinstance(error, BaseException):
        said["exception"] = _way_to(error)
    return said


class OfLibraries(logging.Formatter):
    """A library's line: who speaks, from where, and the kind of error. Their words may quote anything; only a
    template whose values stand apart is printed, without the values."""

    def format(self, record: logging.LogRecord) -> str:
        said: dict[str, object] = {
            "event": "library.spoke",
            "level": record.levelname.lower(),
            "logger": record.name,
            "place": f"{record.module}:{record.lineno}",
        }
        if record.args:
            said["template"] = str(record.msg)
        if record.exc_info and record.exc_info[1]:
            said["exception"] = _way_to(record.exc_info[1])
        return json.dumps(said)


def _way_to(error: BaseException) -> list[str]:
    """Its kind, those of its causes, and the lines passed."""
    kinds, one = [], error
    while True:
        kinds.append(type(one).__name__)
        cause = one.__cause__ or (None if one.__suppress_context__ else one.__context__)
        if cause is None:
            break
        one = cause
    frames = traceback.extract_tb(error.__traceback__)
    return [*kinds, *(f"{_short(frame.filename)}:{frame.lineno}" for frame in frames)]


def _short(path: str) -> str:
    return "/".join(path.split("/")[-2:])


def _sayable(value: object) -> object:
    match value:
        case None | bool() | int() | float():
            return value
        case datetime():
            return value.isoformat()
        case str() if _WORD.fullmatch(value):
            return value
        case list():
            return [_sayable(each) for each in value]
        case _:
            return _WITHHELD
