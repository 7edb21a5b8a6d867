"""Any part may be killed at any moment: nothing is lost, nothing is doubled, and the ledger can prove it."""

from __future__ import annotations

from pathlib import Path

import pytest

from hearthline.demo.summary import Summary
from tests.e2e.killing import DATABASE, AsBatchPasses, AtPoint, Fault, Scene
from tests.e2e.servers import database
from tests.e2e.world import Setting, World, furnished

WHOLE_MEMORY = ("--records", "data-01")
"""Traffic of several hundred records in the first home's glucometer."""


def proven(world: World, summary: Summary) -> None:
    """Record by record: what the meters took stands in the tables, once, and the ledger says so."""
    assert (summary.lost, summary.doubled) == (0, 0), summary
    assert summary.stored == summary.taken == summary.receipted, summary
    ledger = world.ledger()
    assert ledger["complete"], ledger
    assert len(ledger["gateways"]) == len(world.homes)


@pytest.mark.parametrize(
    "faults",
    [
        [AtPoint("gateway-1", "frame.arrived", 2), AtPoint("gateway-1", "frame.heard", 2)],
        [AtPoint("gateway-1", "reading.kept", 2)],
        [AtPoint("gateway-1", "batch.sealed"), AtPoint("gateway-1", "batch.sent", 2)],
        [AtPoint("gateway-1", "receipt.received"), AtPoint("gateway-1", "receipt.acted")],
        [AtPoint("ingest", "message.received", 2)],
        [AtPoint("ingest", "commit.before")],
        [AtPoint("ingest", "commit.after"), AtPoint("ingest", "receipt.sent")],
    ],
    ids=lambda faults: " then ".join(map(str, faults)),
)
def test_a_process_killed_at_a_named_point_loses_and_doubles_nothing(
    tmp_path: Path, database_url: str, faults: list[Fault]
) -> None:
    with furnished(Setting(folder=tmp_path, database_url=database_url)) as world:
        scene = Scene(world)
        scene.suffer(faults)
        proven(world, world.drain())
        assert scene.fired() == [str(fault) for fault in faults]


@pytest.mark.parametrize("persists", [True, False], ids=["with a memory", "without a memory"])
def test_a_broker_killed_under_traffic_loses_and_doubles_nothing(
    tmp_path: Path, database_url: str, *, persists: bool
) -> None:
    setting = Setting(folder=tmp_path, database_url=database_url, air=WHOLE_MEMORY, broker_persists=persists)
    with furnished(setting) as world:
        scene = Scene(world)
        scene.suffer([AsBatchPasses("broker", 3)])
        proven(world, world.drain())
        assert scene.fired() == ["broker as batch 3 passes"]


def test_a_database_killed_under_traffic_recovers_and_loses_and_doubles_nothing(
    tmp_path: Path, short_path: Path
) -> None:
    with (
        database(short_path / "killed") as server,
        furnished(Setting(folder=tmp_path, database_url=server.url, air=WHOLE_MEMORY)) as world,
    ):
        assert world.ask("show fsync") == [("on",)]
        scene = Scene(world, server)
        scene.suffer([AsBatchPasses(DATABASE, 3)])
        assert "not properly shut down; automatic recovery" in server.log
        proven(world, world.drain())
        assert scene.fired() == ["database as batch 3 passes"]
