"""Looks in an emergency, and the ways in which auditors search."""

from __future__ import annotations

from typing import Final

from alembic import op

revision = "0017"
down_revision = "0016"

_LOOKS: Final = """
create table care.emergency_look (
    id uuid not null,
    account uuid not null,
    institution uuid not null,
    resident uuid not null,
    cause text not null check (cause in ('life_at_risk', 'cannot_answer', 'team_unreachable', 'outbreak')),
    words text not null check (length(words) between 5 and 500),
    since timestamptz not null,
    until timestamptz not null,
    reviewer uuid,
    reviewed_at timestamptz,
    verdict text check (verdict in ('justified', 'unjustified')),
    remark text not null check (length(remark) <= 500),
    constraint pk_emergency_look primary key (id),
    constraint ck_emergency_look_until check (until > since and until <= since + interval '24 hours'),
    constraint ck_emergency_look_reviewed check (
        (verdict is null) = (reviewed_at is null) and (verdict is null) = (reviewer is null)
    ),
    constraint ck_emergency_look_by_another check (reviewer <> account)
);
comment on table care.emergency_look is 'sight of a resident out of reach, for a reason, until then';
create index ix_emergency_look_waiting on care.emergency_look (institution, since) where verdict is null;
create index ix_emergency_look_account on care.emergency_look (account, until);
create index ix_emergency_look_resident on care.emergency_look (resident, since);
"""

_SEARCHES: Final = """
create index ix_audit_entry_at on care.audit_entry (at, seq);
create index ix_audit_entry_account on care.audit_entry (account, at, seq);
"""


def upgrade() -> None:
    op.execute(_LOOKS)
    op.execute(_SEARCHES)
