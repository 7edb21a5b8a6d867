"""Service packages by versions, and what of them contracts were promised and given."""

from __future__ import annotations

from typing import Final

from alembic import op

revision = "0007"
down_revision = "0006"

_CATALOGUE: Final = """
create table care.package (
    id uuid not null,
    code text not null,
    kind text not null,
    region uuid,
    institution uuid,
    retired_from date,
    constraint pk_package primary key (id),
    constraint uq_package_code unique nulls not distinct (code, region, institution),
    constraint ck_package_kind check (kind in ('basic', 'personal', 'value_added')),
    constraint ck_package_of_one check (region is null or institution is null)
);
comment on table care.package is 'without region and institution it is everybody''s';

create table care.package_version (
    id uuid not null,
    package uuid not null,
    number smallint not null,
    name_zh text not null,
    name_en text not null,
    about_zh text not null,
    about_en text not null,
    population text[] not null,
    price numeric(8, 2) not null,
    waived_for text[] not null,
    edition int not null,
    effective_from date,
    fingerprint text,
    published_at timestamptz,
    published_by uuid,
    constraint pk_package_version primary key (id),
    constraint fk_package_version_package foreign key (package) references care.package,
    constraint uq_package_version_number unique (package, number),
    constraint ck_package_version_price check (price >= 0),
    constraint ck_package_version_published check (
        (published_at is null) = (effective_from is null) and (published_at is null) = (fingerprint is null))
);
comment on column care.package_version.price is 'yuan a year of the contract';
comment on column care.package_version.edition is 'counts the changes of a draft';
create unique index uq_package_version_draft on care.package_version (package) where published_at is null;

create table care.package_item (
    id uuid not null,
    version uuid not null,
    place smallint not null,
    code text not null,
    name_zh text not null,
    name_en text not null,
    note_zh text not null,
    note_en text not null,
    promised smallint not null,
    most smallint,
    unit text not null,
    payers text[] not null,
    evidence text[] not null,
    population text[] not null,
    constraint pk_package_item primary key (id),
    constraint fk_package_item_version foreign key (version) references care.package_version,
    constraint uq_package_item_code unique (version, code),
    constraint ck_package_item_times check (promised >= 0 and most >= promised),
    constraint ck_package_item_unit check (unit in ('times', 'weeks'))
);
comment on column care.package_item.promised is 'in a year of the contract; 0 is as needed';
comment on column care.package_item.most is 'that counts in a year; null is without limit';
"""

# What is published was read by visitors and signed by residents.
_UNCHANGED: Final = """
create function care.refuse_change_of_published() returns trigger language plpgsql as $$
begin
    if exists (select from care.package_version
               where id = coalesce(old.version, new.version) and published_at is not null) then
        raise exception 'an item of a published version does not change';
    end if;
    return coalesce(new, old);
end $$;
create trigger published_stays before update or delete on care.package_version
    for each row when (old.published_at is not null) execute function care.refuse_change();
create trigger published_stays before insert or update or delete on care.package_item
    for each row execute function care.refuse_change_of_published();
"""

_LEDGER: Final = """
create table care.contract_package (
    id uuid not null,
    contract uuid not null,
    version uuid not null,
    begins date not null,
    ends date not null,
    price numeric(8, 2) not null,
    waived numeric(8, 2) not null,
    noted_at timestamptz not null,
    constraint pk_contract_package primary key (id),
    constraint fk_contract_package_version foreign key (version) references care.package_version,
    constraint uq_contract_package_once unique (contract, version),
    constraint ck_contract_package_days check (ends >= begins),
    constraint ck_contract_package_price check (waived between 0 and price)
);
comment on column care.contract_package.price is 'yuan for all its days, as of the day it was signed';

create table care.entitlement (
    id uuid not null,
    contract uuid not null,
    contract_package uuid not null,
    item uuid not null,
    code text not null,
    since date not null,
    until date not null,
    promised smallint not null,
    most smallint,
    constraint pk_entitlement primary key (id),
    constraint fk_entitlement_contract_package foreign key (contract_package)
        references care.contract_package,
    constraint fk_entitlement_item foreign key (item) references care.package_item,
    constraint uq_entitlement_year unique (contract_package, item, since),
    constraint ck_entitlement_days check (until >= since - 1),
    constraint ck_entitlement_times check (promised >= 0 and most >= promised)
);
comment on column care.entitlement.until is 'the last day; before since: closed before it began';
create index ix_entitlement_contract on care.entitlement (contract, code, since);
create index ix_entitlement_until on care.entitlement (until) where promised > 0;

create table care.consumption (
    n bigint generated always as identity,
    entitlement uuid not null,
    event_kind text not null,
    event uuid not null,
    at timestamptz not null,
    noted_at timestamptz not null,
    taken_back_at timestamptz,
    constraint pk_consumption primary key (n),
    constraint fk_consumption_entitlement foreign key (entitlement) references care.entitlement
);
create unique index uq_consumption_once on care.consumption (entitlement, event_kind, event)
    where taken_back_at is null;
comment on column care.consumption.n is 'the first ones told of are those that are covered';
create index ix_consumption_event on care.consumption (event);
create trigger stays before delete on care.consumption
    for each row execute function care.refuse_change();

create table care.delivery_warning (
    entitlement uuid not null,
    warned_at timestamptz not null,
    constraint pk_delivery_warning primary key (entitlement),
    constraint fk_delivery_warning_entitlement foreign key (entitlement) references care.entitlement
);
"""


def upgrade() -> None:
    op.execute(_CATALOGUE)
    op.execute(_UNCHANGED)
    op.execute(_LEDGER)
