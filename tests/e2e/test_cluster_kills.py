"""Every part of the cluster's profile is killed under load: nothing is lost, nothing is doubled."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

import pytest

from tests.e2e.cloud_parts import Workers, enrol, ledger, stored
from tests.e2e.cluster_stage import EVERY_S, PATIENCE_S, Stage, built
from tests.e2e.crowd import Crowd, crowd
from tests.e2e.stopwatch import Stopwatch
from tests.e2e.world import eventually

pytestmark = pytest.mark.cluster

Tell = Callable[[str, object], None]
"""The figures stand in the report of `--junitxml FILE -o junit_family=xunit1`."""


@dataclass
class Scene:
    """Ours: gateways with outboxes, workers with receipts."""

    stage: Stage
    workers: Workers
    crowd: Crowd

    def recovery(self, end: Callable[[], object], begin: Callable[[], object]) -> float:
        """Seconds from a death until everything measured before it has its receipt, with everybody measuring
        on. `begin` is called right after the death, as systemd would."""
        self._outlive(datetime.now(UTC))
        died_at, watch = datetime.now(UTC), Stopwatch()
        end()
        begin()
        self._outlive(died_at, watch)
        return round(watch.seconds(), 1)

    def account(self) -> dict[str, int]:
        """Of all that was measured until now, once it has its receipt."""
        taken = Counter(self.crowd.kept)
        self._outlive(datetime.now(UTC))
        there = Counter(one for one in stored(self.stage.server.url) if one in taken)
        missing = ledger(self.stage.server.url, self.workers.folder).missing
        return {
            "taken": taken.total(),
            "lost": (taken - there).total(),
            "doubled": (there - taken).total(),
            "missing": missing,
        }

    def _outlive(self, moment: datetime, watch: Stopwatch | None = None) -> None:
        watch = watch or Stopwatch()
        eventually(
            lambda: watch.seconds() > 0 and self.crowd.oldest_unsent > moment,
            lambda: f"{self.crowd.waiting}; logs in {self.workers.tree.logs}",
            within_s=PATIENCE_S,
        )


@pytest.fixture(scope="module")
def scene(tmp_path_factory: pytest.TempPathFactory, short_path: Path) -> Iterator[Scene]:
    """Every fifth gateway comes over HTTPS."""
    folder = tmp_path_factory.mktemp("kills")
    with built(folder, short_path) as stage:
        enrol(stage.server.url, stage.people)
        workers = Workers(folder / "ingest", stage.tree, stage.cluster, stage.server.url)
        for number in range(workers.count):
            workers.start(number)
        told = [
            (person, workers.settings(person, over_https=number % 5 == 0))
            for number, person in enumerate(stage.people)
        ]
        with crowd(told, every_s=EVERY_S) as made:
            yield Scene(stage, workers, made)


@pytest.mark.parametrize("number", [1, 2, 3])
def test_a_node_dies_under_load_and_nothing_is_lost_or_doubled(
    scene: Scene, number: int, record_property: Tell
) -> None:
    """It comes back when the others have carried everything."""
    node = scene.stage.cluster.nodes[number - 1]
    seconds = scene.recovery(node.kill, lambda: None)
    node.start()
    scene.stage.cluster.wait()
    proven(scene, f"node {number}", seconds, record_property)


def test_a_worker_dies_under_load_and_nothing_is_lost_or_doubled(scene: Scene, record_property: Tell) -> None:
    seconds = scene.recovery(lambda: scene.workers.kill(0), lambda: scene.workers.start(0))
    proven(scene, "worker", seconds, record_property)


def test_the_database_dies_under_load_and_nothing_is_lost_or_doubled(
    scene: Scene, record_property: Tell
) -> None:
    seconds = scene.recovery(scene.stage.server.kill, scene.stage.server.start)
    proven(scene, "database", seconds, record_property)


def proven(scene: Scene, died: str, seconds: float, tell: Tell) -> None:
    account = scene.account()
    tell(died, {"seconds": seconds, **account})
    assert (account["lost"], account["doubled"]) == (0, 0)
