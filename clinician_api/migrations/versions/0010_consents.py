"""Consents, and the bars on sight that follow when one is withdrawn."""

from __future__ import annotations

from typing import Final

from alembic import op

revision = "0010"
down_revision = "0009"

_CONSENTS: Final = """
create table care.consent (
    id uuid not null,
    resident uuid not null,
    purpose text not null check (purpose in ('care', 'monitoring', 'sharing', 'family', 'recording')),
    version int not null check (version >= 1),
    text_sha256 bytea not null check (length(text_sha256) = 32),
    basis text not null check (basis in ('self', 'guardian', 'proxy')),
    evidence_kind text not null check (evidence_kind in ('page', 'signature', 'paper', 'voice')),
    evidence uuid,
    account uuid,
    behalf uuid,
    since timestamptz not null,
    until timestamptz,
    ended_by uuid,
    why text check (why in ('withdrawn', 'renewed')),
    constraint pk_consent primary key (id),
    constraint ck_consent_until check (until >= since),
    constraint ck_consent_ended check (
        (until is null) = (why is null) and (until is not null or ended_by is null)
    )
);
comment on column care.consent.text_sha256 is 'of the text that was shown, in both languages';
comment on column care.consent.until is 'at this second it no longer holds';
create unique index uq_consent_open on care.consent (resident, purpose) where until is null;
create index ix_consent_resident on care.consent (resident, since);
"""

_BARS: Final = """
create table care.access_bar (
    id uuid not null,
    resident uuid not null,
    kind text not null,
    since timestamptz not null,
    until timestamptz,
    constraint pk_access_bar primary key (id),
    constraint ck_access_bar_until check (until >= since)
);
comment on table care.access_bar is 'while one stands, no grant of its kind gives sight of the resident';
create unique index uq_access_bar_open on care.access_bar (resident, kind) where until is null;
create index ix_access_bar_resident on care.access_bar (resident, kind);
"""

# Who looks in an emergency is an account: like oneself and a helper it comes with no institution.
_KINDS: Final = """
alter table care.access_grant drop constraint ck_access_grant_kind;
alter table care.access_grant drop constraint ck_access_grant_institution;
alter table care.access_grant add constraint ck_access_grant_kind check (
    kind in ('team', 'duty_desk', 'self', 'proxy', 'emergency'));
alter table care.access_grant add constraint ck_access_grant_institution check (
    (kind in ('self', 'proxy', 'emergency')) = (institution is null));
"""


def upgrade() -> None:
    op.execute(_CONSENTS)
    op.execute(_BARS)
    op.execute(_KINDS)
