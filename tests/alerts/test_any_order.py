"""Whenever the engine looks and however often it starts anew: the episodes are those of a replay."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import asdict, replace
from itertools import count, groupby, pairwise

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from alerts.reading import Reading
from alerts.replay import RUNS_ON, replay, report
from tests.alerts.chain import Chain, settle
from tests.alerts.test_properties import histories

NUMBERS = count()

# When the engine looks before the next commit, as parts of the time until then; perhaps not at all.
LOOKS = st.lists(st.sampled_from([0.0, 0.01, 0.5, 0.999]), max_size=3).map(sorted)


@pytest.fixture(scope="module")
def chain(module_database_url: str) -> Iterator[Chain]:
    chain = Chain.at(module_database_url)
    yield chain
    chain.close()


def reports(found: list[dict[str, object]]) -> list[dict[str, object]]:
    """But for the resident, whose id differs."""
    kept = [{key: value for key, value in each.items() if key != "resident"} for each in found]
    return sorted(kept, key=lambda each: (each["opened_at"], each["reason"], each["late"]))


@given(
    histories(),
    st.lists(LOOKS, min_size=12, max_size=12),
    st.lists(st.booleans(), min_size=12, max_size=12),
    st.sampled_from([1, 3, 2_000]),
    st.sampled_from([0, 5, 100_000]),
)
@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_the_engine_says_what_replay_says(
    chain: Chain,
    history: list[Reading],
    looks: list[list[float]],
    restarts: list[bool],
    batch: int,
    remembered: int,
) -> None:
    name = f"any-{next(NUMBERS)}"
    readings = [replace(each, resident=name) for each in history]
    engine = chain.engine(batch=batch, remembered=remembered)
    groups = [list(group) for _, group in groupby(readings, key=lambda each: each.stored_at)]
    moments = [group[0].stored_at for group in groups]
    pauses = [later - earlier for earlier, later in pairwise([*moments, moments[-1] + RUNS_ON])]
    for group, now, pause, parts, is_new in zip(groups, moments, pauses, looks, restarts, strict=False):
        chain.store(*group)
        engine = chain.engine(batch=batch, remembered=remembered) if is_new else engine
        for part in parts:
            settle(engine, now + pause * part)
    settle(engine, moments[-1] + RUNS_ON)
    expected = reports([asdict(report(each)) for each in replay(readings)])
    assert reports([asdict(report(each)) for each in chain.episodes(name)]) == expected
    assert chain.tables.one("select count(*) from alerts.alert_failures") == 0
