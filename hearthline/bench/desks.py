"""A whole institution written straight into the tables: its people, their readings, and cases that wait."""

from __future__ import annotations

import secrets
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final
from uuid import UUID

import psycopg
from psycopg import Connection
from pydantic import SecretStr
from sqlalchemy.orm import Session

from clinician_api.db import connect, sessions
from clinician_api.identity import service as identity
from clinician_api.identity.rules import TeamRole
from clinician_api.identity.schemas import NewAccount
from clinician_api.passwords import Passwords
from ingest.months import Month
from ingest.store.months import Months

_TEAMS: Final = 5
_DAYS: Final = 60
"""Of readings: three a day, so that a chart of thirty days has all its means."""

# One who is cared for by each team in turn, signed as `contracts.sign` writes it.
_RESIDENTS: Final = """
create temporary table people as
select n, gen_random_uuid() as id, gen_random_uuid() as contract, (%(teams)s::uuid[])[1 + n %% 5] as team
from generate_series(0, %(residents)s - 1) n;

insert into care.resident (id, name, sex, born, phone, file_number, address, language, font_step)
select id, substr('陈周徐沈何唐冯许吕施', 1 + n %% 10, 1) || (array['桂英', '国栋', '美华'])[1 + n %% 3],
       case n %% 2 when 0 then 'female' else 'male' end, date '1935-01-01' + n %% 9000, '13800000000',
       'HQ-' || lpad(n::text, 6, '0'), '曹杨路 ' || n, 'zh', 1
from people;

insert into care.contract (id, resident, team, institution, begins, ends, state, signed_at)
select contract, id, team, %(institution)s, %(now)s::date - 200, %(now)s::date + 164, 'active', %(now)s
from people;

insert into care.access_grant (id, kind, grantee, institution, resident, since, until, source_kind, source)
select gen_random_uuid(), kind, case kind when 'team' then team else %(institution)s end, %(institution)s, id,
       %(now)s::timestamptz + since, %(now)s::timestamptz + until, 'contract', contract
from people, (values ('team', interval '-200 days', interval '165 days'),
                     ('duty_desk', interval '165 days', interval '195 days')) as sight (kind, since, until);
"""

_READINGS: Final = """
insert into ingest.readings (
    resident, attributed_by, attributed_at, reading_id, meter, revision, taken_at, method, stored_at,
    received_at, received_synced, boot, uptime_ms, kind, unit, systolic, diastolic, pulse, concentration,
    context, quality, flags, time_words, value_words, user_words, identity, meter_key_kind, meter_recipe,
    meter_address, driver, driver_version, gateway, stream, batch_seq)
select id, 'binding', at, gen_random_uuid(), 'M-1', 0, at, 'meter', at, at, true, 'boot', 1, kind, unit,
       case kind when 'blood_pressure' then 135 + (random() * 30)::int end,
       case kind when 'blood_pressure' then 78 + (random() * 20)::int end,
       case kind when 'blood_pressure' then 60 + (random() * 20)::int end,
       case kind when 'glucose' then round((5 + random() * 4)::numeric, 1) end,
       case kind when 'glucose' then '{"meal": "fasting"}'::jsonb end,
       'ok', '{}', '', '', '', 'sequence 1', 'serial', 1, '', 'd', '1', id, id, 1
from people, generate_series(0, %(days)s - 1) day,
     (values (2, 'blood_pressure', 'mmHg'), (13, 'blood_pressure', 'mmHg'), (3, 'glucose', 'mmol/L'))
         as daily (hours, kind, unit),
     lateral (select %(now)s::timestamptz - make_interval(days => day, hours => hours) as at) moment
where n < %(episodes)s;
"""

