"""What homes answered to the questions that they were asked."""

from __future__ import annotations

from alembic import op

revision = "0016"
down_revision = "0015"

_ANSWERS = """
create table ingest.home_answer (
    gateway uuid not null,
    stream uuid not null,
    home uuid not null,
    question uuid not null,
    asked text not null check (asked in ('red_flag', 'was_it_you')),
    said text not null check (said in ('yes', 'no')),
    by text not null,
    given_at timestamptz not null,
    given_synced boolean not null,
    stored_at timestamptz not null,
    primary key (gateway, stream)
);
comment on table ingest.home_answer is 'each was signed by its gateway and is stored once';
comment on column ingest.home_answer.stream is 'minted with the answer: a repeat has the same';
comment on column ingest.home_answer.given_at is 'by the gateway''s clock';
create index home_answer_stored on ingest.home_answer (stored_at);
"""


def upgrade() -> None:
    op.execute(_ANSWERS)
