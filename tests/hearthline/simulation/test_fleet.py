"""A fleet at the level of MQTT, against a broker, a worker and a database of its own."""

from __future__ import annotations

import pytest

from hearthline.simulation.fleet import run
from hearthline.simulation.fleet_plan import Fleet

pytestmark = pytest.mark.truth


def test_nothing_of_a_fleet_is_lost_or_doubled_though_batches_come_twice_and_out_of_order() -> None:
    outcome = run(Fleet(gateways=200, seconds=5, seed=1), lambda _words: None)

    assert outcome.is_passed, outcome
    assert outcome.repeats > 0
    assert outcome.swaps > 0
    assert outcome.receipts == 400
