"""Which gateways and meters a steward sees, and what is written down of it."""

from __future__ import annotations

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from clinician_api.audit.models import AuditEntry
from clinician_api.errors import NotFoundError
from clinician_api.stewards import fleet
from ingest.store.meters import advance
from tests.clinician_api.stewards.conftest import Watched


def test_a_steward_sees_the_gateways_of_their_institution_alone(watched: Watched, db: Session) -> None:
    own = fleet.table(watched.acts(db, watched.steward), None, None)
    assert {row.gateway.gateway for row in own} == {watched.gateway.gateway}
    assert fleet.table(watched.acts(db, watched.elsewhere), None, None) == []


def test_the_row_of_a_meter_is_as_its_readings_say(watched: Watched, db: Session) -> None:
    advance(watched.tables.connection)
    (row,) = fleet.table(watched.acts(db, watched.steward), None, None)
    assert row.meter is not None
    assert (row.meter.key, row.meter.battery, row.meter.readings) == ("BP-1001", 80, 1)
    assert row.meter.residents == (watched.clinic.resident,)


def test_whoever_has_a_meter_on_the_page_is_noted_as_read(watched: Watched, db: Session) -> None:
    fleet.table(watched.acts(db, watched.steward), None, None)
    db.flush()
    read = db.execute(
        select(AuditEntry.resident, AuditEntry.purpose).where(AuditEntry.action == "resident.read")
    )
    assert list(read) == [(watched.clinic.resident, "fleet")]


def test_a_gateway_out_of_reach_is_not_found(watched: Watched, db: Session) -> None:
    with pytest.raises(NotFoundError, match=r"gateway\.unknown"):
        fleet.gateway(watched.acts(db, watched.elsewhere), watched.gateway.gateway)
    assert fleet.gateway(watched.acts(db, watched.steward), watched.gateway.gateway).rows


def test_the_last_batches_say_what_was_refused(watched: Watched, db: Session) -> None:
    (batch,) = fleet.batches(watched.acts(db, watched.steward), watched.gateway.gateway)
    assert (batch.seq, batch.outcome, batch.readings, batch.refused) == (1, "stored", 1, 1)


def test_silent_gateways_are_counted_within_reach(watched: Watched, db: Session) -> None:
    watched.tables.connection.execute(
        "with opened as (insert into ingest.ticket (cause, subject, since, opened_at)"
        " values ('gateway', %s, now(), now()) returning id)"
        " insert into ingest.gateway_silence (gateway, ticket, since) select %s, id, now() from opened",
        (str(watched.gateway.gateway), watched.gateway.gateway),
    )
    assert fleet.silent(watched.acts(db, watched.steward)) == 1
    assert fleet.silent(watched.acts(db, watched.elsewhere)) == 0
    assert fleet.silent(watched.acts(db, watched.overseer)) == 1
