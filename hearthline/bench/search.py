"""How fast a resident is found among a city's, against the raw limit: the finding statement alone.

Each search is one of the pages': found, read, and written into the audit, committed.
"""

from __future__ import annotations

import math
import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import partial
from random import Random
from statistics import median
from typing import Final, Self
from uuid import UUID, uuid4

import psycopg
from psycopg import Connection
from pydantic import SecretStr
from sqlalchemy.orm import Session

from clinician_api.access.rules import Actor
from clinician_api.db import Sessions, connect, sessions
from clinician_api.identity import search, terms
from clinician_api.identity import service as identity
from clinician_api.identity.rules import TeamRole
from clinician_api.identity.schemas import NewAccount
from clinician_api.passwords import Passwords
from hearthline.bench.servers import databases

_TEAMS: Final = 50
_SEED: Final = 5
# More to a surname than anywhere: one in seven is a Wang. Some are read in two ways.
_SURNAMES: Final = "王李张" * 7 + "刘陈" * 5 + "杨" * 3 + "黄赵吴周徐孙马朱胡林郭何高单曾仇解"
_GIVEN: Final = "英秀丽伟芳娜敏静强磊军洋勇艳杰娟涛明超兰霞平刚桂凤玉梅春华国建志文德福海云宝根金珍香巧月琴"


@dataclass(frozen=True, slots=True)
class Times:
    """Milliseconds."""

    p50: float
    p95: float

    @classmethod
    def of(cls, found: Sequence[float]) -> Self:
        ordered = sorted(found)
        return cls(round(median(ordered), 1), round(ordered[math.ceil(0.95 * len(ordered)) - 1], 1))


@dataclass(frozen=True, slots=True)
class Figures:
    """Milliseconds. `supervisor_` sees every resident, `doctor_` one in fifty. `raw_ms` is the median of the
    supervisor's finding statement alone, `ratio` that over the whole search's median."""

    supervisor_p50_ms: float
    supervisor_p95_ms: float
    doctor_p50_ms: float
    doctor_p95_ms: float
    raw_ms: float
    ratio: float
    searches: int
    residents: int
    terms: int


def measure(*, residents: int, searches: int) -> Figures:
    now = datetime.now(UTC)
    with databases("search") as (url,):
        engine = connect(url, pool=1)
        factory = sessions(engine)
        doctor, supervisor = _fill(factory, url, residents, now)
        typed = list(_typed(Random(_SEED + 1), searches))  # noqa: S311  the same each time
        _times(factory, supervisor, typed[:20], now)
        all_of_them, raw = _times(factory, supervisor, typed, now)
        own, _ = _times(factory, doctor, typed, now)
        with psycopg.connect(url) as connection:
            held = connection.execute("select count(*) from care.search_term").fetchone()
        engine.dispose()
    whole, part = Times.of(all_of_them), Times.of(own)
    raw_ms = Times.of(raw).p50
    return Figures(
        whole.p50,
        whole.p95,
        part.p50,
        part.p95,
        raw_ms,
        round(raw_ms / whole.p50, 2) if whole.p50 else 0.0,
        searches,
        residents,
        held[0] if held else 0,
    )


def _times(
    factory: Sessions, actor: Actor, typed: Sequence[str], now: datetime
) -> tuple[list[float], list[float]]:
    """Of each search the whole, and its finding statement alone."""
    whole, raw = [], []
    for words in typed:
        whole.append(_ms(partial(_search, factory, actor, words, now)))
        with factory() as db:
            raw.append(_ms(partial(search.look, db, actor, words, now=now)))
    return whole, raw


def _search(factory: Sessions, actor: Actor, words: str, now: datetime) -> None:
    with factory.begin() as db:
        identity.residents(db, search.find(db, actor, words, now=now))


def _ms(ask: Callable[[], object]) -> float:
    begin = time.perf_counter()
    ask()
    return (time.perf_counter() - begin) * 1000


def _typed(chance: Random, searches: int) -> Iterator[str]:
    """What people type, the worst among it: a surname alone, two letters, three digits."""
    for number in range(searches):
        name = _name(chance)
        letters = min(term for kind, term in terms.terms(name, None, "1") if kind == "initials")
        digits = f"{chance.randrange(10**11):011}"
        yield (name[0], name[:2], name, name[1:], letters[:2], letters, digits[:3], digits[:4], digits[:5])[
            number % 9
        ]


def _name(chance: Random) -> str:
    return chance.choice(_SURNAMES) + "".join(chance.choices(_GIVEN, k=chance.choice((1, 2, 2, 2))))


def _fill(factory: Sessions, url: str, residents: int, now: datetime) -> tuple[Actor, Actor]:
    with factory.begin() as db:
        house = identity.create_institution(db, "曹杨社区卫生服务中心", phone="02160000000")
        teams = [identity.create_team(db, house, name=f"{n}", phone="02160000001") for n in range(_TEAMS)]
        doctor, supervisor = (_employ(db, house, place, now) for place in (teams[0], None))
        actors = [identity.actor_of(db, each, login=uuid4(), now=now) for each in (doctor, supervisor)]
    chance = Random(_SEED)  # noqa: S311  made-up people, the same each time
    people = [(uuid4(), _name(chance), f"1{chance.randrange(10**10):010}") for _ in range(residents)]
    with psycopg.connect(url) as connection:
        _copy_people(connection, people)
        _copy_terms(connection, people)
        _copy_sight(connection, people, teams, house, now)
    with psycopg.connect(url, autocommit=True) as connection:
        connection.execute("vacuum analyze")
    seeing = [each for each in actors if each is not None]
    return seeing[0], seeing[1]


Person = tuple[UUID, str, str]


def _copy_people(connection: Connection, people: Sequence[Person]) -> None:
    columns = "id, name, sex, born, phone, file_number, address, language, font_step"
    with connection.cursor().copy(f"copy care.resident ({columns}) from stdin") as copy:
        for n, (resident, name, phone) in enumerate(people):
            row = (resident, name, "female", "1950-05-06", phone, f"310107-08-{n:05}", "", "zh", 1)
            copy.write_row(row)


def _copy_terms(connection: Connection, people: Sequence[Person]) -> None:
    with connection.cursor().copy("copy care.search_term (resident, kind, term) from stdin") as copy:
        for n, (resident, name, phone) in enumerate(people):
            for kind, term in terms.terms(name, phone, f"310107-08-{n:05}"):
                copy.write_row((resident, kind, term))


def _copy_sight(
    connection: Connection, people: Sequence[Person], teams: Sequence[UUID], house: UUID, now: datetime
) -> None:
    columns = "id, kind, grantee, institution, resident, since, source_kind, source"
    with connection.cursor().copy(f"copy care.access_grant ({columns}) from stdin") as copy:
        for n, (resident, _, _) in enumerate(people):
            row = (uuid4(), "team", teams[n % _TEAMS], house, resident, now, "contract", resident)
            copy.write_row(row)


def _employ(db: Session, house: UUID, team: UUID | None, now: datetime) -> UUID:
    role: TeamRole = "doctor" if team else "supervisor"
    new = NewAccount(name=role, password=SecretStr("a-bench-alone"), display_name=role, institution=house)
    account = identity.create_account(db, new, passwords=Passwords(), now=now)
    identity.join(db, account, role, team=team, since=now)
    return account
