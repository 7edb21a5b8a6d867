"""The process full of meters, as its parent talks to it. Measures nothing itself."""

from __future__ import annotations

import json
import subprocess
from collections.abc import Mapping, Sequence
from datetime import datetime
from queue import Empty, SimpleQueue
from threading import Thread
from typing import Any, Final

_PATIENCE_S: Final = 60.0


class AirError(RuntimeError):
    """The meters' process did not say what was asked for."""


class Air:
    """Reads the events of `hearthline sim home` and gives it commands. `child` must talk."""

    def __init__(self, child: subprocess.Popen[str]) -> None:
        self._child = child
        self._reports: SimpleQueue[Mapping[str, Any] | None] = SimpleQueue()
        self.taken: dict[tuple[str, int], datetime] = {}
        """When each record was taken: its meter's serial number, and its place in that memory."""
        Thread(target=self._listen, name="air", daemon=True).start()

    def gateways(self) -> Sequence[Mapping[str, Any]]:
        """Each home's controller and meters, once they are on the air. Raises AirError."""
        homes: Sequence[Mapping[str, Any]] = self._next()["gateways"]
        return homes

    def report(self) -> Sequence[Mapping[str, Any]]:
        """Every meter with all that it ever took. Raises AirError."""
        self._say("report")
        meters: Sequence[Mapping[str, Any]] = self._next()["meters"]
        return meters

    def start(self) -> None:
        """From now on people measure as planned."""
        self._say("start")

    def stop(self) -> None:
        """Nobody measures any more; the meters stay on the air."""
        self._say("stop")

    def _say(self, order: str) -> None:
        stdin = self._child.stdin
        if stdin is None:
            raise AirError("the meters' process has no ear")
        stdin.write(json.dumps({"do": order}) + "\n")

    def _next(self) -> Mapping[str, Any]:
        try:
            event = self._reports.get(timeout=_PATIENCE_S)
        except Empty:
            raise AirError(f"the meters' process said nothing for {_PATIENCE_S:.0f} s") from None
        if event is None:
            raise AirError("the meters' process ended")
        return event

    def _listen(self) -> None:
        for line in self._child.stdout or ():
            event = json.loads(line)
            match event["event"]:
                case "ready" | "report":
                    self._reports.put(event)
                case "taken":
                    self.taken[event["meter"], event["n"]] = datetime.fromisoformat(event["taken_at"])
        self._reports.put(None)
