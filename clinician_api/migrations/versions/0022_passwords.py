"""One-time codes with which a password is set anew."""

from __future__ import annotations

from typing import Final

from alembic import op

revision = "0022"
down_revision = "0021"

_RESETS: Final = """
create table care.password_reset (
    account uuid not null,
    digest bytea not null check (length(digest) = 32),
    salt bytea not null check (length(salt) = 16),
    made_at timestamptz not null,
    made_by uuid not null,
    used_at timestamptz,
    constraint pk_password_reset primary key (account),
    constraint fk_password_reset_account foreign key (account) references care.account (id),
    constraint fk_password_reset_made_by foreign key (made_by) references care.account (id),
    constraint ck_password_reset_by_another check (made_by <> account)
);
create index ix_password_reset_made_by on care.password_reset (made_by);
comment on table care.password_reset is 'the newest one-time code of an account, good for a day';
"""


def upgrade() -> None:
    op.execute(_RESETS)
