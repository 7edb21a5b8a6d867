"""What is asked of gateways, and what became of it."""

from __future__ import annotations

from alembic import op

revision = "0015"
down_revision = "0014"

_COMMAND = """
create table ingest.command (
    id uuid primary key,
    gateway uuid not null references ingest.gateway,
    wanted jsonb not null,
    issued_at timestamptz not null,
    expires_at timestamptz not null
        check (expires_at > issued_at and expires_at <= issued_at + interval '15 minutes'),
    publish_at timestamptz,
    outcome text check (outcome in ('done', 'declined', 'expired')),
    outcome_at timestamptz
);
comment on column ingest.command.wanted is 'the order as it travels: it names sentences and holds none';
comment on column ingest.command.publish_at is 'null: no more';
comment on column ingest.command.outcome is 'as the gateway says; null: it has said nothing';
create index command_due on ingest.command (publish_at) where publish_at is not null;
create index command_of_gateway on ingest.command (gateway, issued_at);
"""

_CONFIGURATION = """
create table ingest.configuration (
    gateway uuid not null references ingest.gateway,
    version bigint not null check (version >= 1),
    wanted jsonb not null,
    by text not null,
    why text not null,
    issued_at timestamptz not null,
    publish_at timestamptz,
    tries int not null default 0,
    outcome text check (outcome in ('kept', 'failed')),
    outcome_at timestamptz,
    primary key (gateway, version)
);
comment on column ingest.configuration.outcome is
    'kept: the gateway reported it in force; failed: it gave it up';
create index configuration_due on ingest.configuration (publish_at) where publish_at is not null;
"""


def upgrade() -> None:
    op.execute(_COMMAND)
    op.execute(_CONFIGURATION)
