"""Whatever was signed, ended, authorised and taken back: stored grants are those computed anew from it."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import datetime, timedelta
from random import Random
from uuid import UUID

import pytest
from sqlalchemy.orm import Session

from clinician_api.access import service as access
from clinician_api.access.rules import Grant
from clinician_api.audit.rules import By
from clinician_api.contracts import service as contracts
from clinician_api.db import connect, sessions
from clinician_api.errors import CareError
from clinician_api.identity import proxies
from clinician_api.identity.minding import Wanted
from tests.clinician_api.making import NOW, Clinic, clinic, make_account, make_resident

DAY = timedelta(days=1)
SEQUENCES, STEPS = 12, 10


@pytest.fixture
def db(module_database_url: str) -> Iterator[Session]:
    """Never committed, so that all sequences share a database."""
    engine = connect(module_database_url, pool=1)
    with sessions(engine)() as session:
        yield session
    engine.dispose()


def step(db: Session, chance: Random, there: Clinic, resident: UUID, now: datetime) -> None:
    """One thing that somebody does, or is refused."""
    match chance.randrange(5):
        case 0:
            begins = (now + chance.randrange(-30, 60) * DAY).date()
            ends = begins + chance.randrange(1, 400) * DAY
            team = chance.choice((there.team, there.other_team))
            contracts.sign(db, By(), resident=resident, team=team, begins=begins, ends=ends, now=now)
        case 1:
            held = contracts.team_of(db, resident, now)
            if held is not None:
                contracts.end(db, By(), held.contract, why="own_wish", now=now)
        case 2 | 3:
            wanted = Wanted("authorised", "child", frozenset({"read"}), now, now + 40 * DAY, "柜 3-17")
            begins_at = now + chance.randrange(20) * DAY
            account = make_account(db, "王丽", now=now)
            proxies.authorise(db, By(), resident, account, replace(wanted, since=begins_at), now=now)
        case _:
            for proxy in proxies.all_of(db, resident)[:1]:
                proxies.revoke(db, By(), proxy.id, now=now)


def stored(db: Session, resident: UUID) -> set[Grant]:
    kinds = {"contract", "proxy"}
    return {each for each in access.grants_of(db, resident) if each.source.kind in kinds}


def test_the_grants_stored_are_those_rebuilt_from_their_sources(db: Session) -> None:
    there, seen = clinic(db), 0
    for seed in range(SEQUENCES):
        chance, resident, now = Random(seed), make_resident(db), NOW
        for _ in range(STEPS):
            now += chance.randrange(40) * DAY
            try:
                step(db, chance, there, resident, now)
            except CareError:
                continue
            found = stored(db, resident)
            assert found == {*contracts.sight(db, resident), *proxies.sight(db, resident)}, seed
            seen += len(found)
    assert seen > SEQUENCES * STEPS
