"""What a fleet of gateways says: the same seed is the same traffic."""

from __future__ import annotations

from collections import Counter
from dataclasses import replace

from hearthline.simulation.fleet_plan import BATCHES, Fleet, plan, planned_hash, repeats, swaps

FLEET = Fleet(gateways=300, seconds=60, seed=4)


def test_the_same_fleet_plans_the_same_traffic_and_another_seed_another() -> None:
    assert planned_hash(plan(FLEET)) == planned_hash(plan(FLEET))
    assert planned_hash(plan(FLEET)) != planned_hash(plan(replace(FLEET, seed=5)))


def test_every_gateway_sends_all_its_batches_and_a_heartbeat() -> None:
    planned = plan(FLEET)

    said = {(one.number, one.seq) for one in planned}

    assert said == {(number, seq) for number in range(300) for seq in (None, *range(1, BATCHES + 1))}
    assert [one.at_ms for one in planned] == sorted(one.at_ms for one in planned)


def test_some_batches_come_twice_and_some_out_of_order() -> None:
    planned = plan(FLEET)

    assert 20 < repeats(planned) < 120
    assert 10 < swaps(planned) < 60
    assert max(Counter((one.number, one.seq) for one in planned).values()) == 2
