"""Since when a missing batch is known to be missing."""

from __future__ import annotations

from device_drivers.wire.batch import Opens
from ingest.missing import Missing, missing
from tests.ingest.evidence import at, head, link, of, place


def test_a_hole_is_as_old_as_the_first_batch_above_it() -> None:
    history = of(place("a", 1), place("a", 4, minute=9), place("a", 5, minute=3))
    assert missing(history) == (Missing("a", 2, 3, at(3)),)


def test_what_a_head_announced_is_as_old_as_the_head() -> None:
    assert missing(of(place("a", 1), head("a", 3, minute=7))) == (Missing("a", 2, 3, at(7)),)


def test_what_two_heads_announced_is_told_apart() -> None:
    history = of(place("a", 1), head("a", 3, minute=7), head("a", 5, minute=8))
    assert missing(history) == (Missing("a", 2, 3, at(7)), Missing("a", 4, 5, at(8)))


def test_what_a_successor_names_is_missing_since_the_successor_came() -> None:
    opens = Opens(stream="a", seq=2, link=link("a", 2), resealed=0)
    history = of(place("a", 1), place("b", 1, minute=4, opens=opens))
    assert missing(history) == (Missing("a", 2, 2, at(4)),)


def test_a_whole_stream_misses_nothing() -> None:
    assert missing(of(place("a", 1), place("a", 2), head("a", 2))) == ()
