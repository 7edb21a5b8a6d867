"""What a steward does to gateways within reach, and what is written down of it."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from uuid import UUID

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from clinician_api.audit.models import AuditEntry
from clinician_api.errors import InvalidError, NotFoundError
from clinician_api.stewards import boxes
from clinician_api.stewards.acting import Acting
from device_drivers.wire.downlink import Restart
from device_drivers.wire.enrolment import plain
from ingest.downlink import due
from ingest.enrolment import codes
from ingest.fleet import registry
from tests.clinician_api.fleet import LATER
from tests.clinician_api.stewards.conftest import Watched

Do = Callable[[Acting, UUID], object]

DEEDS: dict[str, Do] = {
    "gateway.revoked": lambda acts, which: boxes.revoke(acts, which, why="stolen"),
    "gateway.restart_asked": lambda acts, which: boxes.restart(acts, which, why="hangs"),
    "gateway.code_made": lambda acts, which: boxes.make_code(acts, which, why="a new box"),
}


@pytest.mark.parametrize("action", DEEDS)
def test_a_deed_is_written_down_with_who_and_why(watched: Watched, db: Session, action: str) -> None:
    DEEDS[action](watched.acts(db, watched.steward), watched.gateway.gateway)
    db.flush()
    (entry,) = db.scalars(select(AuditEntry).where(AuditEntry.action == action))
    assert entry.facts["why"]


@pytest.mark.parametrize("action", DEEDS)
def test_nothing_is_done_to_a_gateway_out_of_reach(watched: Watched, db: Session, action: str) -> None:
    with pytest.raises(NotFoundError, match=r"gateway\.unknown"):
        DEEDS[action](watched.acts(db, watched.elsewhere), watched.gateway.gateway)


def test_nothing_is_done_without_a_reason(watched: Watched, db: Session) -> None:
    with pytest.raises(InvalidError, match="no_words"):
        boxes.revoke(watched.acts(db, watched.steward), watched.gateway.gateway, why=" ")


def test_a_revoked_gateway_has_no_key_in_force(watched: Watched, db: Session) -> None:
    acts = watched.acts(db, watched.steward)
    boxes.revoke(acts, watched.gateway.gateway, why="stolen")
    (enrolled,) = registry.fleet(acts.connection, only=watched.gateway.gateway).values()
    assert all(key.revoked for key in enrolled.keys)


def test_a_restart_is_asked_for(watched: Watched, db: Session) -> None:
    acts = watched.acts(db, watched.steward)
    boxes.restart(acts, watched.gateway.gateway, why="hangs")
    commands, _ = due.of_gateway(acts.connection, watched.gateway.gateway, LATER, most=16)
    assert [command.order for command in commands] == [Restart()]
    assert [each.state(LATER) for each in boxes.last_asked(acts, watched.gateway.gateway)] == ["waiting"]


def test_a_code_stands_for_the_gateways_home(watched: Watched, db: Session) -> None:
    acts = watched.acts(db, watched.steward)
    code = boxes.make_code(acts, watched.gateway.gateway, why="a new box")
    held = codes.take(acts.connection, plain(code))
    assert held is not None
    assert (held.home, held.expires_at) == (watched.gateway.home, LATER + timedelta(days=7))
