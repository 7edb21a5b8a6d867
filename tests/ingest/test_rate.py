"""How often an unknown gateway is answered."""

from __future__ import annotations

from ingest.rate import Rate


def test_a_second_holds_only_so_many() -> None:
    rate = Rate(2)
    assert [rate.allows(100.0) for _ in range(4)] == [True, True, False, False]


def test_time_brings_new_ones() -> None:
    rate = Rate(2)
    assert [rate.allows(at) for at in (100.0, 100.0, 100.0, 100.5)] == [True, True, False, True]
