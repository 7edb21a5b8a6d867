"""Who looks after the data: dated grants to see the fleet of one institution, or all of it."""

from __future__ import annotations

from typing import Final

from alembic import op

revision = "0003"
down_revision = "0002"

_STEWARDS: Final = """
create table care.steward_grant (
    id uuid not null,
    account uuid not null,
    institution uuid,
    since timestamptz not null,
    until timestamptz,
    constraint pk_steward_grant primary key (id),
    constraint ck_steward_grant_until check (until >= since)
);
comment on column care.steward_grant.institution is
    'null: the whole platform, with what belongs to no institution';
comment on column care.steward_grant.until is 'at this second nothing is seen any more';
create index ix_steward_grant_account on care.steward_grant (account);
"""


def upgrade() -> None:
    op.execute(_STEWARDS)
