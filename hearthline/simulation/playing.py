"""A database and a cloud of its own for scenarios that are played one after the other."""

from __future__ import annotations

import logging
import shutil
import tempfile
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Final

import psycopg
from msgspec.structs import replace

from firmware_sim.scenario.file import Trial
from hearthline.simulation.cloud import Cloud
from hearthline.simulation.outcome import Outcome
from hearthline.simulation.play import play
from hearthline.tables import upgrade
from ingest.postgres import running

_HASTE: Final = {"fsync": "off", "full_page_writes": "off", "shared_buffers": "64MB"}
"""What a scenario stores need not survive a power cut; what a kill leaves is asked elsewhere."""

Told = Callable[[Outcome], None]


def unheard(_outcome: Outcome) -> None:
    """Nobody waits for this outcome alone."""


def play_all(trials: Iterable[Trial], told: Told) -> list[Outcome]:
    """Each on the same database; `told` hears of each as it ends. Raises ingest.postgres.PostgresError."""
    logging.getLogger("bumble").setLevel(logging.CRITICAL)  # it calls a lost link an error
    outcomes = []
    with _cloud() as (cloud, connection):
        for trial in trials:
            outcomes.append(play(trial, cloud, connection))
            told(outcomes[-1])
    return outcomes


def seeded(trial: Trial, seeds: int) -> list[Trial]:
    """The scenario with its own seed and those that follow."""
    return [replace(trial, seed=trial.seed + number) for number in range(seeds)]


@contextmanager
def _cloud() -> Iterator[tuple[Cloud, psycopg.Connection]]:
    folder = Path(tempfile.mkdtemp(prefix="hl-sim-"))
    folder.chmod(0o755)  # PostgreSQL does not run as root
    try:
        with running(folder / "postgresql", settings=_HASTE) as server:
            upgrade(server.url())
            with psycopg.connect(server.url(), autocommit=True) as connection:
                yield Cloud(connection, folder / "keys"), connection
    finally:
        shutil.rmtree(folder, ignore_errors=True)
