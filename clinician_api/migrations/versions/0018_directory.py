"""Logging in by a house's own directory: attempts under way, and whose subject is whose account."""

from __future__ import annotations

from typing import Final

from alembic import op

revision = "0018"
down_revision = "0017"

_DIRECTORY: Final = """
create table care.sso_attempt (
    digest bytea not null check (length(digest) = 32),
    nonce text not null,
    verifier text not null,
    made_at timestamptz not null,
    expires_at timestamptz not null,
    constraint pk_sso_attempt primary key (digest)
);
comment on column care.sso_attempt.digest is 'of the state that the browser brings back; used once';

create table care.sso_subject (
    issuer text not null,
    subject text not null,
    account uuid not null,
    linked_by uuid,
    linked_at timestamptz not null,
    constraint pk_sso_subject primary key (issuer, subject),
    constraint uq_sso_subject_account unique (account, issuer),
    constraint fk_sso_subject_account foreign key (account) references care.account (id)
);
"""


def upgrade() -> None:
    op.execute(_DIRECTORY)
