"""Gateways that die a hundred times in all, at points drawn from seeds: every record, number by number."""

from __future__ import annotations

import signal
import subprocess
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from random import Random
from typing import Any, Final
from uuid import UUID, uuid4

import psycopg
import pytest

from firmware_sim.measured import Taken, pressure, sugar
from gateway.trust import keys
from hearthline.demo import records
from hearthline.demo.summary import count
from hearthline.simulation import tables
from hearthline.simulation.cloud import Cloud
from hearthline.simulation.judge import Shown, Verdict, judge
from tests.e2e import testimony
from tests.e2e.doors import Doors, doors
from tests.e2e.homes import HEARTHLINE, Box, Homes, box, homes, status

pytestmark = pytest.mark.truth

KILLS: Final = 10
"""Of each of ten gateways."""
POINTS: Final = (
    *("frame.arrived", "frame.heard", "reading.kept", "batch.sealed"),
    *("batch.sent", "receipt.received", "receipt.acted"),
)
ROUNDS: Final = 180
"""Of a second each, and not of a clock that goes on while this machine rests."""
HOME: Final = uuid4()


@dataclass
class Killing:
    """One home, its gateway's process, and the doors of ingest."""

    meters: Homes
    one: Box
    doors: Doors
    crash_log: Path
    presses: bool = False
    """Whether both meters are used each time that somebody looks, and do not wait for the gateway."""
    measured: int = 0

    def kill_at(self, point: str) -> None:
        """Let people measure until the gateway has died there."""
        environ = {"HEARTHLINE_CRASH_AT": point, "HEARTHLINE_CRASH_LOG": str(self.crash_log)}
        with running(self.one, environ) as child:
            self._until(lambda: child.poll() is not None, f"never came to {point}", meanwhile=self._measure)
            assert child.returncode == -signal.SIGKILL

    def settle(self) -> None:
        """Let it live, until every meter is empty and everything has its receipt."""
        self._measure()
        with running(self.one, {}):
            self._until(self._is_settled, "not settled", meanwhile=lambda: None)

    def _until(self, done: Callable[[], bool], complaint: str, *, meanwhile: Callable[[], None]) -> None:
        for _ in range(ROUNDS):
            if done():
                return
            if self.presses or not self._is_waiting():
                meanwhile()
            self.doors.wait_for_news(self.doors.answered)
        raise AssertionError(complaint)

    def _measure(self) -> None:
        """One meter after the other, as a person does, or both at once."""
        self.measured += 1
        systolic, amount = 100 + self.measured % 90, 80 + self.measured % 200
        if self.presses or self.measured % 2:
            values = {"systolic": str(systolic), "diastolic": "70", "pulse": "66", "user": "1"}
            self.meters.tell(do="measure", home=0, meter="bp", values=values)
        if self.presses or not self.measured % 2:
            self.meters.tell(do="measure", home=0, meter="glucose", values={"amount": str(amount)})

    def _is_waiting(self) -> bool:
        """Whether a meter still has a record that no gateway took."""
        return any(meter["pending"] for meter in self.meters.report())

    def _is_settled(self) -> bool:
        return not self._is_waiting() and not status(self.one.config)["outbox"]["unsent"]


@contextmanager
def running(one: Box, environ: Mapping[str, str]) -> Iterator[subprocess.Popen[bytes]]:
    radio = ["--hci", one.hci, "--bonds", str(one.folder / "bonds.json")]
    command = [*HEARTHLINE, "sim", "gateway", *radio, "--", "--config", str(one.config)]
    with (one.folder / "gateway.log").open("ab") as log:
        child = subprocess.Popen(command, env={"PYTHONPATH": ".", **environ}, stderr=log)
    try:
        yield child
    finally:
        child.terminate()
        child.wait()


def shown(meters: list[dict[str, Any]]) -> Iterator[Shown]:
    for meter in meters:
        read = pressure if meter["kind"] == "blood_pressure" else sugar
        for record in meter["records"]:
            taken = Taken(
                number=record["number"],
                sequence=record["sequence"],
                time=None,
                values=read(record["values"]),
                frame=bytes.fromhex(record["frame"]),
            )
            yield Shown(meter["serial"], taken, is_pending=record["number"] in meter["pending"])


def verdict(
    connection: psycopg.Connection, gateway: UUID, meters: list[dict[str, Any]], held: Mapping[str, int]
) -> Verdict:
    found = tables.found(connection, [gateway])
    return judge(list(shown(meters)), found, undecodable=held["undecodable"])


@pytest.mark.parametrize(
    ("seed", "presses"), [*((seed, False) for seed in range(10)), *((seed, True) for seed in range(4))]
)
def test_a_gateway_killed_ten_times_loses_nothing_and_doubles_nothing(
    tmp_path: Path, broker: str, database_url: str, seed: int, *, presses: bool
) -> None:
    chance = Random(seed)
    points = [f"{chance.choice(POINTS)}:{chance.randint(1, 4)}" for _ in range(KILLS)]
    with (
        homes() as (meters, hci),
        psycopg.connect(database_url, autocommit=True) as connection,
    ):
        cloud = Cloud(connection, tmp_path / "keys")
        cloud.open(datetime.now(UTC))
        one = box(tmp_path, hci, broker)
        one.config.write_text(one.config.read_text().replace(_root(one.config), cloud.root))
        cloud.enrol(keys.load_or_make(tmp_path / "data"), home=HOME, now=datetime.now(UTC))
        with doors(broker, cloud, one.gateway) as opened:
            scene = Killing(meters, one, opened, tmp_path / "crash.log", presses)
            scene.settle()
            for point in points:
                scene.kill_at(point)
            scene.settle()
        held = status(one.config)["outbox"]
        memories = meters.report()
        found = verdict(connection, one.gateway, memories, held)
        gone = count(records.taken(memories)) - count(records.stored(connection))
        told = [*testimony.of_lost(memories, gone, [tmp_path / testimony.STACK])]
    recalled = testimony.recalled(tmp_path / "gateway.log")
    (tmp_path / "verdict.txt").write_text(f"{found} {held} recalled={recalled} {told}\n")
    assert scene.crash_log.read_text().split() == points
    assert (found.lost, found.doubled, found.false_values) == (0, 0, ()), (found, held, told)
    assert found.taken == found.stored


def _root(config: Path) -> str:
    return next(line.split('"')[1] for line in config.read_text().splitlines() if line.startswith("root"))
