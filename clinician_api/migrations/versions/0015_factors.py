"""Second factors, one-time codes, bound telephones, and logins that wait for a second factor."""

from __future__ import annotations

from typing import Final

from alembic import op

revision = "0015"
down_revision = "0014"

_FACTORS: Final = """
alter table care.login add column stage text not null default 'open'
    constraint ck_login_stage check (stage in ('open', 'code', 'enrol'));
comment on column care.login.stage is
    'code: waits for a second factor; enrol: has to get one first; neither sees anything';

create table care.second_factor (
    account uuid not null,
    locked bytea not null,
    made_at timestamptz not null,
    confirmed_at timestamptz,
    last_step bigint not null,
    constraint pk_second_factor primary key (account),
    constraint fk_second_factor_account foreign key (account) references care.account (id)
);
comment on column care.second_factor.locked is 'its secret, under a key from outside';
comment on column care.second_factor.last_step is 'no code is taken twice';

create table care.recovery_code (
    account uuid not null,
    digest bytea not null check (length(digest) = 32),
    used_at timestamptz,
    constraint pk_recovery_code primary key (account, digest),
    constraint fk_recovery_code_account foreign key (account) references care.account (id)
);

create table care.one_time_code (
    id uuid not null,
    phone bytea not null check (length(phone) = 32),
    purpose text not null check (purpose in ('login', 'help')),
    salt bytea not null,
    digest bytea not null check (length(digest) = 32),
    made_at timestamptz not null,
    expires_at timestamptz not null,
    tries smallint not null,
    used_at timestamptz,
    constraint pk_one_time_code primary key (id)
);
comment on table care.one_time_code is 'of numbers that exist and numbers that do not, alike';
create index ix_one_time_code_phone on care.one_time_code (phone, made_at);

create table care.phone_binding (
    id uuid not null,
    digest bytea not null check (length(digest) = 32),
    resident uuid not null,
    made_by uuid not null,
    made_at timestamptz not null,
    expires_at timestamptz not null,
    used_at timestamptz,
    constraint pk_phone_binding primary key (id),
    constraint uq_phone_binding_digest unique (digest),
    constraint fk_phone_binding_resident foreign key (resident) references care.resident (id)
);
create index ix_phone_binding_resident on care.phone_binding (resident);
create index ix_resident_phone on care.resident (phone);
"""


def upgrade() -> None:
    op.execute(_FACTORS)
