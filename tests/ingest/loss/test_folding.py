"""Folding the ledger: what it forgets changes nothing that the statements say."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ingest.loss.alarms import alarms
from ingest.loss.day import state_of_day
from ingest.loss.folding import fold, folds, oldest_kept
from ingest.loss.history import History
from ingest.loss.statement import state
from ingest.series.port import bounds
from tests.ingest.evidence import SHANGHAI, at, head, histories, of, place

LATER = at(10_000)
DAYS = [bounds(day, day, SHANGHAI) for day in (date(2026, 3, 4) + timedelta(days=days) for days in range(6))]


def said(history: History) -> tuple[object, ...]:
    """All that is ever said of a ledger."""
    days = [state_of_day(history, begin, end, now=LATER) for begin, end in DAYS]
    return state(history), days, [alarms(history, at(minute)) for minute in range(0, 6_000, 500)]


@given(histories(), st.integers(0, 4_500))
def test_every_statement_is_the_same_before_and_after_folding(history: History, minute: int) -> None:
    after = fold(history, before=at(minute), region=SHANGHAI)
    assert said(after) == said(history)


@given(histories(), st.integers(0, 4_500), st.integers(0, 4_500))
def test_folding_again_and_later_changes_nothing_either(history: History, first: int, second: int) -> None:
    once = fold(history, before=at(first), region=SHANGHAI)
    assert said(fold(once, before=at(second), region=SHANGHAI)) == said(history)


@given(histories())
def test_no_batch_is_in_two_ranges_or_in_a_range_and_a_row(history: History) -> None:
    after = fold(history, before=LATER, region=SHANGHAI)
    spans = [(each.stream, seq) for each in after.folds for seq in range(each.first, each.last + 1)]
    rows = [(each.stream, each.seq) for each in after.places]
    assert len({*spans, *rows}) == len(spans) + len(rows) == len(history.places)


def test_a_run_of_one_day_becomes_one_range() -> None:
    history = of(*(place("a", seq, minute=seq) for seq in range(1, 6)))
    (one,) = folds(history, before=LATER, region=SHANGHAI)
    assert (one.first, one.last, one.prev_link, one.link) == (2, 5, "a1", "a5")
    assert (one.since, one.until, one.at) == (at(2), at(5), at(5))


def test_a_day_ends_at_midnight_in_the_region() -> None:
    """16:00 in UTC is midnight in Shanghai; batches are sealed at noon and at 16:00, and come together."""
    sealed = enumerate((0, 1, 2, 240, 241), start=1)
    history = of(*(replace(place("a", seq, minute=300), sealed_at=at(minute)) for seq, minute in sealed))
    assert [(each.first, each.last) for each in folds(history, before=LATER, region=SHANGHAI)] == [
        (2, 3),
        (4, 5),
    ]


def test_the_first_batch_keeps_its_row_and_so_does_what_is_young() -> None:
    history = of(*(place("a", seq, minute=seq) for seq in range(1, 6)))
    (one,) = folds(history, before=at(4), region=SHANGHAI)
    assert (one.first, one.last) == (2, 3)


def test_a_batch_alone_between_holes_keeps_its_row() -> None:
    assert folds(of(place("a", 1), place("a", 3)), before=LATER, region=SHANGHAI) == ()


@pytest.mark.parametrize(("claim", "lineage"), [(2, 1), (1, 2)])
def test_a_range_keeps_to_one_claim_and_one_life_of_the_database(claim: int, lineage: int) -> None:
    later = (replace(place("a", seq), claim=claim, lineage=lineage) for seq in (4, 5))
    history = of(*(place("a", seq) for seq in range(1, 4)), *later)
    assert [(each.first, each.last) for each in folds(history, before=LATER, region=SHANGHAI)] == [
        (2, 3),
        (4, 5),
    ]


def test_a_hole_is_not_folded_over() -> None:
    history = of(*(place("a", seq) for seq in (1, 2, 3, 5, 6)))
    assert [(each.first, each.last) for each in folds(history, before=LATER, region=SHANGHAI)] == [
        (2, 3),
        (5, 6),
    ]


def test_a_forked_stream_keeps_every_row() -> None:
    history = of(*(place("a", seq) for seq in range(1, 6)), replace(head("a", 3), link="another"))
    assert folds(history, before=LATER, region=SHANGHAI) == ()


def test_a_late_batch_that_fills_a_hole_between_ranges_is_verified_against_both() -> None:
    history = fold(of(*(place("a", seq) for seq in (1, 2, 3, 5, 6))), before=LATER, region=SHANGHAI)
    fits = replace(history, places=(*history.places, place("a", 4)))
    other = replace(history, places=(*history.places, replace(place("a", 4), link="x")))
    torn = replace(history, places=(*history.places, replace(place("a", 4), prev_link="x")))
    assert state(fits).complete
    assert state(other).streams[0].forks == (5,)
    assert state(torn).streams[0].forks == (4,)


def test_whole_days_fold_after_thirty_of_them() -> None:
    assert oldest_kept(at(0) + timedelta(days=30), SHANGHAI) == at(0) - timedelta(hours=20)
