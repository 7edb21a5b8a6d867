"""Months of readings that were taken out of the tables: where they are, and that they can be read back."""

from __future__ import annotations

from alembic import op

revision = "0009"
down_revision = "0008"

_RETIRED = """
create table ingest.retired_month (
    relation text primary key,
    month date not null check (extract(day from month) = 1),
    detached_at timestamptz not null,
    by text,
    why text,
    rows bigint,
    file text,
    digest bytea check (length(digest) = 32),
    verified_at timestamptz,
    dropped_at timestamptz,
    check ((verified_at is null) = (file is null)),
    check (dropped_at is null or verified_at is not null)
);
comment on table ingest.retired_month is
    'months that ingest.readings holds no more; reading_identity still knows each of their readings';
comment on column ingest.retired_month.by is 'null: a worker found it half detached';
comment on column ingest.retired_month.digest is 'SHA-256 of the unpacked archive';
comment on column ingest.retired_month.verified_at is 'when the archive was read back and was equal';
"""


def upgrade() -> None:
    op.execute(_RETIRED)
