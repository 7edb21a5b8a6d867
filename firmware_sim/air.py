"""A process full of homes: meters that outlive every gateway and witness what they took. Controls no gateway.

Tells on stdout in JSON lines what happens (`ready`, `taken`, `confirmed`, `report`, `error`), takes the
commands of `control` on stdin, and ends on `quit`, when stdin closes or when its parent dies.
"""

from __future__ import annotations

import asyncio
import json
import os
import sys
import threading
from collections.abc import Coroutine, Iterable
from contextlib import ExitStack, suppress
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from firmware_sim import control
from firmware_sim.home import Furnishing, Home, Meter, open_home
from firmware_sim.measured import Pressure, Sugar, Taken
from firmware_sim.meters.peripheral import Habits
from firmware_sim.plan import Kind, Planned, Scenario, plan, planned_hash, shown

PARENT_WATCH_S = 0.5
READ_BYTES = 65536


@dataclass(frozen=True, slots=True, kw_only=True)
class AirConfig:
    scenario: Scenario
    person: str | None = None
    """Whose record fills the memory of home 0's glucometer."""
    clockless: frozenset[int] = frozenset()
    """Homes whose cuff has no clock."""
    enhanced: frozenset[int] = frozenset()
    """Homes whose cuff tells its results in the enhanced form (2B34) alone."""
    is_waiting: bool = False
    """Whether the plan begins with the command `start` and not at once."""
    idle_s: float | None = Habits().idle_s
    """Seconds without traffic after which a meter hangs up."""
    witness: Path | None = None
    """A file that gets one JSON line for each record taken."""


async def run(config: AirConfig) -> None:
    """Until `quit`, the end of stdin or the parent's death."""
    with ExitStack() as stack:
        homes: list[Home] = []
        for index in range(config.scenario.homes):
            home = await open_home(index, _furnishing(config, index), on_confirmed=_tell_confirmed)
            stack.callback(home.close)
            homes.append(home)
        await _Air(config, homes).run()


def _furnishing(config: AirConfig, index: int) -> Furnishing:
    return Furnishing(
        seed=config.scenario.seed,
        idle_s=config.idle_s,
        has_clock=index not in config.clockless,
        cuff_form="2B34" if index in config.enhanced else "2A35",
        person=config.person if index == 0 else None,
    )