# Of every 25 the first is critical, five are high, five are about data; a third is claimed already.
_CASES: Final = """
create temporary table concern as
select p.id as resident, p.team, gen_random_uuid() as episode, gen_random_uuid() as task, n,
       case when n %% 25 = 0 then 'critical' when n %% 25 < 6 then 'high' when n %% 25 < 20 then 'watch'
            else 'data' end as level,
       case when n %% 3 = 1 then (%(staff)s::uuid[])[1 + n %% 5] end as owner,
       %(now)s::timestamptz - make_interval(mins => n %% 600) as at
from people p where n < %(episodes)s;

insert into care.task (id, kind, resident, episode, reason, desk, team, institution, due_at, opened_at,
                       owner, claimed_at, note)
select task, level, resident, episode, 'bp-day-high', 'team', team, %(institution)s, at + interval '4 hours',
       at, owner, case when owner is not null then at end, ''
from concern;

insert into care.case (
    episode, resident, task, version, desk, team, institution, cause, level, severity_rank, late, provisional,
    awaits_repeat, rule_code, rule_version, reason, value, inputs, readings, words, taken_at, opened_at,
    heard_at, concern_version, stretch, since, state, is_claimed, owner, claimed_at, snooze_reason, due_at,
    escalated_to, changed_at)
select episode, c.resident, task, 1, 'team', team, %(institution)s,
       case when level = 'data' then 'data' when n %% 7 = 0 then 'glucose_high' else 'bp_high' end, level,
       array_position(array['critical', 'high', 'watch', 'data'], level) - 1, false, false, false,
       'bp-day-high', '1', '{"zh": "血压多次高于目标", "en": "Blood pressure above the goal, repeatedly"}',
       case when n %% 7 = 0 then '13.9 mmol/L' else '164/98 mmHg' end, jsonb_build_array(reading_id), 3, '[]',
       taken_at, at, at, 1, 1, at, case when owner is null then 'new' else 'claimed' end, owner is not null,
       owner, case when owner is not null then at end, '', at + interval '4 hours', '[]', at
from concern c, lateral (
    select reading_id, taken_at from ingest.readings r where r.resident = c.resident
    order by taken_at desc limit 1) newest;

insert into care.case_step (episode, stretch, step, at, from_state, to_state, before, facts)
select episode, 1, 'opened', at, 'new', 'new', '{}', '{}' from concern;
"""


_SEEN: Final = "select episode from care.case where team = %s order by severity_rank, due_at limit 100"


@dataclass(frozen=True, slots=True)
class Staff:
    """Names that log in with the one password: a doctor of one team of five, and whoever sees them all.
    `episodes` are some that both see."""

    doctor: str
    supervisor: str
    password: str
    episodes: tuple[UUID, ...]


def settle(url: str, *, residents: int, episodes: int, now: datetime) -> Staff:
    """Fill the database; each of the first `episodes` residents has one case open."""
    password = secrets.token_urlsafe()
    engine = connect(url)
    with sessions(engine).begin() as db:
        institution = identity.create_institution(db, "曹杨社区卫生服务中心", phone="02160000000")
        teams = list(_teams(db, institution))
        staff = [_employ(db, institution, team, password, now) for team in teams]
        _employ(db, institution, None, password, now)
    engine.dispose()
    with psycopg.connect(url, autocommit=True, cursor_factory=psycopg.ClientCursor) as connection:
        _prepare_months(connection, now)
        values = {
            "institution": institution,
            "teams": teams,
            "staff": staff,
            "residents": residents,
            "episodes": episodes,
            "days": _DAYS,
            "now": now,
        }
        for statements in (_RESIDENTS, _READINGS, _CASES, "vacuum analyze"):
            connection.execute(statements, values)
        seen = connection.execute(_SEEN, [teams[0]])
        return Staff(
            doctor=_name("doctor", teams[0]),
            supervisor=_name("supervisor", None),
            password=password,
            episodes=tuple(episode for (episode,) in seen),
        )


def _teams(db: Session, institution: UUID) -> Iterator[UUID]:
    for number in range(_TEAMS):
        yield identity.create_team(db, institution, name=f"第{number + 1}团队", phone="02160000001")


def _employ(db: Session, institution: UUID, team: UUID | None, password: str, now: datetime) -> UUID:
    """A doctor of the team, or the supervisor."""
    role: TeamRole = "doctor" if team else "supervisor"
    new = NewAccount(
        name=_name(role, team), password=SecretStr(password), display_name="李敏", institution=institution
    )
    account = identity.create_account(db, new, passwords=Passwords(), now=now)
    identity.join(db, account, role, team=team, since=now - timedelta(days=365))
    return account


def _name(role: TeamRole, team: UUID | None) -> str:
    return f"{role}-{team.hex[:8]}" if team else role


def _prepare_months(connection: Connection, now: datetime) -> None:
    begins = (now - timedelta(days=day) for day in range(_DAYS + 2))
    Months().ensure(connection, {Month.of(begin) for begin in begins})
