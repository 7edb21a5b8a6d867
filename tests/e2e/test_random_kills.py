"""Fifty seeded disasters: any part, any point, any moment, one to three homes, and then a second kill."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from contextlib import ExitStack
from pathlib import Path
from random import Random
from shutil import rmtree
from typing import Final

import pytest

from tests.e2e.killing import DATABASE, AsBatchPasses, AsMeterIsConfirmed, AtPoint, Fault, Scene
from tests.e2e.servers import database
from tests.e2e.world import Setting, furnished

pytestmark = pytest.mark.truth

SEEDS: Final = 50
"""CI has forty minutes; a hundred were played by hand (docs/explanation/fault-matrix.md)."""

GATEWAY_POINTS: Final = (
    *("frame.arrived", "frame.heard", "reading.kept", "batch.sealed"),
    *("batch.sent", "receipt.received", "receipt.acted"),
)
INGEST_POINTS: Final = ("message.received", "commit.before", "commit.after", "receipt.sent")


def disaster(chance: Random) -> tuple[int, list[Fault]]:
    """How many homes, and two faults, which may be of one part."""
    homes = chance.randint(1, 3)
    gateway = f"gateway-{chance.randint(1, homes)}"
    kinds: Sequence[Callable[[], Fault]] = (
        lambda: AtPoint(gateway, chance.choice(GATEWAY_POINTS), chance.randint(1, 4)),
        lambda: AtPoint("ingest", chance.choice(INGEST_POINTS), chance.randint(1, 4)),
        lambda: AsBatchPasses(chance.choice(("broker", DATABASE, gateway)), chance.randint(1, 6)),
        lambda: AsMeterIsConfirmed(gateway, chance.randint(1, 3)),
    )
    return homes, [chance.choice(kinds)() for _ in range(2)]


@pytest.mark.parametrize("seed", range(SEEDS))
def test_whatever_dies_twice_nothing_is_lost_and_nothing_is_doubled(
    tmp_path: Path, short_path: Path, seed: int
) -> None:
    chance = Random(seed)
    homes, faults = disaster(chance)
    with ExitStack() as running:
        folder = short_path / f"random-{seed}"
        running.callback(rmtree, folder)  # a hundred of them would fill a small disk
        server = running.enter_context(database(folder))
        air = ("--records", chance.choice(("data-01", "data-02", "data-40"))) if chance.random() < 0.5 else ()
        setting = Setting(
            folder=tmp_path,
            database_url=server.url,
            homes=homes,
            air=air,
            broker_persists=chance.random() < 0.5,
        )
        world = running.enter_context(furnished(setting))
        scene = Scene(world, server)
        scene.suffer(faults)
        summary = world.drain()
        told = f"{homes} homes, {scene.fired()}: {summary}"
        assert sorted(scene.fired()) == sorted(map(str, faults)), told
        assert (summary.lost, summary.doubled) == (0, 0), told
        assert world.ledger()["complete"], told
