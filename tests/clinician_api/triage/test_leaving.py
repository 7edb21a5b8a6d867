"""What is open when a contract ends: it goes to whoever answers, and after a death it ends."""

from __future__ import annotations

from uuid import uuid4

from psycopg import Connection
from sqlalchemy import text
from sqlalchemy.orm import Session

from clinician_api.access import service as access
from clinician_api.audit.rules import By
from clinician_api.contracts import service as contracts
from clinician_api.contracts.acts import Form
from clinician_api.contracts.ending import Ending
from clinician_api.contracts.models import Contract
from clinician_api.triage import casework, leaving
from clinician_api.triage.clocks import DEFAULT
from ingest.door.attribution import Binding
from ingest.fleet import registry
from tests.clinician_api.concerns import attended, concern
from tests.clinician_api.making import NOW, actor, clinic


def test_an_open_critical_goes_to_the_duty_desk_with_its_task(db: Session) -> None:
    there = clinic(db)
    case = attended(db, concern(there.resident))
    contracts.end(db, By(), there.contract, why="moved", now=NOW)
    leaving.wind_up(db, there.resident, clocks=DEFAULT, now=NOW)
    case = casework.locked(db, case.episode)
    assert (case.state, case.desk, case.owner, case.team) == ("new", "institution", None, None)
    assert not access.may_see(db, actor(db, there.doctor), there.resident, now=NOW)


def test_the_job_is_put_down_in_the_same_transaction(db: Session) -> None:
    there = clinic(db)
    contracts.end(db, By(), there.contract, why="moved", now=NOW)
    waiting = text("select args from procrastinate.procrastinate_jobs where task_name = 'contracts.wind_up'")
    assert [row.args for row in db.execute(waiting)] == [{"resident": str(there.resident)}]


def test_after_a_death_no_case_is_open_and_no_meter_calls_anybody(db: Session) -> None:
    there = clinic(db)
    case = attended(db, concern(there.resident))
    home, meter = uuid4(), "M-1"
    connection = db.connection().connection.driver_connection
    assert isinstance(connection, Connection)
    binding = Binding(slot=1, resident=there.resident, since=NOW.replace(year=2025))
    registry.bind(connection, home=home, meter=meter, binding=binding, now=NOW)
    row = db.get_one(Contract, there.contract)
    contracts.terminate(db, actor(db, there.doctor), Form(row.id, row.version), Ending("died"), now=NOW)
    for _ in range(2):
        leaving.wind_up(db, there.resident, clocks=DEFAULT, now=NOW)
    case = casework.locked(db, case.episode)
    assert (case.state, case.outcome, case.owner) == ("resolved", "nothing_needed", there.doctor)
    until = db.scalar(text("select until from ingest.meter_binding where home = :home"), {"home": home})
    assert until == NOW
