"""Which step helps a failing radio, and when: seconds by hand."""

from __future__ import annotations

from collections.abc import Callable
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gateway.endurance.ladder import LONGEST_S, STEPS, Health, Ladder, Sign, Step, sign_of

Look = Callable[[float], Health]


def climbed(look: Look, seconds: int, every: int = 15, ladder: Ladder | None = None) -> list[Step]:
    """The steps taken while somebody looks every few seconds."""
    ladder = ladder or Ladder()
    verdicts = [ladder.judge(look(now), now) for now in range(0, seconds, every)]
    return [step for verdict in verdicts if verdict is not None for step in (verdict[1],)]


def well(now: float) -> Health:
    return Health("well", heard_at=now, scanning_since=0, failures=0)


def gone(now: float) -> Health:
    return Health("gone", heard_at=0, scanning_since=None, failures=9)


def hung(now: float) -> Health:
    return Health("hung", heard_at=0, scanning_since=0, failures=0)


def stuck(now: float) -> Health:
    return Health("well", heard_at=0, scanning_since=None, failures=3)


def silent(now: float) -> Health:
    """Each scan begins after the last step, and hears nobody."""
    return Health("well", heard_at=0, scanning_since=0, failures=0)


def test_a_radio_that_hears_somebody_is_left_alone() -> None:
    assert climbed(well, 86400) == []


def test_a_daemon_that_comes_back_by_itself_is_not_restarted() -> None:
    ladder = Ladder()

    assert climbed(gone, 16, ladder=ladder) == []
    assert climbed(well, 60, ladder=ladder) == []


def test_a_daemon_that_stays_away_is_restarted_then_the_adapter_reset_and_in_the_end_we_go() -> None:
    assert climbed(gone, 300) == [Step.RESTART_DAEMON, Step.RESET_ADAPTER, Step.RESTART_DAEMON, Step.LEAVE]


def test_a_daemon_that_answers_nothing_is_no_less_gone() -> None:
    assert climbed(hung, 100)[0] is Step.RESTART_DAEMON


def test_a_scan_that_does_not_start_is_tried_by_gentle_steps_first() -> None:
    assert climbed(stuck, 400) == list(STEPS[Sign.STUCK])


def test_nobody_heard_for_a_quarter_of_an_hour_is_a_sign_and_sooner_is_not() -> None:
    assert sign_of(silent(0), 899) is None
    assert sign_of(silent(0), 900) is Sign.SILENT


def test_a_home_without_neighbours_is_disturbed_ever_more_seldom() -> None:
    steps = climbed(silent, 7 * 86400)

    assert Step.LEAVE not in steps
    assert len(steps) < 7 * 86400 / LONGEST_S * 4 + 40


def test_the_root_is_treated_before_what_follows_from_it() -> None:
    everything = Health("hung", heard_at=0, scanning_since=None, failures=9)

    assert sign_of(everything, 86400) is Sign.HUNG


def test_a_scan_that_starts_and_fails_again_is_helped_by_the_next_step_and_not_by_the_first() -> None:
    ladder = Ladder()

    def flapping(now: float) -> Health:
        return stuck(now) if now % 120 < 60 else Health("well", 0, now - 10, 3)

    assert climbed(flapping, 400, ladder=ladder)[:2] == [Step.RESCAN, Step.POWER_CYCLE]


def test_a_radio_that_was_heard_again_begins_at_the_gentlest_step() -> None:
    ladder = Ladder()
    climbed(stuck, 100, ladder=ladder)
    ladder.judge(well(200), 200)

    assert ladder.judge(stuck(210), 210) is None
    assert ladder.judge(stuck(245), 245) == (Sign.STUCK, Step.RESCAN)


@pytest.mark.parametrize("failures", [0, 9])
def test_without_a_message_bus_nobody_is_blamed_for_it(failures: int) -> None:
    """No step of ours makes one, and leaving helps no machine that has no radio."""
    assert sign_of(Health("unknown", heard_at=5, scanning_since=None, failures=failures), 10) is None


@given(
    st.lists(
        st.builds(
            Health,
            st.sampled_from(["well", "gone", "hung", "unknown"]),
            st.floats(0, 1e5),
            st.none() | st.floats(0, 1e5),
            st.integers(0, 9),
        ),
        max_size=60,
    )
)
def test_no_two_steps_follow_within_the_time_that_one_needs_to_show(looks: list[Health]) -> None:
    ladder = Ladder()
    taken = [now * 15 for now, look in enumerate(looks) if ladder.judge(look, now * 15) is not None]

    assert all(after - before >= 20 for before, after in pairwise(taken))
