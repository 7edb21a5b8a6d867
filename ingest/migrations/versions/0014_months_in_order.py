"""A month of readings that is being put in the order of its key."""

from __future__ import annotations

from alembic import op

revision = "0014"
down_revision = "0013"

_ORDERING = """
create table ingest.ordering (
    month date primary key check (extract(day from month) = 1),
    since xid8 not null
);
comment on table ingest.ordering is 'months that are being copied in the order of their key';
comment on column ingest.ordering.since is
    'what older transactions stored had all been committed when the copying began';
"""


def upgrade() -> None:
    op.execute(_ORDERING)
