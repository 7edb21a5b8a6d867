"""A search shows residents in sight and nobody else, the closest first, and each look is written down."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta

import pytest
from sqlalchemy import select, update
from sqlalchemy.orm import Session

from clinician_api.audit.models import AuditEntry
from clinician_api.db import connect, sessions
from clinician_api.identity import search
from clinician_api.identity.models import Resident, SearchTerm
from tests.clinician_api.making import ENDS, NOW, actor, clinic, make_contract, make_resident


@pytest.fixture
def db(module_database_url: str) -> Iterator[Session]:
    """Never committed, so that all tests of the module share a database."""
    engine = connect(module_database_url, pool=1)
    with sessions(engine)() as session:
        yield session
    engine.dispose()


def test_only_whom_one_may_see_is_found(db: Session) -> None:
    there = clinic(db)
    doctor, other = actor(db, there.doctor), actor(db, there.other_doctor)
    assert search.find(db, doctor, "wxy", now=NOW) == [there.resident]
    assert search.find(db, doctor, "陈建国", now=NOW) == []
    assert search.find(db, other, "陈建国", now=NOW) == [there.stranger]
    assert search.find(db, other, "wxy", now=NOW) == []
    supervisor = actor(db, there.supervisor)
    assert set(search.find(db, supervisor, "5678", now=NOW)) == {there.resident, there.stranger}
    assert search.find(db, actor(db, there.duty), "wxy", now=NOW) == []


def test_after_the_contract_nobody_is_found(db: Session) -> None:
    there = clinic(db)
    after = NOW + (ENDS - NOW.date()) + timedelta(days=1)
    assert search.find(db, actor(db, there.doctor, after), "wxy", now=after) == []


def test_the_closest_come_first_and_twenty_at_most(db: Session) -> None:
    there = clinic(db)
    for place in range(25):
        make_contract(db, make_resident(db, f"李明华{'华' * place}"), there.team)
    exact = make_resident(db, "李明")
    make_contract(db, exact, there.team)
    found = search.find(db, actor(db, there.doctor), "李明", now=NOW)
    assert found[0] == exact
    assert len(found) == search.MOST


@pytest.mark.parametrize("words", ["", " ", "w", "12", "%", "__", "' or true --", "\\", "\x00", "\ud800"])
def test_too_little_or_nonsense_finds_nobody(db: Session, words: str) -> None:
    there = clinic(db)
    assert search.find(db, actor(db, there.supervisor), words, now=NOW) == []


def test_each_one_shown_is_written_down(db: Session) -> None:
    there = clinic(db)
    search.find(db, actor(db, there.doctor), "秀英", now=NOW)
    looks = select(AuditEntry.resident).where(
        AuditEntry.purpose == "search", AuditEntry.account == there.doctor
    )
    assert list(db.scalars(looks)) == [there.resident]


def test_terms_are_made_anew_for_whom_there_are_none(db: Session) -> None:
    there = clinic(db)
    db.execute(update(Resident).where(Resident.id == there.resident).values(name="王秀兰"))
    db.expire_all()
    db.query(SearchTerm).filter(SearchTerm.resident == there.resident).delete()
    assert search.index_some(db, None) == (1, None)
    assert search.find(db, actor(db, there.doctor), "wxl", now=NOW) == [there.resident]
