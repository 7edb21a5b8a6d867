"""What rounds need: which gateways' ledgers changed, when to look at them again, and who looks."""

from __future__ import annotations

from alembic import op

revision = "0010"
down_revision = "0009"

_CURSOR = """
alter table ingest.batch add column tx xid8 not null default pg_current_xact_id();
create index batch_cursor on ingest.batch (tx);
create index batch_opening on ingest.batch (gateway) where opens is not null;
alter table ingest.signed_head add column tx xid8 not null default pg_current_xact_id();
create index signed_head_cursor on ingest.signed_head (tx);
alter table ingest.quarantine add column tx xid8 not null default pg_current_xact_id();
create index quarantine_fork_cursor on ingest.quarantine (tx) where kind = 'fork';

create table ingest.ledger_cursor (
    only_one boolean primary key default true check (only_one),
    tx xid8 not null,
    lineage bigint not null
);
comment on column ingest.ledger_cursor.tx is 'what transactions before this one entered has been looked at';
comment on column ingest.ledger_cursor.lineage is 'a restore changes what is proven of every gateway';

create table ingest.ledger_watch (
    gateway uuid primary key,
    due_at timestamptz not null
);
comment on table ingest.ledger_watch is 'gateways whose whole ledger is to be looked at, and when';
create index ledger_watch_due on ingest.ledger_watch (due_at, gateway);
"""

# Of what was there before no row tells when it came: each gateway is looked at once.
_BEGIN = """
insert into ingest.ledger_cursor (tx, lineage)
select (pg_current_xact_id()::text::bigint + 1)::text::xid8, coalesce(max(lineage), 1) from ingest.batch;
insert into ingest.ledger_watch (gateway, due_at) select id, now() from ingest.gateway;
"""

_ALARM = """
alter table ingest.alarm add column gateway uuid;
alter table ingest.alarm add column what text not null default '';
comment on column ingest.alarm.what is 'in a few words for people; ids and figures, never a name or a value';
create index alarm_of_gateway on ingest.alarm (gateway) where cleared_at is null;
"""

_WATCHERS = """
create table ingest.round (
    chore text primary key,
    done_at timestamptz not null
);
comment on table ingest.round is 'when each part of a round was last done to its end';
"""


def upgrade() -> None:
    for statements in (_CURSOR, _BEGIN, _ALARM, _WATCHERS):
        op.execute(statements)
