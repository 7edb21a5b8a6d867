"""What looking after the door needs: ranges of folded batches, what was done about quarantine, and alarms."""

from __future__ import annotations

from alembic import op

revision = "0004"
down_revision = "0003"

# `ingest.fold` was never written; a later version that only removes will drop it.
_LEDGER = """
alter table ingest.batch add column resends int not null default 0;
comment on column ingest.batch.resends is 'how often it came again';

create table ingest.fold_range (
    gateway uuid not null,
    stream uuid not null,
    first bigint not null check (first >= 2),
    last bigint not null check (last > first),
    prev_link bytea not null check (length(prev_link) = 32),
    link bytea not null check (length(link) = 32),
    claim int not null,
    lineage bigint not null,
    since timestamptz not null,
    until timestamptz not null,
    at timestamptz not null,
    rejected int not null,
    refused int not null,
    readings int not null,
    resends int not null,
    folded_at timestamptz not null,
    primary key (gateway, stream, last)
);
comment on table ingest.fold_range is
    'batches first to last of one gateway-day, verified; their rows in ingest.batch may be gone';
comment on column ingest.fold_range.prev_link is 'the link before the first';
comment on column ingest.fold_range.at is 'when the last of them was stored; the others since to until';

alter table ingest.signed_head add column said_at timestamptz;
comment on column ingest.signed_head.said_at is
    'the latest moment, by a synchronised clock of the gateway, at which it said this';
"""

_QUARANTINE = """
alter table ingest.quarantine add column state text not null default 'open'
    check (state in ('open', 'fixed', 'replayed', 'closed'));
create index quarantine_waiting on ingest.quarantine (last_at, id) where state in ('open', 'fixed');

create table ingest.quarantine_step (
    id bigint generated always as identity primary key,
    item bigint not null references ingest.quarantine,
    step text not null check (step in ('fixed', 'replayed', 'closed')),
    by text not null,
    why text not null,
    at timestamptz not null,
    payload bytea,
    outcome text check (outcome in ('stored', 'rejected', 'resync')),
    reason text,
    readings uuid[] not null default '{}',
    check ((step = 'fixed') = (payload is not null)),
    check ((step = 'replayed') = (outcome is not null))
);
comment on table ingest.quarantine_step is 'what people did about an item, only ever added to';
comment on column ingest.quarantine_step.payload is
    'what they say it should have been; the item keeps what came';
comment on column ingest.quarantine_step.readings is 'those that its replay stored or found stored';
create index quarantine_step_of_item on ingest.quarantine_step (item, id);
"""

_ALARM = """
create table ingest.alarm (
    id bigint generated always as identity primary key,
    code text not null,
    subject text not null,
    severity text not null check (severity in ('operations', 'security')),
    since timestamptz not null,
    last_seen timestamptz not null,
    cleared_at timestamptz
);
comment on column ingest.alarm.subject is 'what it is about: an id, never a name';
create unique index alarm_standing on ingest.alarm (code, subject) where cleared_at is null;
create index alarm_since on ingest.alarm (since);
"""


def upgrade() -> None:
    for statements in (_LEDGER, _QUARANTINE, _ALARM):
        op.execute(statements)
