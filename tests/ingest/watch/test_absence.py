"""Why nothing was measured: the widest cause that explains it, and the right person for it."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from uuid import UUID

import pytest

from ingest.watch.absence import Facts, GatewayFacts, MeterFacts, Missing, explain
from ingest.watch.silence import Cause
from tests.ingest.making import CUFF, NOON

WEEK = timedelta(days=7)
GATEWAY = GatewayFacts(UUID(int=1), silent=timedelta(0))
METER = MeterFacts(CUFF.key, NOON, is_weak=False)
WELL = Facts([METER], [GATEWAY], waits=False)


def said(facts: Facts, *, is_watched: bool = True) -> Missing:
    return explain(facts, lasted=WEEK, is_watched=is_watched)


def silent(days: int, cause: Cause = "gateway") -> GatewayFacts:
    return replace(GATEWAY, silent=timedelta(days=days), cause=cause, since=NOON)


def test_where_everything_works_it_is_the_resident_and_goes_to_care() -> None:
    assert said(WELL) == Missing("resident", "care")


@pytest.mark.parametrize(
    ("cause", "to", "subject"),
    [
        ("platform", "operations", None),
        ("network", "operations", None),
        ("gateway", "technician", str(GATEWAY.gateway)),
    ],
)
def test_a_home_that_was_blind_most_of_the_time_explains_it_by_the_cause_of_that(
    cause: Cause, to: str, subject: str | None
) -> None:
    found = said(replace(WELL, gateways=[silent(4, cause)]))
    assert (found.cause, found.to, found.subject, found.since) == (cause, to, subject, NOON)


def test_a_gateway_that_fell_silent_just_now_explains_no_empty_week() -> None:
    assert said(replace(WELL, gateways=[silent(3)])).cause == "resident"


def test_a_second_gateway_that_was_there_would_have_heard_it() -> None:
    assert said(replace(WELL, gateways=[silent(7), GATEWAY])).cause == "resident"


def test_a_home_without_a_gateway_is_a_technicians() -> None:
    assert said(replace(WELL, gateways=[])) == Missing("gateway", "technician")


def test_readings_that_wait_in_a_gateway_were_measured() -> None:
    found = said(replace(WELL, gateways=[replace(GATEWAY, is_behind=True)]))
    assert found == Missing("gateway", "technician", str(GATEWAY.gateway))


def test_a_reading_without_an_owner_may_be_theirs_and_goes_to_the_steward() -> None:
    assert said(replace(WELL, waits=True)) == Missing("unattributed", "steward")


def test_a_meter_that_fails_or_has_no_power_left_is_a_technicians() -> None:
    weak = replace(METER, is_weak=True)
    assert said(replace(WELL, meters=[weak])) == Missing("meter", "technician", CUFF.key, NOON)
    assert said(replace(WELL, meters=[weak, METER])).cause == "resident"


def test_a_resident_without_a_meter_is_the_stewards() -> None:
    assert said(Facts([], [], waits=False)) == Missing("unbound", "steward")


def test_where_nobody_judged_silence_lately_nobody_but_ourselves_is_blamed() -> None:
    assert said(WELL, is_watched=False) == Missing("platform", "operations", "*")
