"""The summary counts records, and cannot be talked out of a loss."""

from __future__ import annotations

from collections import Counter
from dataclasses import replace

from hypothesis import given
from hypothesis import strategies as st

from hearthline.demo.summary import (
    Elsewhere,
    Record,
    Whereabouts,
    count,
    doubled,
    lost,
    percentile,
    summarise,
)

MORNING = Record("cuff-1", "ea070b16080000", "780050006200")
EVENING = Record("cuff-1", "ea070b16140000", "7b0051006300")
NOWHERE: Counter[Record] = Counter()
STORED = Whereabouts(count([MORNING, EVENING]), count([MORNING, EVENING]), NOWHERE, NOWHERE, NOWHERE)


def test_what_is_stored_once_is_neither_lost_nor_doubled() -> None:
    summary = summarise(STORED, Elsewhere(receipted=2, at_risk=0, quarantined=0))
    assert (summary.taken, summary.stored, summary.lost, summary.doubled) == (2, 2, 0, 0)


def test_a_record_that_is_nowhere_is_lost() -> None:
    assert lost(replace(STORED, stored=count([MORNING]))) == count([EVENING])


def test_a_record_still_in_the_outbox_is_not_lost() -> None:
    assert not lost(replace(STORED, stored=count([MORNING]), in_outbox=count([EVENING])))


def test_a_record_stored_twice_is_doubled() -> None:
    assert doubled(replace(STORED, stored=count([MORNING, MORNING, EVENING]))) == count([MORNING])


def test_a_doubled_record_does_not_hide_a_lost_one() -> None:
    where = replace(STORED, stored=count([MORNING, MORNING]))
    assert (lost(where), doubled(where)) == (count([EVENING]), count([MORNING]))


def test_two_equal_records_of_a_meter_without_a_clock_must_both_be_there() -> None:
    bare = Record("cuff-2", "", "780050006200")
    where = Whereabouts(count([bare, bare]), count([bare]), NOWHERE, NOWHERE, NOWHERE)
    assert lost(where) == count([bare])


@given(st.lists(st.sampled_from([MORNING, EVENING])), st.lists(st.sampled_from([MORNING, EVENING])))
def test_lost_and_doubled_explain_the_difference(taken: list[Record], stored: list[Record]) -> None:
    where = Whereabouts(count(taken), count(stored), NOWHERE, NOWHERE, NOWHERE)
    assert len(taken) - len(stored) == lost(where).total() - doubled(where).total()


def test_a_percentile_is_one_of_the_waits() -> None:
    assert percentile([120.4, 80.0, 300.0, 90.0], 0.5) == 90
    assert percentile([120.4, 80.0, 300.0, 90.0], 0.95) == 300


def test_a_reading_that_never_reached_the_page_is_not_averaged_away() -> None:
    waits = [100.0] * 18 + [float("inf")] * 2
    assert percentile(waits, 0.5) == 100
    assert percentile(waits, 0.95) is None


def test_nothing_has_no_percentile() -> None:
    assert percentile([], 0.95) is None
