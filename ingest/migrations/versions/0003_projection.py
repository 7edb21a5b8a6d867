"""How far the readings were copied into a time-series database."""

from __future__ import annotations

from alembic import op

revision = "0003"
down_revision = "0002"

_PROJECTION = """
create table ingest.projection (
    name text primary key,
    tx xid8 not null,
    seq bigint not null
);
comment on table ingest.projection is 'all readings up to this place were taken over by the named copy';
"""


def upgrade() -> None:
    op.execute(_PROJECTION)
