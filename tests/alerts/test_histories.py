"""What the rules make of golden histories, which were written from the rules' text."""

from __future__ import annotations

from dataclasses import asdict

import pytest

from alerts.history_file import parse
from alerts.replay import replay, report
from tests.alerts.golden import History, histories

HISTORIES = histories()


@pytest.mark.parametrize("history", HISTORIES, ids=lambda history: f"rule {history.rule}: {history.name}")
def test_a_history_gives_the_episodes_that_the_rules_say(history: History) -> None:
    found = [asdict(report(episode)) for episode in replay(parse(history.csv))]
    assert len(found) == len(history.episodes), found
    compared = [
        {key: episode[key] for key in expected}
        for episode, expected in zip(found, history.episodes, strict=True)
    ]
    assert compared == history.episodes


def test_there_are_at_least_sixty_and_none_stands_twice() -> None:
    names = [history.name for history in HISTORIES]
    assert len(names) >= 60
    assert len(set(names)) == len(names)
    assert len({history.csv for history in HISTORIES}) >= 60
