"""What watching needs: since when a gateway's clock is off, and which workers there are."""

from __future__ import annotations

from alembic import op

revision = "0012"
down_revision = "0011"

_WATCHING = """
alter table ingest.gateway_state add column off_since timestamptz;
comment on column ingest.gateway_state.off_since is 'each heartbeat since then was off our clock by far';
create index gateway_state_off on ingest.gateway_state (off_since) where off_since is not null;

create table ingest.worker (
    name text primary key check (length(name) between 1 and 80),
    started_at timestamptz not null,
    beat_at timestamptz not null,
    stopped_at timestamptz
);
comment on table ingest.worker is 'every ingest process that was ever at work, by the name it was given';
comment on column ingest.worker.stopped_at is 'it said so itself; null: it works, or died';
"""


def upgrade() -> None:
    op.execute(_WATCHING)
