"""Since when and until when somebody listened to the gateways: our own absence is blamed on nobody."""

from __future__ import annotations

from alembic import op

revision = "0007"
down_revision = "0006"

_WATCH = """
create table ingest.silence_watch (
    only_one boolean primary key default true check (only_one),
    listening_since timestamptz,
    listened_at timestamptz,
    judged_at timestamptz,
    check ((listening_since is null) = (listened_at is null))
);
comment on column ingest.silence_watch.listened_at is
    'when a worker went round last that had all its ways in connected';
comment on column ingest.silence_watch.judged_at is 'what is known of silence is as of then';
insert into ingest.silence_watch default values;
"""


def upgrade() -> None:
    op.execute(_WATCH)
