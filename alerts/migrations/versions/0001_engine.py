"""What the engine keeps: how far it has read, episodes, timers, answers of the home, what it failed at."""

from __future__ import annotations

from alembic import op

revision = "0001"
down_revision = None

_CURSOR = """
create table alerts.cursor (
    shard smallint primary key check (shard between 0 and 63),
    tx xid8 not null,
    steps bigint not null
);
comment on column alerts.cursor.tx is 'all that transactions before this one stored has been judged';
comment on column alerts.cursor.steps is 'rises with each step: tells an engine whether another was here';
insert into alerts.cursor (shard, tx, steps) select n, '0', 0 from generate_series(0, 63) n;
"""

# The columns are for people and queries; `state` alone is what the course goes on from.
_EPISODE = """
create table alerts.episode (
    id uuid primary key,
    resident uuid not null,
    cause text not null,
    late boolean not null,
    level smallint not null check (level between 0 and 3),
    opened_at timestamptz not null,
    heard_at timestamptz not null,
    crossed_at timestamptz not null,
    confirmed_at timestamptz,
    confirmed_by text,
    paged_at timestamptz,
    closed_at timestamptz,
    provisional boolean not null,
    reopened smallint not null,
    version int not null check (version >= 1),
    place bigint not null,
    owed text[] not null,
    rules text[] not null,
    settings text not null,
    inputs uuid[] not null,
    state jsonb not null
);
comment on column alerts.episode.place is 'the order within a resident: what was crossed last stands last';
comment on column alerts.episode.owed is 'changes that nobody could be told of yet';
comment on column alerts.episode.rules is 'code@version of each rule that found something';
create unique index episode_open on alerts.episode (resident, cause, late) where closed_at is null;
create index episode_recent on alerts.episode (resident, closed_at);
"""

_TIMER = """
create table alerts.timer (
    resident uuid primary key,
    shard smallint not null,
    due_at timestamptz not null,
    sitting jsonb
);
comment on column alerts.timer.due_at is 'after which time alone changes something';
comment on column alerts.timer.sitting is 'the newest pressure while its sitting may go on';
create index timer_due on alerts.timer (due_at);
"""

_SAID = """
create sequence alerts.said_seq;

create table alerts.symptom_answer (
    id uuid primary key,
    resident uuid not null,
    answered_at timestamptz not null,
    stored_at timestamptz not null,
    symptoms text[] not null,
    tx xid8 not null default pg_current_xact_id(),
    seq bigint not null default nextval('alerts.said_seq')
);
create index symptom_answer_cursor on alerts.symptom_answer (tx, seq);
create index symptom_answer_of_resident on alerts.symptom_answer (resident, answered_at);

create table alerts.ending (
    id uuid primary key,
    episode uuid not null,
    resident uuid not null,
    ended_at timestamptz not null,
    tx xid8 not null default pg_current_xact_id(),
    seq bigint not null default nextval('alerts.said_seq')
);
comment on table alerts.ending is 'episodes whose reason a person found gone';
create index ending_cursor on alerts.ending (tx, seq);
create index ending_of_resident on alerts.ending (resident, ended_at);
"""

_FAILURES = """
create table alerts.alert_failures (
    id bigint generated always as identity primary key,
    resident uuid not null,
    reading uuid,
    tx xid8,
    seq bigint,
    error text not null,
    at timestamptz not null
);
comment on column alerts.alert_failures.reading is 'null: not a reading failed but what time alone should do';
comment on column alerts.alert_failures.error is 'the kind of error only: its text may quote a reading';
create index alert_failures_of_resident on alerts.alert_failures (resident);
"""


def upgrade() -> None:
    for statements in (_CURSOR, _EPISODE, _TIMER, _SAID, _FAILURES):
        op.execute(statements)
