"""Walks through everything that may happen between a home and the cloud, over the real wire and ledger.

A small world, many walks: crash, copied and lost cards, messages dropped, repeated
and in any order, backups, restores, new keys.
Each rule of the wire is there because of a walk that loses a reading, or makes the ledger lie, without it.
"""

from __future__ import annotations

import tempfile
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.model.rules import ALL, LOSING, LYING, Rules
from tests.model.world import BrokenError, World

STEPS = 60
WALKS = 60
HUNT = 200
"""Walks allowed for finding what a missing rule does; each is found at once, until the model changes."""


@pytest.fixture
def cards() -> Iterator[Path]:
    """Cards in memory where there is such a folder: a walk syncs thousands of times."""
    memory = Path("/dev/shm")  # noqa: S108 - a folder of its own is made below, with a random name
    with tempfile.TemporaryDirectory(dir=memory if memory.is_dir() else None) as folder:
        yield Path(folder)


def walk(seed: int, cards: Path, rules: Rules) -> None:
    folder = cards / str(seed)
    folder.mkdir()
    World(seed, folder, rules).walk(STEPS)


def hunt(cards: Path, rules: Rules) -> BrokenError | None:
    for seed in range(rules.found, rules.found + HUNT):
        try:
            walk(seed, cards, rules)
        except BrokenError as broken:
            return broken
    return None


@pytest.mark.parametrize("seed", range(WALKS))
def test_nothing_is_lost_nothing_hangs_and_the_ledger_is_true(seed: int, cards: Path) -> None:
    walk(seed, cards, ALL)


@pytest.mark.parametrize("rules", LOSING.values(), ids=LOSING.keys())
def test_without_the_rule_a_reading_is_lost(rules: Rules, cards: Path) -> None:
    broken = hunt(cards, rules)
    assert broken is not None
    assert "readings" in str(broken)


@pytest.mark.parametrize("rules", LYING.values(), ids=LYING.keys())
def test_without_the_rule_the_ledger_lies(rules: Rules, cards: Path) -> None:
    broken = hunt(cards, rules)
    assert broken is not None
    assert "the ledger" in str(broken)


@pytest.mark.truth
@pytest.mark.parametrize("block", range(50))
def test_many_more_walks_find_nothing(block: int, cards: Path) -> None:
    for seed in range(WALKS + block * 40, WALKS + (block + 1) * 40):
        walk(seed, cards, ALL)