class _Air:
    """The homes, their plan and the two pipes."""

    def __init__(self, config: AirConfig, homes: list[Home]) -> None:
        self._config = config
        self._homes = homes
        self._planned = plan(config.scenario)
        self._over = asyncio.Event()
        self._loop = asyncio.get_running_loop()
        self._start_s = self._loop.time()
        self._measuring: asyncio.Task[None] | None = None
        self._errands: set[asyncio.Task[None]] = set()

    async def run(self) -> None:
        _tell({"event": "ready", "gateways": [_gateway(home) for home in self._homes]})
        if not self._config.is_waiting:
            self._start()
        watch = asyncio.create_task(self._watch_parent(os.getppid()))
        threading.Thread(target=self._read_commands, daemon=True).start()
        await self._over.wait()
        watch.cancel()
        self._stop()

    def _start(self) -> None:
        if self._measuring is None:
            self._start_s = self._loop.time()
            self._measuring = asyncio.create_task(self._measure_as_planned(self._planned))

    def _stop(self) -> None:
        if self._measuring is not None:
            self._measuring.cancel()

    def _shown(self, home: int, kind: Kind) -> Pressure | Sugar:
        """What the physiology says at this moment."""
        at_ms = round((self._loop.time() - self._start_s) * 1000)
        return shown(self._config.scenario, home, kind, at_ms=at_ms)

    async def _measure_as_planned(self, planned: Iterable[Planned]) -> None:
        for event in planned:
            await asyncio.sleep(self._start_s + event.at_ms / 1000 - self._loop.time())
            self._measure(event.home, event.values)

    def _measure(self, home: int, values: Pressure | Sugar) -> None:
        meter, record = self._homes[home].measure(values)
        event = {
            "event": "taken",
            "home": home,
            "kind": meter.kind,
            "meter": meter.nameplate.serial,
            "taken_at": datetime.now(UTC).isoformat(),
            "n": record.number,
        }
        if self._config.witness is not None:
            with self._config.witness.open("a", encoding="utf-8") as witness:
                witness.write(json.dumps(event | {"record": record.as_json()}) + "\n")
        _tell(event)

    def _obey(self, line: str) -> None:
        try:
            self._carry_out(control.parse(line))
        except (control.CommandError, IndexError) as error:
            _tell({"event": "error", "line": line, "reason": str(error)})

    def _carry_out(self, command: control.Command) -> None:
        match command:
            case control.Report():
                _tell(self._report())
            case control.Measure(home, kind, values):
                self._measure(home, values or self._shown(home, kind))
            case control.Fault(home, kind, faults):
                self._homes[home].meter(kind).faults = faults
            case control.Start():
                self._start()
            case control.Stop():
                self._stop()
            case control.Quit():
                self._over.set()
            case _:
                self._disturb(command)

    def _disturb(
        self, command: control.Drop | control.Fade | control.Forget | control.Passkey | control.Keep
    ) -> None:
        meter = self._homes[command.home].meter(command.kind)
        match command:
            case control.Drop():
                self._spawn(meter.drop_link())
            case control.Fade(after=after):
                meter.on_air.fade(after)
            case control.Forget():
                self._spawn(meter.on_air.forget_bonds())
            case control.Passkey(digits=digits):
                meter.on_air.ask_passkey(digits)
            case control.Keep(is_on=is_on):
                meter.on_air.keep_subscriptions(is_on=is_on)

    def _spawn(self, work: Coroutine[None, None, None]) -> None:
        errand = asyncio.create_task(work)
        self._errands.add(errand)
        errand.add_done_callback(self._errands.discard)

    def _report(self) -> dict[str, Any]:
        meters = [_memory(meter) for home in self._homes for meter in home.meters]
        return {"event": "report", "meters": meters, "planned_hash": planned_hash(self._planned)}

    async def _watch_parent(self, parent: int) -> None:
        while os.getppid() == parent:  # noqa: ASYNC110  # the kernel tells no event of it
            await asyncio.sleep(PARENT_WATCH_S)
        self._over.set()

    def _read_commands(self) -> None:
        """In a thread of its own: not every stdin can be waited for. Reads the descriptor, since a lock on
        `sys.stdin` held by a daemon thread crashes the interpreter at exit.
        """
        rest = b""
        with suppress(RuntimeError):  # the loop ended before stdin did
            while data := os.read(sys.stdin.fileno(), READ_BYTES):
                *lines, rest = (rest + data).split(b"\n")
                for line in lines:
                    self._loop.call_soon_threadsafe(self._obey, line.decode(errors="replace"))
            self._loop.call_soon_threadsafe(self._over.set)


def _gateway(home: Home) -> dict[str, Any]:
    return {"home": home.index, "hci": home.port.url, "meters": [_plate(meter) for meter in home.meters]}


def _plate(meter: Meter) -> dict[str, Any]:
    plate = meter.nameplate
    return {
        "address": plate.address,
        "name": plate.name,
        "model": plate.model,
        "serial": plate.serial,
        "kind": meter.kind,
    }


def _memory(meter: Meter) -> dict[str, Any]:
    return _plate(meter) | {
        "taken": len(meter.history),
        "pending": [record.number for record in meter.pending],
        "records": [record.as_json() for record in meter.history],
        "violations": list(meter.violations),
    }


def _tell_confirmed(serial: str, record: Taken) -> None:
    _tell({"event": "confirmed", "meter": serial, "n": record.number})


def _tell(event: dict[str, Any]) -> None:
    print(json.dumps(event), flush=True)  # noqa: T201  # stdout is this process's voice
