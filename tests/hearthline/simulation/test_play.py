"""Every shipped scenario, once: the real gateway and the real doors of ingest, in simulated time."""

from __future__ import annotations

import logging
from collections.abc import Iterator

import psycopg
import pytest
from msgspec.structs import replace

from firmware_sim.scenario.events import events, planned_hash
from firmware_sim.scenario.file import Fault, parse, shipped
from gateway.outbox import keeping
from hearthline.simulation.cloud import Cloud
from hearthline.simulation.outcome import Outcome
from hearthline.simulation.play import play
from hearthline.simulation.report import complaints

Play = tuple[Cloud, psycopg.Connection]
CALM = parse('name = "calm"')


@pytest.fixture(scope="module")
def world(module_database_url: str, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Play]:
    logging.getLogger("bumble").setLevel(logging.CRITICAL)
    with psycopg.connect(module_database_url, autocommit=True) as connection:
        yield Cloud(connection, tmp_path_factory.mktemp("keys")), connection


def in_order(outcome: Outcome) -> None:
    assert outcome.is_passed, complaints(outcome)
    assert outcome.verdict.stored + outcome.verdict.undecodable >= outcome.verdict.taken > 0


@pytest.mark.parametrize("fault", list(Fault))
def test_no_fault_loses_doubles_or_falsifies_anything(world: Play, fault: Fault) -> None:
    outcome = play(shipped()[fault], *world)

    in_order(outcome)
    assert outcome.fired[fault] >= 1


def test_all_faults_at_once_lose_double_and_falsify_nothing(world: Play) -> None:
    in_order(play(shipped()["everything"], *world))


def test_without_a_fault_everything_arrives_and_nothing_fires(world: Play) -> None:
    outcome = play(CALM, *world)

    in_order(outcome)
    assert (outcome.fired, outcome.helped) == ({}, 0)


def test_an_outcome_names_the_hash_of_what_was_planned(world: Play) -> None:
    trial = replace(CALM, seed=5)

    assert play(trial, *world).planned_hash == planned_hash(events(trial))


def test_a_gateway_that_loses_readings_does_not_pass(world: Play, monkeypatch: pytest.MonkeyPatch) -> None:
    """Whether the verdict can fail at all."""
    monkeypatch.setattr(keeping, "_insert", lambda *_: None)

    outcome = play(replace(CALM, seed=6), *world)

    assert not outcome.is_passed
    assert outcome.verdict.lost == outcome.verdict.taken
