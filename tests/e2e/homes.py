"""Processes for end-to-end tests: homes full of meters, and gateways on their radios."""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from queue import Queue
from threading import Thread
from typing import Any
from uuid import UUID

from device_drivers.wire.signing import public_hex
from tests.gateway.home import ROOT

PATIENCE_S = 30

HEARTHLINE = [sys.executable, "-m", "hearthline"]


class Homes:
    """The meters' process. They measure when told to and remember what they took."""

    def __init__(self, child: subprocess.Popen[str]) -> None:
        self._child = child
        self._events: Queue[dict[str, Any]] = Queue()
        self._watchers: list[Callable[[Mapping[str, Any]], None]] = []
        self._listener = Thread(target=self._listen, daemon=True)
        self._listener.start()

    def _listen(self) -> None:
        assert self._child.stdout is not None
        for line in self._child.stdout:
            event = json.loads(line)
            for watcher in self._watchers:
                watcher(event)
            self._events.put(event)
        self._events.put({"event": "ended"})

    def watch(self, watcher: Callable[[Mapping[str, Any]], None]) -> None:
        """From now on, tell of each event, in the listener's thread."""
        self._watchers.append(watcher)

    def tell(self, **order: object) -> None:
        assert self._child.stdin is not None
        self._child.stdin.write(json.dumps(order) + "\n")
        self._child.stdin.flush()

    def wait_for(self, event: str, **facts: object) -> dict[str, Any]:
        """The next event of that name with these facts; those before it are dropped."""
        while True:
            heard = self._events.get(timeout=PATIENCE_S)
            assert heard["event"] != "ended", "the meters' process ended; its stderr says why"
            if heard["event"] == event and facts.items() <= heard.items():
                return heard

    def report(self) -> list[dict[str, Any]]:
        """Every meter of every home, with all that it ever took."""
        self.tell(do="report")
        meters: list[dict[str, Any]] = self.wait_for("report")["meters"]
        return meters

    def memories(self) -> dict[str, dict[str, Any]]:
        """What each meter of one home has taken, by kind."""
        return {meter["kind"]: meter for meter in self.report()}


@contextmanager
def homes(*options: str) -> Iterator[tuple[Homes, str]]:
    """One home, and the URL of its gateway's controller. Nobody measures unless told to."""
    command = [*HEARTHLINE, "sim", "home", "--for", "0", *options]
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True) as child:
        try:
            found = Homes(child)
            ready = found.wait_for("ready")
            yield found, ready["gateways"][0]["hci"]
        finally:
            child.terminate()


@dataclass(frozen=True)
class Box:
    """A gateway's settings and folder."""

    folder: Path
    gateway: UUID
    hci: str
    config: Path


def box(folder: Path, hci: str, broker: str) -> Box:
    """A gateway made but not started."""
    config = folder / "gateway.toml"
    config.write_text(
        f'data_dir = "{folder / "data"}"\nmqtt = "{broker}"\nroot = "{public_hex(ROOT)}"\n'
        "receipt_wait_s = 2\nbackoff_base_s = 0.1\nbackoff_cap_s = 1\nheartbeat_s = 1\n"
    )
    return Box(folder, UUID(status(config)["gateway"]), hci, config)


def status(config: Path) -> dict[str, Any]:
    """What `gateway status` says."""
    command = [*HEARTHLINE, "gateway", "status", "--config", str(config), "--json"]
    done = subprocess.run(command, check=True, capture_output=True, text=True, timeout=PATIENCE_S)
    found: dict[str, Any] = json.loads(done.stdout)
    return found


@contextmanager
def running(one: Box) -> Iterator[None]:
    """The gateway's process on a simulated radio; told to stop at the end."""
    radio = ["--hci", one.hci, "--bonds", str(one.folder / "bonds.json")]
    command = [*HEARTHLINE, "sim", "gateway", *radio, "--", "--config", str(one.config)]
    with (one.folder / "gateway.log").open("ab") as log:
        child = subprocess.Popen(command, env={"PYTHONPATH": "."}, stderr=log)
    try:
        yield
    finally:
        child.terminate()
        child.wait(PATIENCE_S)
