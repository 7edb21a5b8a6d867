"""A node is cut off from the others and does not know it: its gateways still lose nothing."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable
from contextlib import ExitStack
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, Final

import pytest

from tests.e2e.cloud_parts import Workers, enrol, ledger, stored
from tests.e2e.cluster_stage import EVERY_S, PATIENCE_S, built, wait
from tests.e2e.crowd import crowd
from tests.e2e.stopwatch import Stopwatch
from tests.e2e.three_hosts import three_hosts
from tests.e2e.world import eventually

pytestmark = pytest.mark.cluster

HURRY: Final[dict[str, Any]] = {"heartbeat_s": 1.0, "silence_s": 5.0}
"""As shipped a gateway leaves a silent node after two minutes and at a beat of its heart."""

CUT_S: Final = 30.0


@pytest.mark.parametrize(
    "second", [(0, 1), (2,)], ids=["nobody hears the node", "a worker is cut off with it"]
)
def test_a_node_that_is_cut_off_costs_nothing(
    tmp_path: Path, short_path: Path, second: tuple[int, ...], record_property: Callable[[str, object], None]
) -> None:
    with ExitStack() as running:
        hosts = running.enter_context(three_hosts())
        stage = running.enter_context(built(tmp_path, short_path, hosts.places))
        enrol(stage.server.url, stage.people)
        workers = Workers(tmp_path / "ingest", stage.tree, stage.cluster, stage.server.url)
        urls = stage.cluster.nats.split(",")
        workers.start(0, ",".join(urls[:2]))
        workers.start(1, ",".join(urls[number] for number in second))
        told = [(person, workers.settings(person, told=HURRY)) for person in stage.people]
        made = running.enter_context(crowd(told, every_s=EVERY_S))

        def outlives(moment: datetime) -> float:
            watch = Stopwatch()
            eventually(
                lambda: watch.seconds() > 0 and made.oldest_unsent > moment,
                lambda: f"{made.waiting}; logs in {stage.tree.logs}",
                within_s=PATIENCE_S,
            )
            return round(watch.seconds(), 1)

        hosts.cut_off()
        while_cut = outlives(datetime.now(UTC))
        wait(CUT_S)
        outlives(datetime.now(UTC))
        hosts.join()
        healed = outlives(datetime.now(UTC))
        made.rest()
        eventually(lambda: not made.waiting, lambda: str(made.waiting), within_s=PATIENCE_S)
        taken, there = Counter(made.kept), Counter(stored(stage.server.url))
        missing = ledger(stage.server.url, workers.folder).missing
    lost, doubled = (taken - there).total(), (there - taken).total()
    figures = {"taken": taken.total(), "lost": lost, "doubled": doubled, "missing": missing}
    record_property("partition", figures | {"while_cut_s": while_cut, "healed_s": healed})
    assert (lost, doubled, missing) == (0, 0, 0)
