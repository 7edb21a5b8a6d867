"""What a time-series database would not have of the copy."""

from __future__ import annotations

from alembic import op

revision = "0006"
down_revision = "0005"

_REFUSAL = """
create table ingest.projection_refusal (
    name text not null,
    point text not null,
    reason text not null,
    taken_at timestamptz not null,
    first_at timestamptz not null,
    last_at timestamptz not null,
    times int not null default 1,
    settled_at timestamptz,
    primary key (name, point)
);
comment on table ingest.projection_refusal is 'points that the server of the named copy refused';
comment on column ingest.projection_refusal.point is
    'measurement, tags and nanoseconds, as a line has them: no value of a reading';
comment on column ingest.projection_refusal.settled_at is 'since then the copy has it, or need not have it';
create index projection_refusal_standing on ingest.projection_refusal (name) where settled_at is null;
"""


def upgrade() -> None:
    op.execute(_REFUSAL)
