"""The yardstick: the deaths that cost our chain nothing, suffered by a pipeline of the usual kind."""

from __future__ import annotations

import sys
from collections import Counter
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Final
from uuid import UUID

import psycopg
import pytest

from device_drivers.wire.codec import encode
from tests.e2e.cluster_stage import EVERY_S, PATIENCE_S, Stage, built, wait
from tests.e2e.plain_bridge import TABLE, Bridge
from tests.e2e.plain_senders import senders
from tests.e2e.world import eventually

pytestmark = [pytest.mark.cluster, pytest.mark.truth]

CALM_S: Final = 5.0


@pytest.fixture
def stage(tmp_path: Path, short_path: Path) -> Iterator[Stage]:
    with built(tmp_path, short_path) as made:
        yield made


def test_the_same_deaths_cost_a_plain_bridge_readings(
    stage: Stage, record_property: Callable[[str, object], None]
) -> None:
    """The yardstick: its figures stand in docs/explanation/transports.md, and what it loses varies."""
    with psycopg.connect(stage.server.url, autocommit=True) as connection:
        connection.execute(TABLE)
    start_bridge(stage)
    with senders(stage.people, stage.cluster, every_s=EVERY_S) as made:
        for node in stage.cluster.nodes:
            flows(stage)
            node.kill()
            flows(stage)
            node.start()
            stage.cluster.wait()
        flows(stage)
        stage.tree.kill("bridge")
        start_bridge(stage)
        flows(stage)
        stage.server.kill()
        stage.server.start()
        flows(stage)
        made.rest()
    there, taken = Counter(calm(stage)), Counter(made.sent)
    lost, doubled = (taken - there).total(), (there - taken).total()
    record_property("figures", {"taken": taken.total(), "lost": lost, "doubled": doubled})
    assert lost + doubled > 0


def start_bridge(stage: Stage) -> None:
    papers = stage.cluster.papers("bridge")
    told = Bridge(
        database_url=stage.server.url,
        ports=tuple(node.mqtt for node in stage.cluster.nodes),
        topic="hl/v1/+/up",
        ca=str(papers.ca),
        certificate=str(papers.certificate),
        key=str(papers.key),
    )
    stage.tree.start("bridge", [sys.executable, "-m", "tests.e2e.plain_bridge", encode(told).decode()])


def rows(stage: Stage) -> list[UUID]:
    with psycopg.connect(stage.server.url) as connection:
        return [reading for (reading,) in connection.execute("select reading_id from plain")]


def flows(stage: Stage) -> None:
    """Until a hundred more rows are there than now: the pipeline has found its way again."""
    before = len(rows(stage))
    eventually(lambda: len(rows(stage)) > before + 100, lambda: "dry", within_s=PATIENCE_S)


def calm(stage: Stage) -> list[UUID]:
    """What is there once nothing more has come for some seconds."""
    before: list[UUID] = []
    while len(now := rows(stage)) != len(before):
        before = now
        wait(CALM_S)
    return now
