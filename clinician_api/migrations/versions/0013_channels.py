"""Ways beside the page: what was tried for a notice, and how people are reached."""

from __future__ import annotations

from typing import Final

from alembic import op

revision = "0013"
down_revision = "0012"

_CHANNELS: Final = """
alter table care.notice add column step smallint not null default 0, add column try_at timestamptz;
alter table care.notice drop constraint if exists notice_subject_kind_check;
comment on column care.notice.try_at is 'when the next of its other ways is tried; null where none is';
create index ix_notice_try on care.notice (try_at) where try_at is not null;

create table care.notice_delivery (
    notice uuid not null,
    step smallint not null,
    channel text not null,
    tried_at timestamptz not null,
    trouble text,
    constraint pk_notice_delivery primary key (notice, step),
    constraint fk_notice_delivery_notice foreign key (notice) references care.notice (id)
);
comment on column care.notice_delivery.trouble is 'null where it was sent';

alter table care.account add column phone text, add column email text;
alter table care.resident add column is_simulated boolean not null default false;
comment on column care.resident.is_simulated is 'reaches no real device, and enters no figure';
"""


def upgrade() -> None:
    op.execute(_CHANNELS)
