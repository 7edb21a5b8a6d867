"""Notices, tasks, cases, and the queue's own tables. Needs PostgreSQL 15 and no extension."""

from __future__ import annotations

from typing import Final

from alembic import op
from procrastinate.schema import SchemaManager

revision = "0002"
down_revision = "0001"

_NOTICES: Final = """
create table care.notice (
    id uuid primary key,
    recipient_kind text not null check (recipient_kind in ('account', 'resident')),
    recipient uuid not null,
    code text not null,
    subject_kind text not null check (subject_kind in ('episode', 'reading', 'institution')),
    subject uuid not null,
    occasion text not null,
    facts jsonb not null,
    queued_at timestamptz not null,
    sent_at timestamptz,
    delivered_at timestamptz,
    seen_at timestamptz,
    acted_at timestamptz,
    constraint uq_notice_once unique (recipient_kind, recipient, code, subject_kind, subject, occasion)
);
comment on column care.notice.facts is 'codes, ids and limits; words are made where they are shown';
create index ix_notice_inbox on care.notice (recipient_kind, recipient, queued_at desc, id);
create index ix_notice_outbox on care.notice (queued_at) where sent_at is null;
create index ix_notice_subject on care.notice (subject, recipient) where acted_at is null;
"""

_TASKS: Final = """
create table care.task (
    id uuid primary key,
    kind text not null check (kind in ('critical', 'high', 'watch', 'data')),
    resident uuid not null,
    episode uuid not null,
    reason text not null,
    desk text not null check (desk in ('team', 'institution', 'nobody')),
    team uuid,
    institution uuid,
    due_at timestamptz not null,
    opened_at timestamptz not null,
    owner uuid,
    claimed_at timestamptz,
    contacted_at timestamptz,
    contacted_how text,
    outcome text check (outcome in
        ('adjusted', 'educated', 'referred', 'false_alarm', 'device_problem', 'nothing_needed')),
    note text not null check (length(note) <= 2000),
    next_follow_up date,
    closed_at timestamptz,
    constraint ck_task_only_an_outcome_closes check ((closed_at is null) = (outcome is null))
);
create unique index uq_task_open_of_episode on care.task (episode)
    where closed_at is null and kind <> 'watch';
create unique index uq_task_open_watch on care.task (resident)
    where closed_at is null and kind = 'watch';
create index ix_task_resident on care.task (resident, closed_at);
create index ix_task_owner on care.task (owner, due_at) where closed_at is null;
"""

_CASES: Final = """
create table care.case (
    episode uuid primary key,
    resident uuid not null,
    task uuid not null references care.task,
    version int not null,

    desk text not null check (desk in ('team', 'institution', 'nobody')),
    team uuid,
    institution uuid,

    cause text not null,
    level text not null check (level in ('critical', 'high', 'watch', 'data')),
    severity_rank smallint not null,
    late boolean not null,
    provisional boolean not null,
    awaits_repeat boolean not null,
    rule_code text not null,
    rule_version text not null,
    reason jsonb not null,
    value text not null,
    inputs jsonb not null,
    readings int not null,
    words jsonb not null,
    taken_at timestamptz not null,
    opened_at timestamptz not null,
    heard_at timestamptz not null,
    confirmed_at timestamptz,
    confirmed_by text,
    paged_at timestamptz,
    closed_at timestamptz,
    concern_version int not null,

    stretch int not null,
    since timestamptz not null,
    state text not null check (state in ('new', 'claimed', 'contacted', 'resolved')),
    is_claimed boolean not null,
    owner uuid,
    claimed_at timestamptz,
    offered_to uuid,
    contacted_at timestamptz,
    contacted_how text,
    snoozed_until timestamptz,
    snooze_reason text not null check (length(snooze_reason) <= 200),
    resolved_at timestamptz,
    outcome text,
    next_follow_up date,
    viewed_at timestamptz,
    viewed_by uuid,

    due_at timestamptz not null,
    escalation text,
    escalated_to jsonb not null,
    next_timer_at timestamptz,
    changed_at timestamptz not null,

    constraint ck_case_critical_is_never_snoozed check (level <> 'critical' or snoozed_until is null),
    constraint ck_case_claimed_has_owner
        check (is_claimed = (state <> 'new') and (state = 'new') = (owner is null)),
    constraint ck_case_resolved_has_outcome
        check ((state = 'resolved') = (resolved_at is not null) and (resolved_at is null) = (outcome is null))
);
comment on column care.case.closed_at is 'of the condition, by readings; what people did is resolved_at';
comment on column care.case.severity_rank is 'most severe first: 0 critical to 3 data';
create index ix_case_worklist on care.case (severity_rank, is_claimed, due_at, episode)
    where state <> 'resolved';
create index ix_case_resident on care.case (resident, opened_at desc);
create index ix_case_owner on care.case (owner, severity_rank, is_claimed, due_at, episode)
    where state <> 'resolved';
create index ix_case_timer on care.case (next_timer_at) where next_timer_at is not null;
create index ix_case_done on care.case (resolved_at desc, episode) where state = 'resolved';
create index ix_case_task on care.case (task);
create index ix_case_inputs on care.case using gin (inputs jsonb_path_ops);

create table care.case_step (
    n bigint generated always as identity primary key,
    episode uuid not null references care.case,
    stretch int not null,
    step text not null,
    timer text,
    actor uuid,
    at timestamptz not null,
    from_state text not null,
    to_state text not null,
    before jsonb not null,
    facts jsonb not null
);
comment on table care.case_step is 'rows are only ever added; an undo is one more';
create unique index uq_case_step_timer on care.case_step (episode, stretch, timer) where timer is not null;
create trigger case_step_is_only_added_to before update or delete or truncate on care.case_step
    for each statement execute function care.refuse_change();
create index ix_case_step_episode on care.case_step (episode, n);

create table care.reply (
    id uuid primary key,
    reading uuid not null,
    resident uuid not null,
    account uuid not null,
    at timestamptz not null,
    phrase text not null,
    constraint uq_reply_one_each unique (reading, account)
);
create index ix_reply_resident on care.reply (resident, at desc);
"""

# Its functions name their tables without a schema. Each carries the schema itself, so that a caller with any
# search path may call them, and so do the triggers they set off.
_PIN: Final = """
do $$
declare
    f regprocedure;
begin
    for f in select oid::regprocedure from pg_proc where pronamespace = 'procrastinate'::regnamespace loop
        execute format('alter function %s set search_path = procrastinate, pg_temp', f);
    end loop;
end;
$$;
"""


def upgrade() -> None:
    op.execute(_NOTICES)
    op.execute(_TASKS)
    op.execute(_CASES)
    _queue()


def _queue() -> None:
    """Its whole schema as 3.10 ships it, in a schema of its own. Its single migrations add values
    to enums and use them, which PostgreSQL 15 refuses within one transaction."""
    # No parameters: its percent signs and colons mean nothing to us.
    plain = op.get_bind().execution_options(no_parameters=True)
    plain.exec_driver_sql("create schema procrastinate")
    plain.exec_driver_sql("set local search_path = procrastinate")
    plain.exec_driver_sql(SchemaManager.get_schema())
    plain.exec_driver_sql("set local search_path to default")
    plain.exec_driver_sql(_PIN)
