"""Logs as one JSON object a line: an event's name and its facts. Ids may stand in them; readings never."""

from __future__ import annotations

import json
import logging
from datetime import UTC, datetime
from typing import IO, Protocol

Fact = str | int | float | bool | None


class Log(Protocol):
    """What the gateway's parts write to. Event names are `noun.verb`."""

    def info(self, event: str, **facts: Fact) -> None: ...
    def warning(self, event: str, **facts: Fact) -> None: ...
    def failure(self, event: str, error: Exception, **facts: Fact) -> None: ...


class JsonLog:
    """A Log over the standard library's, so that other libraries' records look the same."""

    def __init__(self, logger: logging.Logger) -> None:
        self._logger = logger

    def info(self, event: str, **facts: Fact) -> None:
        self._logger.info(event, extra={"facts": facts})

    def warning(self, event: str, **facts: Fact) -> None:
        self._logger.warning(event, extra={"facts": facts})

    def failure(self, event: str, error: Exception, **facts: Fact) -> None:
        self._logger.error(event, exc_info=error, extra={"facts": facts})


class JsonLines(logging.Formatter):
    """One JSON object a record."""

    def format(self, record: logging.LogRecord) -> str:
        line: dict[str, object] = {
            "at": datetime.fromtimestamp(record.created, UTC).isoformat(timespec="milliseconds"),
            "level": record.levelname.lower(),
            "event": record.getMessage(),
        }
        facts = getattr(record, "facts", None)
        if isinstance(facts, dict):
            line.update(facts)
        if record.exc_info:
            line["exception"] = self.formatException(record.exc_info)
        return json.dumps(line, ensure_ascii=False)


def to_stream(stream: IO[str]) -> Log:
    """Send the process's records there, ours from `info`, other libraries' from `warning`."""
    handler = logging.StreamHandler(stream)
    handler.setFormatter(JsonLines())
    logging.basicConfig(handlers=[handler], level=logging.WARNING, force=True)
    logger = logging.getLogger("gateway")
    logger.setLevel(logging.INFO)
    return JsonLog(logger)
