"""Projection, server and network are killed at random, in the middle of what passes between them.

After catching up and a repair the copy equals the readings, row by row.
"""

from __future__ import annotations

import os
import random
import subprocess
import sys
import time
from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path
from uuid import uuid4

import pytest
from msgspec.structs import replace

from device_drivers.wire.reading import Context, Reading
from ingest.influx.bucket import Bucket
from ingest.influx.verification import Verification
from tests.ingest.influx.in_force import samples
from tests.ingest.influx.network import Network
from tests.ingest.influx.server import Victoria, VictoriaCopy
from tests.ingest.making import CUFF, NOON, Gateway, make_body, make_reading
from tests.ingest.store.tables import Tables

pytestmark = pytest.mark.influx

PATIENCE_S = 60
"""Of our own processor's time, which polling uses up: a machine may stand still for minutes."""
ROUNDS = 9
LATER = NOON + timedelta(hours=1)
SINCE, UNTIL = datetime(2000, 1, 1, tzinfo=UTC), NOON + timedelta(days=1)

# A place is reached where nothing below the horizon lies behind it.
_BEHIND = """
select count(*) from ingest.readings r
where (r.tx, r.seq) > (select p.tx, p.seq from ingest.projection p where p.name = 'influx')
   or not exists (select from ingest.projection)
"""


@dataclass
class Scene:
    tables: Tables
    database_url: str
    server: Victoria
    network: Network
    chance: random.Random
    gateway: Gateway = field(default_factory=Gateway)
    child: subprocess.Popen[str] | None = None
    stored: int = 0
    killed: Counter[str] = field(default_factory=Counter)

    def start(self) -> None:
        """Until it has the lock that a killed one may still hold for a moment."""
        told = {"INFLUX_URL": self.network.url, "INFLUX_TOKEN": "test", "INFLUX_ORG": "test"}
        command = [sys.executable, "-m", "hearthline", "ingest", "influx", "run"]
        command += ["--database-url", self.database_url]
        until = time.process_time() + PATIENCE_S
        while time.process_time() < until:
            self.child = subprocess.Popen(command, env=os.environ | told, stderr=subprocess.PIPE, text=True)
            assert self.child.stderr is not None
            if self.child.stderr.readline() == "ready: copying\n":
                return
            self.end()
        raise AssertionError("it never copied")

    def end(self) -> None:
        if self.child is not None:
            self.child.kill()
            self.child.communicate()
            self.child = None

    def measure(self) -> None:
        """New readings, and for some of the old ones a context that came later."""
        fresh = [_at_its_hour(number) for number in range(self.stored + 1, self.stored + 26)]
        known = self.chance.sample(range(1, self.stored + 1), min(5, self.stored))
        again = [replace(_at_its_hour(number), context=Context(meal="fasting")) for number in known]
        self.tables.send(self.gateway, self.gateway.seal_body(make_body(*fresh, *again)), now=LATER)
        self.stored += 25

    def suffer(self, part: str) -> None:
        """Readings come until the part was killed in the middle of something; then it is there again."""
        self.network.when(self.chance.randrange(1, 15_000), lambda: self._kill(part))
        known = self.killed.total()
        until = time.process_time() + PATIENCE_S
        while self.killed.total() == known:
            assert time.process_time() < until, f"nothing passed; {self.killed}"
            self.measure()
            self.reach(lambda: self.killed.total() > known or self.behind() == 0)
        self._revive(part)

    def behind(self) -> int:
        return int(str(self.tables.one(_BEHIND)))

    def reach(self, there: Callable[[], bool]) -> None:
        until = time.process_time() + PATIENCE_S
        while not there():
            assert time.process_time() < until, f"{self.behind()} behind; {self.killed}"

    def _kill(self, part: str) -> None:
        """In the thread that carries what passes."""
        match part:
            case "projection":
                assert self.child is not None
                self.child.kill()
            case "server":
                self.server.kill()
            case _:
                self.network.cut()
        self.killed[part] += 1

    def _revive(self, part: str) -> None:
        match part:
            case "projection":
                self.end()
                self.start()
            case "server":
                self.server.start()
            case _:
                self.network.mend()


def _at_its_hour(number: int) -> Reading:
    reading = make_reading(number)
    return replace(reading, heard=replace(reading.heard, at=NOON - timedelta(minutes=7 * number)))


@pytest.fixture(params=[1, 2])
def scene(request: pytest.FixtureRequest, database_url: str, tmp_path: Path) -> Iterator[Scene]:
    server = Victoria(tmp_path / "victoria")
    server.start()
    tables, network = Tables.at(database_url), Network(server.port)
    scene = Scene(tables, database_url, server, network, random.Random(request.param))
    tables.bind(scene.gateway, CUFF.key, uuid4())
    try:
        yield scene
    finally:
        scene.end()
        network.close()
        server.kill()
        tables.connection.close()


def test_whatever_is_killed_at_random_the_copy_equals_the_readings_in_the_end(scene: Scene) -> None:
    scene.start()
    parts = ["projection", "server", "network"] * (ROUNDS // 3)
    scene.chance.shuffle(parts)
    for part in parts:
        scene.suffer(part)
    scene.measure()
    scene.reach(lambda: scene.behind() == 0)
    scene.end()
    assert scene.killed == {"projection": 3, "server": 3, "network": 3}
    with Bucket(scene.server.url, token="test", org="test", name="test") as bucket:
        compared = Verification(scene.tables.connection, VictoriaCopy(scene.server, bucket))
        lost = compared.verify(SINCE, UNTIL, LATER)
        mended = compared.repair(SINCE, UNTIL, LATER)
    assert lost.extra == 0, "of what it had not synced, a server may have lost a reading or its context"
    assert mended.mended == lost.missing + lost.wrong
    assert (mended.readings, mended.equal) == (scene.stored, True)
    assert scene.server.held() == samples(scene.tables.connection)
