"""One-time codes by which gateways join."""

from __future__ import annotations

from alembic import op

revision = "0017"
down_revision = "0016"

_CODE = """
create table ingest.claim_code (
    digest bytea primary key check (length(digest) = 32),
    home uuid not null,
    bindings jsonb not null,
    by text not null,
    why text not null,
    made_at timestamptz not null,
    expires_at timestamptz not null check (expires_at > made_at),
    gateway uuid references ingest.gateway,
    used_by bytea check (length(used_by) = 32),
    used_at timestamptz,
    check ((used_by is null) = (used_at is null))
);
comment on column ingest.claim_code.digest is 'of the code, which is stored nowhere';
comment on column ingest.claim_code.bindings is '[meter, slot, resident], to be bound as it is used';
comment on column ingest.claim_code.used_by is 'the key that it let in';
create index claim_code_of_home on ingest.claim_code (home, made_at);
"""


def upgrade() -> None:
    op.execute(_CODE)
