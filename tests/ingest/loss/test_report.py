"""The loss statement in words."""

from __future__ import annotations

from uuid import UUID

from ingest.loss.chain import Range
from ingest.loss.report import report, words
from ingest.loss.statement import Statement, StreamStatement, Unknown
from tests.ingest.making import NOON

GATEWAY = UUID(int=1)
STREAM = StreamStatement("ab" * 16, 5, 3, 1, 2, (Range(1, 1),), (Range(2, 3),), (Range(5, 5),), (), ())


def test_a_complete_statement_says_so() -> None:
    assert words(report([Statement(GATEWAY, (), ())])).endswith("have arrived.")


def test_missing_batches_are_named_by_stream_and_sequence() -> None:
    told = words(report([Statement(GATEWAY, (STREAM,), ())]))
    assert f"missing in stream {STREAM.stream}: 2-3, 5" in told
    assert "3 sealed batches have not arrived" in told


def test_what_is_unknown_is_a_word_with_its_reason_and_never_a_nought() -> None:
    unknown = Unknown("claimed_again", None, NOON)
    told = words(report([Statement(GATEWAY, (), (unknown,))]))
    assert "unknown from the beginning to 2026-03-05T12:00:00+00:00: it was enrolled again" in told
    assert "1 spans of time are unknown" in told


def test_sums_run_over_all_gateways() -> None:
    statement = Statement(GATEWAY, (STREAM,), ())
    sums = report([statement, statement])
    assert (sums.arrived, sums.missing, sums.rejected, sums.complete) == (6, 6, 2, False)
