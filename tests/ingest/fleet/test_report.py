"""The fleet in words: what is not known is not printed as nought."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from uuid import UUID

import pytest

from ingest.fleet.gateway_page import CertificateRow, GatewayPage, KeyRow, SilenceRow
from ingest.fleet.report import age, words_of_gateway, words_of_row, words_of_tally, words_of_ticket
from ingest.fleet.table import FleetRow, FleetTally, GatewayRow, MeterRow
from ingest.fleet.tickets import Ticket
from tests.ingest.making import NOON

_GATEWAY = GatewayRow(
    gateway=UUID(int=7), home=UUID(int=8), institution=None, region=None, operator=None, revoked_at=None,
    certificate_until=None, heard_at=NOON, said_at=NOON, left_at=None, silent_since=None, cause=None,
    clock="synced", unsent=0, oldest_unsent_s=0, at_risk=0, undecodable=0, adapter="hci0", version="0.9",
)  # fmt: skip
_METER = MeterRow(
    key="BP-1001", key_kind="serial", kind="blood_pressure", model="Cuff", address="C0:FF", residents=(),
    heard_at=NOON, good_at=NOON, battery=80, clock_offset_s=-3, readings=8, errors=2, failing=0,
    driver="blood_pressure", driver_version="1",
)  # fmt: skip
LATER = NOON + timedelta(hours=3)


def test_a_row_tells_gateway_meter_and_troubles() -> None:
    words = words_of_row(FleetRow(_GATEWAY, _METER, ("failing",)), LATER)
    assert " ".join(words.split()) == (
        f"{_GATEWAY.gateway} 0.9 3 h BP-1001 Cuff 3 h battery 80 % clock -3 s errors 25.0% failing"
    )


def test_what_is_not_known_is_a_question_mark() -> None:
    silent = replace(_GATEWAY, heard_at=None, version=None)
    unread = replace(_METER, battery=None, clock_offset_s=None, readings=0, errors=0, heard_at=None)
    words = words_of_row(FleetRow(silent, unread, ()), LATER)
    assert words.count("?") == 6
    assert "0.0%" not in words


@pytest.mark.parametrize(
    ("since", "said"),
    [(timedelta(seconds=30), "now"), (timedelta(minutes=59), "59 min"), (timedelta(hours=30), "1 d")],
)
def test_an_age_is_in_its_largest_unit(since: timedelta, said: str) -> None:
    assert age(NOON, NOON + since) == said


def test_the_sums_name_each_trouble() -> None:
    said = words_of_tally(FleetTally(3, 2, {"silent": 1, "backlog": 2}))
    assert said == "3 gateways, 2 meters; 2 backlog; 1 silent"


def test_a_gateways_page_tells_its_keys_certificates_and_silences() -> None:
    page = GatewayPage(
        (FleetRow(_GATEWAY, None, ()),),
        (KeyRow("ab" * 32, 2, NOON, LATER),),
        (CertificateRow("cd" * 32, NOON, LATER, None),),
        (SilenceRow(NOON, None, "network", 5),),
    )
    said = words_of_gateway(page, LATER).splitlines()
    assert len(said) == 4
    assert said[1].endswith("revoked 2026-03-05T15:00:00+00:00")
    assert said[3] == "silent from 2026-03-05T12:00:00+00:00 to now: network, ticket 5"


def test_a_ticket_says_its_cause_its_reach_and_since_when() -> None:
    said = words_of_ticket(Ticket(5, "network", "telecom/*", NOON, LATER, None, 40, 39))
    assert " ".join(said.split()) == (
        "5 network telecom/* 40 gateways, 39 homes since 2026-03-05T12:00:00+00:00"
    )
