"""Calls that are owed to whom no way reached."""

from __future__ import annotations

from typing import Final

from alembic import op

revision = "0019"
down_revision = "0018"

_NOTICES: Final = """
alter table care.notice add column unreached_at timestamptz;
alter table care.notice add column taken_up boolean not null default false;
comment on column care.notice.unreached_at is 'when the last of its ways had failed';
create index ix_notice_unreached on care.notice (unreached_at)
    where unreached_at is not null and not taken_up;
"""

_CALLS: Final = """
create table care.owed_call (
    id uuid not null,
    resident uuid,
    account uuid,
    institution uuid,
    code text not null,
    urgency text not null check (urgency in ('now', 'soon', 'courtesy')),
    owner uuid,
    opened_at timestamptz not null,
    due_at timestamptz not null,
    version integer not null check (version >= 1),
    closed_at timestamptz,
    closing text check (closing in ('reached', 'visited', 'no_longer_needed', 'seen')),
    constraint pk_owed_call primary key (id),
    constraint fk_owed_call_id foreign key (id) references care.notice (id),
    constraint ck_owed_call_whom check (resident is not null or account is not null),
    constraint ck_owed_call_closed check ((closed_at is null) = (closing is null))
);
comment on table care.owed_call is 'whom no way reached: somebody has to call them';
create index ix_owed_call_open on care.owed_call (due_at) where closed_at is null;
create index ix_owed_call_resident on care.owed_call (resident);

create table care.call_try (
    call uuid not null,
    n integer not null check (n >= 1),
    account uuid not null,
    at timestamptz not null,
    said text not null
        check (said in ('reached', 'visited', 'nobody_answered', 'wrong_number', 'no_longer_needed')),
    note text not null check (length(note) <= 200),
    constraint pk_call_try primary key (call, n),
    constraint fk_call_try_call foreign key (call) references care.owed_call (id)
);
"""


def upgrade() -> None:
    op.execute(_NOTICES)
    op.execute(_CALLS)
