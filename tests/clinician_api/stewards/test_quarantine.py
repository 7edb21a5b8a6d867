"""Who sees which item of the quarantine, what they may do about it, and what is written down."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from uuid import UUID
from zoneinfo import ZoneInfo

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from clinician_api.audit.models import AuditEntry
from clinician_api.errors import ConflictError, InvalidError, NotAllowedError, NotFoundError
from clinician_api.stewards import acting, quarantine
from clinician_api.stewards.quarantine import FixRefusedError
from device_drivers.wire.codec import encode
from ingest.store.quarantined import Filter
from tests.clinician_api.fleet import LATER, make_steward
from tests.clinician_api.making import actor
from tests.clinician_api.stewards.conftest import Watched
from tests.ingest.making import make_reading

REGION = ZoneInfo("Asia/Shanghai")
RIGHT = encode(make_reading(2)).decode()


def numbers(watched: Watched, db: Session, account: UUID) -> set[int]:
    acts = watched.acts(db, account)
    return {item.id for item in quarantine.items(acts, Filter(institutions=acts.reach.filter))}


def entries(db: Session, action: str) -> list[AuditEntry]:
    db.flush()
    return list(db.scalars(select(AuditEntry).where(AuditEntry.action == action)))


def test_a_steward_sees_the_items_of_their_institutions_gateways_alone(watched: Watched, db: Session) -> None:
    assert numbers(watched, db, watched.steward) == {watched.sent.refused}
    assert numbers(watched, db, watched.elsewhere) == set()


def test_what_nobody_vouches_for_is_seen_by_who_looks_after_everything(watched: Watched, db: Session) -> None:
    assert numbers(watched, db, watched.overseer) == {watched.sent.refused, watched.sent.stray}


@pytest.mark.parametrize("deed", ["look", "fix", "replay", "close"])
def test_an_item_out_of_reach_is_not_found_whatever_is_tried(
    watched: Watched, db: Session, deed: str
) -> None:
    acts, number = watched.acts(db, watched.elsewhere), watched.sent.refused
    deeds: dict[str, Callable[[], object]] = {
        "look": lambda: quarantine.item(acts, number),
        "fix": lambda: quarantine.fix(acts, number, RIGHT, why="x"),
        "replay": lambda: quarantine.replay(acts, number, why="x", lineage=1, region=REGION),
        "close": lambda: quarantine.close(acts, number, why="x"),
    }
    with pytest.raises(NotFoundError, match=r"quarantine\.unknown"):
        deeds[deed]()


def test_who_is_no_steward_any_more_may_do_nothing(watched: Watched, db: Session) -> None:
    account = make_steward(db, watched.clinic.institution, until=LATER)
    before = LATER - timedelta(seconds=1)
    assert acting.acting(db, actor(db, account, before), now=before).reach.institutions
    with pytest.raises(NotAllowedError, match=r"role\.not_allowed"):
        acting.acting(db, actor(db, account, LATER), now=LATER)


def test_a_doctor_is_no_steward(watched: Watched, db: Session) -> None:
    with pytest.raises(NotAllowedError, match=r"role\.not_allowed"):
        watched.acts(db, watched.clinic.doctor)


def test_looking_at_an_item_is_written_down_for_everybody_whose_readings_it_may_hold(
    watched: Watched, db: Session
) -> None:
    quarantine.item(watched.acts(db, watched.steward), watched.sent.refused)
    (read,) = entries(db, "resident.read")
    assert (read.resident, read.purpose, read.account) == (
        watched.clinic.resident,
        "quarantine",
        watched.steward,
    )
    (looked,) = entries(db, "quarantine.read")
    assert looked.facts == {"item": watched.sent.refused}


def test_what_was_put_right_and_replayed_is_stored_with_who_and_why(watched: Watched, db: Session) -> None:
    acts, number = watched.acts(db, watched.steward), watched.sent.refused
    quarantine.fix(acts, number, RIGHT, why="三月的驱动写错了编号")
    step = quarantine.replay(acts, number, why="已更正", lineage=None, region=REGION)
    db.commit()
    assert (step.outcome, step.by, step.at) == ("stored", str(watched.steward), LATER)
    stored = watched.tables.all(
        "select r.resident from ingest.readings r"
        " join ingest.quarantine_step s on r.reading_id = any(s.readings)"
    )
    assert stored == [(watched.clinic.resident,)]
    assert entries(db, "quarantine.replayed")[0].facts == {"item": number, "outcome": "stored"}


def test_what_the_door_would_refuse_is_refused_in_the_doors_words(watched: Watched, db: Session) -> None:
    acts = watched.acts(db, watched.steward)
    with pytest.raises(FixRefusedError) as refused:
        quarantine.fix(acts, watched.sent.refused, "{}", why="x")
    assert refused.value.reason.startswith("malformed: ")


def test_a_message_of_nobodys_is_replayed_only_where_the_databases_life_is_known(
    watched: Watched, db: Session
) -> None:
    acts = watched.acts(db, watched.overseer)
    with pytest.raises(InvalidError, match=r"quarantine\.no_lineage"):
        quarantine.replay(acts, watched.sent.stray, why="x", lineage=None, region=REGION)
    step = quarantine.replay(acts, watched.sent.stray, why="x", lineage=1, region=REGION)
    assert step.outcome == "rejected"


def test_a_closed_item_is_settled_and_counts_no_more(watched: Watched, db: Session) -> None:
    acts = watched.acts(db, watched.steward)
    assert quarantine.waiting(acts) == 1
    quarantine.close(acts, watched.sent.refused, why="x")
    assert quarantine.waiting(acts) == 0
    with pytest.raises(ConflictError, match=r"quarantine\.settled"):
        quarantine.fix(acts, watched.sent.refused, RIGHT, why="x")


def test_nothing_is_done_if_the_request_fails(watched: Watched, db: Session) -> None:
    quarantine.close(watched.acts(db, watched.steward), watched.sent.refused, why="x")
    db.rollback()
    assert watched.tables.all("select count(*) from ingest.quarantine_step") == [(0,)]
