"""Audit, grants, people, logins and contracts. Needs PostgreSQL 15 and no extension."""

from __future__ import annotations

from alembic import op

revision = "0001"
down_revision = None

# No foreign keys: an entry outlives what it speaks of, and a refusal may name what never was.
_AUDIT = """
create table care.audit_entry (
    seq bigint generated always as identity,
    tx xid8 not null default pg_current_xact_id(),
    at timestamptz not null,
    account uuid,
    login uuid,
    on_behalf_of uuid,
    action text not null,
    outcome text not null check (outcome in ('done', 'refused')),
    resident uuid,
    target_kind text,
    target uuid,
    purpose text,
    facts jsonb not null,
    constraint pk_audit_entry primary key (seq),
    constraint ck_audit_entry_target check ((target is null) = (target_kind is null))
);
comment on column care.audit_entry.facts is 'codes and ids; never a reading or a name';
create index ix_audit_entry_order on care.audit_entry (tx, seq);
create index ix_audit_entry_resident on care.audit_entry (resident, at);

create table care.audit_seal (
    n bigint not null check (n >= 1),
    first_tx xid8 not null,
    first_seq bigint not null,
    last_tx xid8 not null,
    last_seq bigint not null,
    seqs bigint[] not null check (cardinality(seqs) > 0),
    leaves bytea not null,
    hash bytea not null check (length(hash) = 32),
    at timestamptz not null,
    constraint pk_audit_seal primary key (n),
    constraint ck_audit_seal_leaves check (length(leaves) = 32 * cardinality(seqs))
);
comment on column care.audit_seal.leaves is 'SHA-256 of each row, so that a forged one can be named';

create table care.audit_anchor (
    day date not null,
    n bigint not null,
    hash bytea not null check (length(hash) = 32),
    at timestamptz not null,
    constraint pk_audit_anchor primary key (day)
);
comment on table care.audit_anchor is 'the chain at the end of each day; the log has it too';

create function care.refuse_change() returns trigger language plpgsql as $$
begin
    raise exception '% is only added to', tg_table_name;
end $$;

create trigger only_added before update or delete or truncate on care.audit_entry
    for each statement execute function care.refuse_change();
create trigger only_added before update or delete or truncate on care.audit_seal
    for each statement execute function care.refuse_change();
create trigger only_added before update or delete or truncate on care.audit_anchor
    for each statement execute function care.refuse_change();
"""

_ACCESS = """
create table care.access_grant (
    id uuid not null,
    kind text not null check (kind in ('team', 'duty_desk', 'self')),
    grantee uuid not null,
    institution uuid,
    resident uuid not null,
    since timestamptz not null,
    until timestamptz,
    source_kind text not null,
    source uuid not null,
    constraint pk_access_grant primary key (id),
    constraint ck_access_grant_until check (until >= since),
    constraint ck_access_grant_institution check ((kind = 'self') = (institution is null))
);
comment on column care.access_grant.until is 'at this second nothing is seen any more';
create index ix_access_grant_grantee on care.access_grant (kind, grantee, resident);
create index ix_access_grant_institution on care.access_grant (institution, resident);
create index ix_access_grant_resident on care.access_grant (resident);
create index ix_access_grant_source on care.access_grant (source);
"""

