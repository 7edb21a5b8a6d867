"""Many want the last places of a team in the same second: never more than there are."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from threading import Barrier
from uuid import UUID

import pytest
from sqlalchemy.orm import Session

from clinician_api.contracts import book, looking, service
from clinician_api.contracts.service import Wish
from clinician_api.db import Sessions, connect, sessions
from clinician_api.errors import ConflictError
from tests.clinician_api.contracts.signing_up import agree, form, town
from tests.clinician_api.making import NOW, actor, make_account, make_resident


def residents(db: Session, count: int) -> list[tuple[UUID, UUID]]:
    made = []
    for n in range(count):
        resident = make_resident(db, f"居民{n}")
        account = make_account(db, f"居民{n}", resident=resident, now=NOW)
        agree(db, resident, account)
        made.append((resident, account))
    return made


def contend(database_url: str, *, threads: int, rounds: int) -> None:
    """In each round everybody applies at once; who has a place gives it back for the next."""
    engine = connect(database_url, pool=min(threads, 15))  # and as many beyond: the server takes forty
    care: Sessions = sessions(engine)
    with care.begin() as db:
        here = town(db)
        leader = actor(db, here.there.leader)
        looking.set_places(db, leader, here.there.team, most=2, is_open=True, now=NOW)  # one is taken
        people = residents(db, threads)
        actors = {resident: actor(db, account) for resident, account in people}
    barrier, refusals = Barrier(threads), set[str]()

    def want(resident: UUID) -> bool:
        barrier.wait()
        with care() as db:
            try:
                row = service.draft(db, actors[resident], Wish(resident, here.there.team), now=NOW)
                service.apply(db, actors[resident], form(row), now=NOW)
            except ConflictError as error:
                refusals.add(error.code)
                return False
            db.commit()
            return True

    with ThreadPoolExecutor(threads) as pool:
        for _ in range(rounds):
            got = list(pool.map(want, actors))
            with care.begin() as db:
                assert got.count(True) == 1
                assert book.places_of(db, here.there.team, now=NOW).taken == 2
                winner = next(resident for resident, has in zip(actors, got, strict=True) if has)
                row = book.of_resident(db, winner)[-1]
                service.withdraw(db, actors[winner], form(row), now=NOW)
    engine.dispose()
    assert refusals == {"team.full"}


def test_of_eight_who_want_the_last_place_one_gets_it_each_time(database_url: str) -> None:
    contend(database_url, threads=8, rounds=3)


@pytest.mark.truth
def test_of_fifty_who_want_the_last_place_one_gets_it_two_hundred_times(database_url: str) -> None:
    contend(database_url, threads=50, rounds=200)
