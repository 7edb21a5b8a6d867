"""A day in a home in simulated time: nothing lost, memory flat, the radio brought back each time."""

from __future__ import annotations

import logging
from pathlib import Path

import pytest

from firmware_sim import bleak_backend, virtual_time
from gateway.endurance.ladder import Step
from tests.gateway.endurance.long_life import Breaks, Day, live

MB = 1_000_000
FLAT = 4 * MB
"""What memory may grow from the fourth hour to the last, the meters' own records included."""


@pytest.fixture(autouse=True)
def _quiet_bumble(caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.CRITICAL, logger="bumble")  # it calls a lost link an error


def lived(folder: Path, breaks: Breaks, *, hours: int, every_s: float) -> Day:
    with bleak_backend.several():
        return virtual_time.run(live(folder, breaks, seed=1, hours=hours, every_s=every_s))


def surprises(day: Day) -> list[str]:
    """Failures that nobody planned."""
    return [event for event in day.log if ": " in event]


def test_two_hours_in_which_the_adapter_sticks_the_daemon_goes_and_the_adapter_falls_deaf(
    tmp_path: Path,
) -> None:
    day = lived(tmp_path, Breaks(stuck_at=1800, gone_at=4500, deaf_at=5400), hours=2, every_s=1200)

    assert day.taken > 50
    assert (day.stored, day.pending) == (day.taken, 0)
    assert day.helped[Step.POWER_CYCLE] >= 1
    assert day.helped[Step.RESTART_DAEMON] >= 1
    assert surprises(day) == []


@pytest.mark.truth
def test_a_day_with_twenty_meters_and_every_fault_leaves_memory_flat_and_nothing_lost(tmp_path: Path) -> None:
    day = lived(
        tmp_path, Breaks(stuck_at=8 * 3600, gone_at=14 * 3600, deaf_at=20 * 3600), hours=24, every_s=3600
    )

    assert day.taken > 400
    assert (day.stored, day.pending) == (day.taken, 0)
    assert day.fired["radio_loss"] > 20
    assert day.fired["bond_lost"] > 3
    assert day.log["bond.dropped"] > 0
    assert day.resident[24] - day.resident[4] < FLAT
    assert surprises(day) == []
