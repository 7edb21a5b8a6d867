"""Homes that nobody hears, beside the residents whom they make invisible."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta
from uuid import UUID

import pytest
from fastapi.testclient import TestClient
from sqlalchemy import select
from sqlalchemy.orm import Session

from clinician_api.audit.models import AuditEntry
from clinician_api.db import Sessions
from clinician_api.web import blind
from tests.clinician_api.fleet import make_home
from tests.clinician_api.making import NOW, actor
from tests.clinician_api.web.conftest import Alarmed
from tests.clinician_api.web.test_staff import logged_in, opened
from tests.ingest.making import NOON, Gateway
from tests.ingest.store.tables import Tables

SINCE = NOW - timedelta(hours=5)
_SILENT = """
with opened as (
    insert into ingest.ticket (cause, subject, since, opened_at)
    values ('gateway', %(gateway)s::text, %(since)s, %(since)s) returning id
)
insert into ingest.gateway_silence (gateway, ticket, since)
select %(gateway)s::uuid, id, %(since)s from opened
"""


@pytest.fixture
def tables(database_url: str) -> Iterator[Tables]:
    found = Tables.at(database_url)
    with found.connection:
        yield found


def falls_silent(tables: Tables, gateway: Gateway) -> None:
    tables.connection.execute(_SILENT, {"gateway": gateway.gateway, "since": SINCE})


@pytest.fixture
def gateway(tables: Tables, alarmed: Alarmed) -> Gateway:
    return make_home(tables, alarmed.clinic, alarmed.clinic.resident)


def unheard(db: Session, account: UUID) -> set[UUID]:
    return set(blind.in_sight(db, actor(db, account), NOW))


def test_a_home_that_is_heard_is_not_marked(client: TestClient, alarmed: Alarmed, gateway: Gateway) -> None:
    html = logged_in(client, alarmed.clinic.doctor).get("/worklist").text
    assert "家中失联" not in html


def test_an_alert_of_a_blind_home_says_since_when(
    client: TestClient, alarmed: Alarmed, gateway: Gateway, tables: Tables
) -> None:
    falls_silent(tables, gateway)
    doctor = logged_in(client, alarmed.clinic.doctor)
    assert "家中失联，自 03-02 04:00" in doctor.get("/worklist").text
    assert opened(doctor, alarmed.episode).count("家中失联，自 03-02 04:00") == 2


def test_a_resident_without_an_alert_is_named_among_the_data_issues(
    client: TestClient, alarmed: Alarmed, tables: Tables, care: Sessions
) -> None:
    falls_silent(tables, make_home(tables, alarmed.clinic, alarmed.clinic.stranger))
    doctor = logged_in(client, alarmed.clinic.other_doctor)
    assert "1 位居民家中失联" in doctor.get("/worklist").text
    html = doctor.get("/worklist?tab=data").text
    assert f'href="/residents/{alarmed.clinic.stranger}"' in html
    assert "没有提醒不代表平安" in html
    with care() as db:
        read = select(AuditEntry.resident).where(AuditEntry.account == alarmed.clinic.other_doctor)
        assert alarmed.clinic.stranger in set(db.scalars(read))


def test_another_teams_resident_is_neither_named_nor_counted(
    client: TestClient, alarmed: Alarmed, gateway: Gateway, tables: Tables, db: Session
) -> None:
    falls_silent(tables, gateway)
    assert unheard(db, alarmed.clinic.doctor) == {alarmed.clinic.resident}
    assert unheard(db, alarmed.clinic.other_doctor) == set()


def test_who_has_a_meter_in_another_home_that_is_heard_is_not_blind(
    alarmed: Alarmed, gateway: Gateway, tables: Tables, db: Session
) -> None:
    falls_silent(tables, gateway)
    second = make_home(tables, alarmed.clinic, alarmed.clinic.resident)
    assert unheard(db, alarmed.clinic.doctor) == set()
    falls_silent(tables, second)
    assert unheard(db, alarmed.clinic.doctor) == {alarmed.clinic.resident}


def test_a_home_whose_gateway_was_revoked_is_blind(
    alarmed: Alarmed, gateway: Gateway, tables: Tables, db: Session
) -> None:
    tables.connection.execute("update ingest.gateway_key set revoked_at = %s", (NOON - timedelta(days=9),))
    assert unheard(db, alarmed.clinic.doctor) == {alarmed.clinic.resident}
