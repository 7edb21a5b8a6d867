"""Contracts as a state machine: steps, signatures, reminders, ratings, complaints, places of a team."""

from __future__ import annotations

from typing import Final

from alembic import op

revision = "0011"
down_revision = "0010"

# What was ended early had a reason already; nothing says what followed a change of team before today.
_CONTRACT: Final = """
drop index care.uq_contract_active;
alter table care.contract
    drop constraint contract_state_check,
    drop constraint ck_contract_ended,
    alter column signed_at drop not null,
    add column number bigint generated always as identity,
    add column version int not null default 1,
    add column household uuid,
    add column source text not null default 'paper' check (source in ('resident', 'staff', 'paper')),
    add column years smallint check (years > 0),
    add column replaces uuid,
    add column successor uuid,
    add column because text,
    add column packages jsonb not null default '[]',
    add column fee numeric(10, 2) not null default 0 check (fee >= 0),
    add column fee_state text not null default 'none' check (fee_state in
        ('none', 'pending', 'paid', 'waived', 'cancelled', 'refund_due', 'refunded')),
    add column terms_sha256 text,
    add column agreement uuid,
    add column sealed uuid,
    add column applied_at timestamptz,
    add column accepted_at timestamptz,
    add column opens_at timestamptz,
    add column refusal text,
    add column words text not null default '' check (length(words) <= 2000),
    add column next_at timestamptz;

update care.contract
    set state = case why when 'expired' then 'expired' when 'changed_team' then 'transferred'
        else 'terminated' end
    where state = 'ended';
update care.contract set ended_at = null where state = 'expired';
update care.contract set next_at = signed_at where state = 'active';

alter table care.contract
    add constraint ck_contract_state check (state in ('draft', 'applied', 'refused', 'accepted',
        'cancelled', 'lapsed', 'signed', 'active', 'renewal_due', 'renewed', 'expired', 'terminated',
        'transferred')),
    add constraint ck_contract_ended check (state not in ('terminated', 'transferred')
        or (ended_at is not null and why is not null)),
    add constraint ck_contract_signed check (
        state not in ('signed', 'active', 'renewal_due', 'renewed', 'expired', 'terminated', 'transferred')
        or signed_at is not null),
    add constraint ck_contract_refusal check ((state = 'refused') = (refusal is not null)),
    add constraint ck_contract_running_was_paid check (
        state not in ('active', 'renewal_due', 'renewed') or fee_state in ('none', 'paid', 'waived'));
comment on column care.contract.opens_at is 'when it came to hold, if that was after its first day had begun';
comment on column care.contract.next_at is 'when a date will do something to it';

create unique index uq_contract_active on care.contract (resident) where state in ('active', 'renewal_due');
create unique index uq_contract_pending on care.contract (resident) where state in ('applied', 'accepted');
create unique index uq_contract_number on care.contract (number);
create index ix_contract_next on care.contract (next_at) where next_at is not null;
create index ix_contract_queue on care.contract (team, state, applied_at);
create index ix_contract_household on care.contract (household) where household is not null;
"""

_HISTORY: Final = """
create table care.contract_step (
    n bigint generated always as identity primary key,
    contract uuid not null references care.contract,
    step text not null,
    from_state text,
    to_state text not null,
    account uuid,
    on_behalf_of uuid,
    at timestamptz not null,
    reason text not null,
    facts jsonb not null
);
comment on table care.contract_step is 'rows are only ever added; facts are codes and ids';
create index ix_contract_step_contract on care.contract_step (contract, n);
create trigger only_added before update or delete or truncate on care.contract_step
    for each statement execute function care.refuse_change();

create table care.contract_signature (
    id uuid primary key,
    contract uuid not null references care.contract,
    party text not null check (party in ('resident', 'doctor')),
    account uuid,
    basis text not null check (basis in ('self', 'guardian', 'authorised')),
    relation text not null,
    evidence text not null,
    valid_until date,
    is_child_informed boolean not null,
    sha256 text not null,
    at timestamptz not null,
    constraint uq_contract_signature_party unique (contract, party)
);
create trigger only_added before update or delete or truncate on care.contract_signature
    for each statement execute function care.refuse_change();

create table care.contract_reminder (
    contract uuid not null references care.contract,
    kind text not null,
    due_at timestamptz not null,
    told_at timestamptz,
    primary key (contract, kind)
);
"""

_CONTENT: Final = """
create table care.contract_rating (
    id uuid primary key,
    contract uuid not null references care.contract,
    event_kind text not null,
    event uuid not null,
    stars smallint not null check (stars between 1 and 5),
    tags jsonb not null,
    words text not null check (length(words) <= 2000),
    at timestamptz not null,
    constraint uq_contract_rating_event unique (contract, event_kind, event)
);
create trigger only_added before update or delete or truncate on care.contract_rating
    for each statement execute function care.refuse_change();

create table care.contract_complaint (
    id uuid primary key,
    contract uuid not null references care.contract,
    resident uuid not null,
    institution uuid not null,
    rating uuid references care.contract_rating,
    words text not null check (length(words) <= 2000),
    made_at timestamptz not null,
    due_at timestamptz not null,
    reminded_at timestamptz,
    answer text not null check (length(answer) <= 2000),
    answered_by uuid,
    answered_at timestamptz,
    constraint ck_contract_complaint_answer check ((answered_at is null) = (answer = ''))
);
create index ix_contract_complaint_open on care.contract_complaint (institution, due_at)
    where answered_at is null;
create index ix_contract_complaint_contract on care.contract_complaint (contract);

create table care.team_places (
    team uuid primary key references care.team,
    most int check (most >= 0),
    is_open boolean not null
);
comment on table care.team_places is 'locked by whoever takes a place';
"""

# What a notice is about is said by whoever puts it down; the room of notices knows no subjects.
_NOTICES: Final = "alter table care.notice drop constraint if exists notice_subject_kind_check"


def upgrade() -> None:
    op.execute(_CONTRACT)
    op.execute(_HISTORY)
    op.execute(_CONTENT)
    op.execute(_NOTICES)
