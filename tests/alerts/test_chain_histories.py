"""Golden histories through the whole chain: ingest's store, cursor, engine and tables on a test clock."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import asdict, replace
from itertools import groupby

import pytest

from alerts.history_file import parse
from alerts.reading import Reading
from alerts.replay import RUNS_ON, report
from tests.alerts.chain import Chain, replayed, resident
from tests.alerts.golden import History, histories

CANNOT_TRAVEL = {
    "a pressure without a unit is not judged, however high": "on the wire a pressure always has its unit",
}
HISTORIES = [each for each in histories() if each.name not in CANNOT_TRAVEL]


@pytest.fixture(scope="module")
def chain(module_database_url: str) -> Iterator[Chain]:
    chain = Chain.at(module_database_url)
    yield chain
    chain.close()


def stored_together(readings: Sequence[Reading]) -> list[list[Reading]]:
    return [list(group) for _, group in groupby(readings, key=lambda each: each.stored_at)]


@pytest.mark.parametrize("history", HISTORIES, ids=lambda history: f"rule {history.rule}: {history.name}")
def test_a_history_gives_the_same_episodes_through_the_whole_chain(chain: Chain, history: History) -> None:
    """By an engine that remembers nothing from one step to the next."""
    readings = [replace(each, resident=f"{each.resident} {history.name}"[:60]) for each in parse(history.csv)]
    replayed(chain, chain.engine(remembered=0), stored_together(readings), on=RUNS_ON)
    found = [
        asdict(report(each)) | {"resident": name[0]}
        for name in sorted({each.resident for each in readings})
        for each in chain.episodes(name)
    ]
    found.sort(key=lambda each: (each["opened_at"], each["resident"], each["reason"], each["late"]))
    compared = [
        {key: episode[key] for key in expected}
        for episode, expected in zip(found, history.episodes, strict=True)
    ]
    assert compared == history.episodes
    names = [str(resident(each.resident)) for each in readings]
    failures = "select resident::text from alerts.alert_failures"
    assert not {name for (name,) in chain.tables.all(failures)}.intersection(names)


def test_all_but_the_named_histories_travel() -> None:
    names = [each.name for each in histories()]
    assert len(names) - len(HISTORIES) == len(CANNOT_TRAVEL)
    assert CANNOT_TRAVEL.keys() <= set(names)
