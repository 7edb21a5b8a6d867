"""Faults that end a part of the world at once, where and when they were told to. They judge nothing."""

from __future__ import annotations

import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import count
from typing import Final, Protocol

from tests.e2e.servers import Database
from tests.e2e.world import PATIENCE_S, World, eventually, happens

DATABASE: Final = "database"
_NEWS_S: Final = 10.0


class Fault(Protocol):
    """Ends one part and leaves its own name as a line in the world's crash log."""

    @property
    def part(self) -> str: ...
    def arm(self, scene: Scene) -> Mapping[str, str]:
        """Get ready, before the part starts; what its environment must hold."""


@dataclass(frozen=True, slots=True)
class AtPoint:
    """The part kills itself at a named point of its code, when it comes there for the so-manieth time."""

    part: str
    point: str
    times: int = 1

    def __str__(self) -> str:
        return f"{self.point}:{self.times}"

    def arm(self, scene: Scene) -> Mapping[str, str]:
        return {"HEARTHLINE_CRASH_AT": str(self), "HEARTHLINE_CRASH_LOG": str(scene.world.crash_log)}


@dataclass(frozen=True, slots=True)
class AsBatchPasses:
    """The part is killed when that many batches, counted from its start, have passed the broker: the last of
    them is on its way, and its receipt has not passed."""

    part: str
    batches: int = 1

    def __str__(self) -> str:
        return f"{self.part} as batch {self.batches} passes"

    def arm(self, scene: Scene) -> Mapping[str, str]:
        passed = count(1)

        def hear(name: str, _payload: bytes) -> None:
            if name.endswith("/up") and next(passed) == self.batches:
                scene.kill(self)

        scene.world.by.watch(hear)
        return {}


@dataclass(frozen=True, slots=True)
class AsMeterIsConfirmed:
    """The gateway is killed as its cuff hears the so-manieth confirmation, perhaps before the frame is
    on disk."""

    part: str
    confirmations: int = 1

    def __str__(self) -> str:
        return f"{self.part} at confirmation {self.confirmations}"

    def arm(self, scene: Scene) -> Mapping[str, str]:
        heard = count(1)
        home = scene.world.homes[int(self.part.removeprefix("gateway-")) - 1]
        cuff = next(meter["serial"] for meter in home.meters if meter["kind"] == "blood_pressure")

        def hear(event: Mapping[str, object]) -> None:
            is_ours = event["event"] == "confirmed" and event["meter"] == cuff
            if is_ours and next(heard) == self.confirmations:
                scene.kill(self)

        scene.world.meters.watch(hear)
        return {}


class Scene:
    """A world, perhaps with a database of its own, that suffers faults."""

    def __init__(self, world: World, database: Database | None = None) -> None:
        self.world = world
        self._database = database

    def suffer(self, faults: Sequence[Fault]) -> None:
        """Let everybody measure until all faults have fired. What died is started again, as systemd would;
        a part's second fault waits for that."""
        coming = list(faults)
        if any(fault.part.startswith("gateway") for fault in faults):
            self._introduce()
        for part in (DATABASE, *self.world.parts):
            if any(fault.part == part for fault in faults) and self.world.is_running(part):
                self.world.end(part)
            if not self.world.is_running(part):
                self._start(part, coming)
        eventually(self.world.by.listens, lambda: f"no broker; {self.world.logs}")
        deadline = time.monotonic() + PATIENCE_S
        deaths = 0
        while deaths < len(faults):
            assert time.monotonic() < deadline, f"only {self.fired()} fired; {self.world.logs}"
            known = len(self.world.by.heard("receipt"))
            self.world.measure()
            self._await_news(known)
            for part in self._dead():
                self._start(part, coming)
                deaths += 1
                deadline = time.monotonic() + PATIENCE_S  # a busy machine takes long to start it again
        self.world.measure()

    def _introduce(self) -> None:
        """Let the gateways meet their meters: a frame of one never met waits minutes for its names."""
        for part in self.world.parts:
            self.world.start(part)
        eventually(self.world.by.listens, lambda: f"no broker; {self.world.logs}")
        self.world.measure()
        self.world.drain()

    def kill(self, fault: Fault) -> None:
        """Called in the thread that saw the moment come."""
        if fault.part == DATABASE:
            assert self._database is not None, "this world's database is everybody's"
            self._database.kill()
        else:
            self.world.kill(fault.part)
        with self.world.crash_log.open("a", encoding="utf-8") as log:
            log.write(f"{fault}\n")

    def fired(self) -> list[str]:
        """The names of the faults that have, in that order."""
        log = self.world.crash_log
        return log.read_text(encoding="utf-8").splitlines() if log.exists() else []

    def _start(self, part: str, coming: list[Fault]) -> None:
        """With the next fault that is coming to it, if any."""
        fault = next((one for one in coming if one.part == part), None)
        if fault is not None:
            coming.remove(fault)
        environ = fault.arm(self) if fault else {}
        if part != DATABASE:
            self.world.start(part, environ)
        elif self._database is not None and self._database.is_dead:
            self._database.start()

    def _dead(self) -> list[str]:
        is_database_dead = self._database is not None and self._database.is_dead
        return [*([DATABASE] if is_database_dead else []), *self.world.dead()]

    def _await_news(self, known: int) -> None:
        """Until a part is dead or more receipts than those known have passed; after a while without."""
        happens(lambda: bool(self._dead()) or len(self.world.by.heard("receipt")) > known, within_s=_NEWS_S)