_PEOPLE = """
create table care.institution (
    id uuid not null,
    name text not null,
    phone text not null,
    constraint pk_institution primary key (id)
);

create table care.team (
    id uuid not null,
    institution uuid not null,
    name text not null,
    phone text not null,
    constraint pk_team primary key (id),
    constraint fk_team_institution foreign key (institution) references care.institution (id)
);
create index ix_team_institution on care.team (institution);

create table care.resident (
    id uuid not null,
    name text not null,
    sex text not null check (sex in ('female', 'male', 'unknown')),
    born date not null,
    phone text,
    file_number text not null,
    address text not null,
    language text not null check (language in ('zh', 'en')),
    font_step smallint not null check (font_step between 0 and 3),
    constraint pk_resident primary key (id),
    constraint uq_resident_file_number unique (file_number)
);
comment on column care.resident.font_step is '18, 20, 24 or 30 px';

create table care.account (
    id uuid not null,
    name text not null,
    password text not null,
    display_name text not null,
    language text not null check (language in ('zh', 'en')),
    institution uuid,
    resident uuid,
    closed_at timestamptz,
    constraint pk_account primary key (id),
    constraint uq_account_name unique (name),
    constraint fk_account_institution foreign key (institution) references care.institution (id),
    constraint fk_account_resident foreign key (resident) references care.resident (id),
    constraint ck_account_whose check ((institution is null) <> (resident is null))
);
comment on column care.account.password is 'argon2id with its parameters';
create unique index ix_account_resident on care.account (resident) where resident is not null;
create index ix_account_institution on care.account (institution);

create table care.membership (
    id uuid not null,
    account uuid not null,
    role text not null check (role in ('doctor', 'nurse', 'leader', 'supervisor')),
    team uuid,
    since timestamptz not null,
    until timestamptz,
    constraint pk_membership primary key (id),
    constraint fk_membership_account foreign key (account) references care.account (id),
    constraint fk_membership_team foreign key (team) references care.team (id),
    constraint ck_membership_until check (until >= since),
    constraint ck_membership_team check ((role = 'supervisor') = (team is null))
);
comment on table care.membership is 'who has which role in which team; a supervisor in the whole institution';
create index ix_membership_account on care.membership (account);
create index ix_membership_team on care.membership (team);

create table care.duty_shift (
    id uuid not null,
    institution uuid not null,
    account uuid not null,
    since timestamptz not null,
    until timestamptz not null,
    constraint pk_duty_shift primary key (id),
    constraint fk_duty_shift_institution foreign key (institution) references care.institution (id),
    constraint fk_duty_shift_account foreign key (account) references care.account (id),
    constraint ck_duty_shift_until check (until > since)
);
create index ix_duty_shift_institution on care.duty_shift (institution, until);
create index ix_duty_shift_account on care.duty_shift (account, until);

create table care.login (
    id uuid not null,
    account uuid not null,
    digest bytea not null check (length(digest) = 32),
    created_at timestamptz not null,
    seen_at timestamptz not null,
    idle_seconds int not null check (idle_seconds > 0),
    expires_at timestamptz not null,
    ended_at timestamptz,
    address text not null,
    agent text not null,
    constraint pk_login primary key (id),
    constraint uq_login_digest unique (digest),
    constraint fk_login_account foreign key (account) references care.account (id)
);
comment on column care.login.digest is 'SHA-256 of the token, which the browser alone has';
create index ix_login_account on care.login (account);

create table care.login_throttle (
    kind text not null check (kind in ('name', 'address')),
    digest bytea not null check (length(digest) = 32),
    failures int not null,
    last_at timestamptz not null,
    blocked_until timestamptz,
    constraint pk_login_throttle primary key (kind, digest)
);
comment on table care.login_throttle is 'names that exist and names that do not, alike';
"""

_CONTRACTS = """
create table care.contract (
    id uuid not null,
    resident uuid not null,
    team uuid not null,
    institution uuid not null,
    begins date not null,
    ends date not null,
    state text not null check (state in ('active', 'ended')),
    signed_at timestamptz not null,
    ended_at timestamptz,
    why text,
    constraint pk_contract primary key (id),
    constraint ck_contract_ends check (ends >= begins),
    constraint ck_contract_ended check (
        (state = 'ended') = (ended_at is not null) and (state = 'ended') = (why is not null)
    )
);
comment on column care.contract.ends is 'the last day, Asia/Shanghai';
create unique index uq_contract_active on care.contract (resident) where state = 'active';
create index ix_contract_resident on care.contract (resident);
create index ix_contract_team on care.contract (team);
"""


def upgrade() -> None:
    op.execute(_AUDIT)
    op.execute(_ACCESS)
    op.execute(_PEOPLE)
    op.execute(_CONTRACTS)
