"""The fleet: places, how gateways and meters are, who is out of sight, and steps about doubtful readings."""

from __future__ import annotations

from alembic import op

revision = "0005"
down_revision = "0004"

_PLACES = """
create table ingest.region (
    code text primary key check (length(code) between 1 and 40),
    name text not null check (length(name) between 1 and 80)
);

create table ingest.institution (
    id uuid primary key,
    region text not null references ingest.region
);
comment on column ingest.institution.id is 'as the rooms of care know it; its name is theirs';

create table ingest.home (
    id uuid primary key,
    institution uuid references ingest.institution,
    operator text check (length(operator) between 1 and 40)
);
comment on column ingest.home.institution is 'null: not given to anybody yet';
comment on column ingest.home.operator is 'whose network carries it';
create index home_of_institution on ingest.home (institution);
insert into ingest.home (id)
select home from ingest.gateway union select home from ingest.meter_binding
union select home from ingest.unattributed;
alter table ingest.gateway add constraint gateway_home foreign key (home) references ingest.home;
create index gateway_of_home on ingest.gateway (home);
create index meter_binding_of_resident on ingest.meter_binding (resident);

alter table ingest.meter_binding add column by text, add column why text;
comment on column ingest.meter_binding.by is 'null: nobody in particular, at its enrolment';

create table ingest.gateway_certificate (
    gateway uuid not null references ingest.gateway,
    fingerprint bytea not null check (length(fingerprint) = 32),
    issued_at timestamptz not null,
    expires_at timestamptz not null check (expires_at > issued_at),
    revoked_at timestamptz,
    primary key (gateway, fingerprint)
);
comment on column ingest.gateway_certificate.fingerprint is 'SHA-256 of the whole certificate (DER)';
"""

_STATE = """
create table ingest.gateway_state (
    gateway uuid primary key references ingest.gateway,
    heard_at timestamptz not null,
    said_at timestamptz not null,
    left_at timestamptz,
    clock text not null check (clock in ('synced', 'unsynced')),
    unsent bigint not null,
    oldest_unsent_s bigint not null,
    at_risk bigint not null,
    undecodable bigint not null,
    adapter text not null,
    version text not null,
    meters_seen text[] not null
);
comment on table ingest.gateway_state is 'the last fresh heartbeat; a repeated one moves nothing';
comment on column ingest.gateway_state.heard_at is 'by our clock';
comment on column ingest.gateway_state.said_at is 'by its own';
comment on column ingest.gateway_state.left_at is 'it said goodbye, or the broker said it for it';

create table ingest.meter (
    key text primary key,
    key_kind text not null,
    kind text not null,
    model text,
    address text not null,
    gateway uuid not null,
    heard_at timestamptz not null,
    good_at timestamptz,
    failing int not null,
    battery smallint,
    clock_offset_s bigint,
    readings bigint not null,
    errors bigint not null,
    driver text not null,
    driver_version text not null
);
comment on column ingest.meter.gateway is 'the last one that heard it';
comment on column ingest.meter.failing is 'errors of its own in a row, since it last measured somebody';
create index meter_of_gateway on ingest.meter (gateway);

create table ingest.meter_cursor (
    only_one boolean primary key default true check (only_one),
    tx xid8 not null
);
comment on column ingest.meter_cursor.tx is 'what transactions before this one stored is in ingest.meter';
insert into ingest.meter_cursor (tx) values ('0');
create index unattributed_cursor on ingest.unattributed (tx, seq);
"""

_SILENCE = """
create table ingest.ticket (
    id bigint generated always as identity primary key,
    cause text not null check (cause in ('platform', 'network', 'gateway', 'meter')),
    subject text not null,
    since timestamptz not null,
    opened_at timestamptz not null,
    closed_at timestamptz
);
comment on column ingest.ticket.subject is
    'a gateway, a meter''s key, operator/region with * for any, or * for everything';
create unique index ticket_open on ingest.ticket (cause, subject) where closed_at is null;
create index ticket_since on ingest.ticket (since);

create table ingest.gateway_silence (
    id bigint generated always as identity primary key,
    gateway uuid not null references ingest.gateway,
    ticket bigint not null references ingest.ticket,
    since timestamptz not null,
    until timestamptz
);
create unique index gateway_silence_open on ingest.gateway_silence (gateway) where until is null;
create index gateway_silence_of_ticket on ingest.gateway_silence (ticket);

create view ingest.blind_home as
select g.home, max(coalesce(k.revoked_at, s.since)) as since,
       (array_agg(coalesce(t.cause, 'gateway') order by coalesce(k.revoked_at, s.since) desc))[1] as cause
from ingest.gateway g
left join ingest.gateway_silence s on s.gateway = g.id and s.until is null
left join ingest.ticket t on t.id = s.ticket
left join lateral (
    select max(revoked_at) as revoked_at from ingest.gateway_key
    where gateway = g.id having bool_and(revoked_at is not null)
) k on true
group by g.home
having bool_and(k.revoked_at is not null or s.since is not null);
comment on view ingest.blind_home is 'homes of which no gateway can be heard, since the last one fell silent';
"""

_STEPS = """
create table ingest.reading_step (
    id bigint generated always as identity primary key,
    meter text not null,
    reading_id uuid not null,
    step text not null check (step in ('attributed', 'dismissed', 'looked_at')),
    resident uuid,
    by text not null,
    why text not null,
    at timestamptz not null,
    check ((step = 'attributed') = (resident is not null))
);
comment on table ingest.reading_step is 'what people did about a reading, only ever added to';
create index reading_step_of on ingest.reading_step (reading_id, id);

create index readings_doubtful on ingest.readings (stored_at)
    where suspect_duplicate is not null or quality = 'implausible'
       or (method = 'arrival' and meter_time is not null);
"""


def upgrade() -> None:
    for statements in (_PLACES, _STATE, _SILENCE, _STEPS):
        op.execute(statements)
