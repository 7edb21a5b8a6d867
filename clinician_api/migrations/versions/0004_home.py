"""Questions to homes, and which of their answers were heard."""

from __future__ import annotations

from typing import Final

from alembic import op

revision = "0004"
down_revision = "0003"

_HOME: Final = """
create table care.home_question (
    id uuid not null,
    episode uuid not null,
    resident uuid not null,
    home uuid not null,
    asked text not null,
    asked_at timestamptz not null,
    said text,
    answered_at timestamptz,
    constraint pk_home_question primary key (id),
    constraint ck_home_question_asked check (asked in ('red_flag', 'was_it_you')),
    constraint ck_home_question_said check (said in ('yes', 'no'))
);
comment on table care.home_question is 'asked aloud in a home; only that home may answer it';
create index ix_home_question_episode on care.home_question (episode);

create table care.home_answer (
    gateway uuid not null,
    stream uuid not null,
    question uuid not null,
    heard_at timestamptz not null,
    constraint pk_home_answer primary key (gateway, stream)
);
comment on table care.home_answer is 'answers of ingest that were brought to their case, each once';
"""


def upgrade() -> None:
    op.execute(_HOME)
