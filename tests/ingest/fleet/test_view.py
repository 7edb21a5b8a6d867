"""How old the fleet that the worker judges by may be."""

from __future__ import annotations

from ingest.door.enrolled import Fleet
from ingest.fleet.view import HURRY_S, MAX_AGE_S, View


class Registry:
    """Counts how often it is read."""

    reads = 0

    def fetch(self) -> Fleet:
        self.reads += 1
        return {}


def test_the_fleet_is_read_again_when_it_is_too_old() -> None:
    registry = Registry()
    view = View(registry.fetch)
    view.fleet(0.0)
    view.fleet(MAX_AGE_S - 1)
    assert registry.reads == 1
    view.fleet(MAX_AGE_S)
    assert registry.reads == 2


def test_a_revocation_is_seen_within_the_minute_that_the_wire_allows() -> None:
    assert MAX_AGE_S <= 60


def test_an_unknown_gateway_makes_it_look_sooner_but_not_always() -> None:
    registry = Registry()
    view = View(registry.fetch)
    view.fleet(0.0)
    view.fleet(HURRY_S / 2, max_age_s=HURRY_S)
    assert registry.reads == 1
    view.fleet(HURRY_S, max_age_s=HURRY_S)
    assert registry.reads == 2
