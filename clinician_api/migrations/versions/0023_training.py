"""Trainings of staff, and from which day a house asks for them."""

from __future__ import annotations

from typing import Final

from alembic import op

revision = "0023"
down_revision = "0022"

_TRAINING: Final = """
create table care.training (
    id uuid not null,
    account uuid not null,
    course text not null check (course in ('privacy', 'agreements', 'catalogue')),
    done_on date not null,
    evidence text not null check (length(evidence) between 1 and 200),
    put_down_by uuid,
    put_down_at timestamptz not null,
    constraint pk_training primary key (id),
    constraint fk_training_account foreign key (account) references care.account (id),
    constraint fk_training_put_down_by foreign key (put_down_by) references care.account (id),
    constraint ck_training_by_another check (put_down_by <> account)
);
create index ix_training_put_down_by on care.training (put_down_by);
create index ix_training_account on care.training (account, course, done_on);

create table care.training_duty (
    institution uuid not null,
    since date,
    set_at timestamptz not null,
    constraint pk_training_duty primary key (institution),
    constraint fk_training_duty_institution foreign key (institution) references care.institution (id)
);
comment on column care.training_duty.since is 'from that day on privileges wait for their training';
"""


def upgrade() -> None:
    op.execute(_TRAINING)
