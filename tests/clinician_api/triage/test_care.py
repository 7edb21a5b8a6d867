"""What the engine's word about an episode becomes: a case, a task, notices and a clock."""

from __future__ import annotations

from sqlalchemy.orm import Session

from tests.clinician_api.concerns import attended, concern
from tests.clinician_api.making import NOW, clinic


def test_a_critical_opens_a_case_with_an_open_task(db: Session) -> None:
    people = clinic(db)
    case = attended(db, concern(people.resident))
    assert (case.desk, case.team, case.state, case.severity_rank) == ("team", people.team, "new", 0)
    assert case.version == 1
