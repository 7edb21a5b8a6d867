"""Regions, households, who acts for whom, identity documents under keys, search terms, priority groups."""

from __future__ import annotations

from typing import Final

from alembic import op

revision = "0012"
down_revision = "0011"

_REGIONS: Final = """
create table care.region (
    id uuid not null,
    code text not null,
    name text not null,
    parent uuid,
    constraint pk_region primary key (id),
    constraint uq_region_code unique (code),
    constraint fk_region_parent foreign key (parent) references care.region (id),
    constraint ck_region_parent check (parent <> id)
);
alter table care.institution add column region uuid
    constraint fk_institution_region references care.region (id);
create index ix_institution_region on care.institution (region);
"""

_HOUSEHOLDS: Final = """
create table care.household (
    id uuid not null,
    address text not null,
    head uuid not null,
    created_at timestamptz not null,
    constraint pk_household primary key (id),
    constraint fk_household_head foreign key (head) references care.resident (id)
);
create index ix_household_head on care.household (head);

create table care.household_member (
    id uuid not null,
    household uuid not null,
    resident uuid not null,
    relation text not null check (relation in (
        'head', 'spouse', 'parent', 'child', 'grandparent', 'grandchild', 'sibling', 'other')),
    since timestamptz not null,
    until timestamptz,
    constraint pk_household_member primary key (id),
    constraint fk_household_member_household foreign key (household) references care.household (id),
    constraint fk_household_member_resident foreign key (resident) references care.resident (id),
    constraint ck_household_member_until check (until >= since)
);
comment on column care.household_member.relation is 'to the head of the household';
create unique index uq_household_member_resident on care.household_member (resident) where until is null;
create index ix_household_member_household on care.household_member (household);
"""

_PROXIES: Final = """
create table care.incapacity (
    id uuid not null,
    resident uuid not null,
    since date not null,
    until date,
    evidence text not null check (evidence <> ''),
    stated_by uuid,
    stated_at timestamptz not null,
    constraint pk_incapacity primary key (id),
    constraint fk_incapacity_resident foreign key (resident) references care.resident (id),
    constraint ck_incapacity_until check (until > since)
);
comment on table care.incapacity is
    'of adults of whom it was established that they cannot decide for themselves';
create unique index uq_incapacity_resident on care.incapacity (resident) where until is null;

create table care.proxy (
    id uuid not null,
    resident uuid not null,
    account uuid not null,
    relation text not null,
    basis text not null check (basis in ('guardian', 'authorised')),
    scopes text[] not null,
    since timestamptz not null,
    until timestamptz,
    evidence text not null check (evidence <> ''),
    granted_by uuid,
    granted_at timestamptz not null,
    revoked_at timestamptz,
    revoked_by uuid,
    constraint pk_proxy primary key (id),
    constraint fk_proxy_resident foreign key (resident) references care.resident (id),
    constraint fk_proxy_account foreign key (account) references care.account (id),
    constraint ck_proxy_until check (until > since),
    constraint ck_proxy_scopes check (
        scopes <@ array['read', 'measure', 'consult', 'sign'] and cardinality(scopes) > 0),
    constraint ck_proxy_authorised check (basis = 'guardian' or until is not null)
);
comment on column care.proxy.evidence is 'where the paper lies: a file, or a shelf mark';
create index ix_proxy_resident on care.proxy (resident);
create index ix_proxy_account on care.proxy (account);
"""

_DOCUMENTS: Final = """
create table care.person_key (
    resident uuid not null,
    wrapped bytea,
    made_at timestamptz not null,
    destroyed_at timestamptz,
    constraint pk_person_key primary key (resident),
    constraint fk_person_key_resident foreign key (resident) references care.resident (id),
    constraint ck_person_key_destroyed check ((wrapped is null) = (destroyed_at is not null))
);
comment on table care.person_key is 'a data key for each person, wrapped by a master key from outside';

create table care.search_key (
    id smallint not null check (id = 1),
    wrapped bytea not null,
    constraint pk_search_key primary key (id)
);
comment on table care.search_key is 'of the keyed hash by which a document number is found';

create table care.identity_document (
    id uuid not null,
    resident uuid not null,
    kind text not null check (kind in (
        'resident_id', 'permanent_residence', 'hk_macao', 'taiwan', 'passport', 'birth_certificate',
        'other')),
    locked bytea not null,
    digest bytea check (length(digest) = 32),
    stated_by uuid,
    stated_at timestamptz not null,
    superseded_at timestamptz,
    constraint pk_identity_document primary key (id),
    constraint fk_identity_document_resident foreign key (resident) references care.resident (id)
);
comment on column care.identity_document.digest is
    'HMAC-SHA256 of kind and number; none once the key is destroyed';
create unique index uq_identity_document_digest on care.identity_document (digest)
    where superseded_at is null and digest is not null;
create unique index uq_identity_document_kind on care.identity_document (resident, kind)
    where superseded_at is null;
"""

# Without extensions (design.md §3): what was typed is the beginning of a term. Pattern operators let an index
# answer `like 'x%'` under any collation.
_SEARCH: Final = """
create table care.search_term (
    kind text not null check (kind in ('name', 'initials', 'phone', 'file')),
    term text not null,
    resident uuid not null,
    constraint pk_search_term primary key (resident, kind, term),
    constraint fk_search_term_resident foreign key (resident) references care.resident (id)
);
create index ix_search_term_begins on care.search_term (kind, term text_pattern_ops, resident);
comment on table care.search_term is 'what a resident is found by; made anew from the resident by a command';
"""

_GROUPS: Final = """
create table care.priority_group (
    id uuid not null,
    resident uuid not null,
    code text not null check (code ~ '^[0-9]{2}$'),
    by text not null check (by in ('register', 'stated')),
    evidence text not null,
    since date not null,
    until date,
    stated_by uuid,
    stated_at timestamptz not null,
    constraint pk_priority_group primary key (id),
    constraint fk_priority_group_resident foreign key (resident) references care.resident (id),
    constraint ck_priority_group_until check (until > since)
);
create unique index uq_priority_group_code on care.priority_group (resident, code) where until is null;
"""


def upgrade() -> None:
    op.execute(_REGIONS)
    op.execute(_HOUSEHOLDS)
    op.execute(_PROXIES)
    op.execute(_DOCUMENTS)
    op.execute(_SEARCH)
    op.execute(_GROUPS)
