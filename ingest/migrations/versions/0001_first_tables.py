"""Fleet, ledger, readings and quarantine. Needs PostgreSQL 15 and no extension."""

from __future__ import annotations

from alembic import op

revision = "0001"
down_revision = None

_FLEET = """
create table ingest.gateway (
    id uuid primary key,
    home uuid not null
);

create table ingest.gateway_key (
    gateway uuid not null references ingest.gateway,
    public bytea not null check (length(public) = 32),
    claim int not null check (claim >= 1),
    enrolled_at timestamptz not null,
    revoked_at timestamptz,
    primary key (gateway, public)
);

create table ingest.meter_binding (
    id bigint generated always as identity primary key,
    home uuid not null,
    meter text not null,
    slot smallint,
    resident uuid not null,
    since timestamptz not null,
    until timestamptz check (until > since)
);
comment on column ingest.meter_binding.slot is 'null: whoever used the meter';
create unique index meter_binding_in_force
    on ingest.meter_binding (home, meter, coalesce(slot, -1)) where until is null;
create index meter_binding_dated on ingest.meter_binding (home, meter);
"""

_LEDGER = """
create table ingest.batch (
    gateway uuid not null,
    stream uuid not null,
    seq bigint not null check (seq >= 1),
    link bytea not null check (length(link) = 32),
    prev_link bytea not null check (length(prev_link) = 32),
    opens jsonb,
    outcome text not null check (outcome in ('stored', 'rejected')),
    refusals jsonb not null,
    readings smallint not null,
    claim int not null,
    lineage bigint not null,
    sealed_at timestamptz,
    stored_at timestamptz not null,
    primary key (gateway, stream, seq)
);
comment on table ingest.batch is 'the ledger: what took each place, and what was answered';

create table ingest.fold (
    gateway uuid not null,
    stream uuid not null,
    last bigint not null,
    link bytea not null check (length(link) = 32),
    claim int not null,
    lineage bigint not null,
    stored_at timestamptz not null,
    primary key (gateway, stream)
);
comment on table ingest.fold is 'batches 1 to last, verified and no longer kept one by one';

create table ingest.signed_head (
    gateway uuid not null,
    stream uuid not null,
    seq bigint not null,
    link bytea not null check (length(link) = 32),
    rewound bigint not null,
    claim int not null,
    lineage bigint not null,
    heard_at timestamptz not null,
    primary key (gateway, stream, seq, link)
);

create table ingest.quarantine (
    id bigint generated always as identity primary key,
    source text not null,
    kind text not null
        check (kind in ('unanswerable', 'rejected', 'refused_reading', 'fork', 'folded')),
    reason text not null,
    payload bytea not null,
    size int not null,
    digest bytea not null check (length(digest) = 32),
    gateway uuid,
    stream uuid,
    seq bigint,
    reading_id uuid,
    times int not null default 1,
    first_at timestamptz not null,
    last_at timestamptz not null
);
comment on column ingest.quarantine.payload is 'the exact bytes; of more than size says, only the beginning';
create unique index quarantine_once on ingest.quarantine (source, kind, digest);
create index quarantine_of_gateway on ingest.quarantine (gateway, kind);

create table ingest.quarantine_use (
    source text primary key,
    bytes bigint not null,
    turned_away bigint not null
);
"""

# What is known of a reading wherever it stands. Raw words and all three clocks are kept as they came.
_FACTS = """
    reading_id uuid not null,
    meter text not null,
    revision smallint not null,
    taken_at timestamptz not null,
    uncertainty_s int,
    method text not null,
    stored_at timestamptz not null,
    received_at timestamptz not null,
    received_synced boolean not null,
    boot text not null,
    uptime_ms bigint not null,
    meter_time text,
    clock_words text,
    clock_read_at timestamptz,
    clock_offset_s bigint,
    kind text not null,
    unit text,
    systolic numeric,
    diastolic numeric,
    mean numeric,
    pulse numeric,
    concentration numeric,
    beyond text,
    sample text,
    location text,
    quality text not null,
    flags text[] not null,
    slot smallint,
    context jsonb,
    time_words text not null,
    value_words text not null,
    user_words text not null,
    identity text not null,
    meter_key_kind text not null,
    meter_recipe smallint not null,
    meter_model text,
    meter_address text not null,
    battery smallint,
    driver text not null,
    driver_version text not null,
    quirk text,
    quirk_version text,
    suspect_duplicate uuid,
    gateway uuid not null,
    stream uuid not null,
    batch_seq bigint not null,
    tx xid8 not null default pg_current_xact_id(),
    seq bigint not null default nextval('ingest.reading_seq')
"""

_READINGS = f"""
create sequence ingest.reading_seq;

create table ingest.reading_identity (
    meter text not null,
    reading_id uuid not null,
    taken_at timestamptz not null,
    resident uuid,
    primary key (meter, reading_id)
);
comment on table ingest.reading_identity is 'every reading ever stored, once; never pruned';

create table ingest.readings (
    resident uuid not null,
    attributed_by text not null,
    attributed_at timestamptz not null,
    {_FACTS},
    primary key (resident, taken_at, reading_id, revision)
) partition by range (taken_at);
comment on column ingest.readings.revision is 'the highest one of a reading is in force';
create index readings_cursor on ingest.readings (tx, seq);
create index readings_arrivals on ingest.readings (meter, received_at) where identity = 'arrival';

create table ingest.unattributed (
    home uuid not null,
    {_FACTS},
    primary key (meter, reading_id, revision)
);
create index unattributed_of_home on ingest.unattributed (home, meter);
create index unattributed_arrivals on ingest.unattributed (meter, received_at) where identity = 'arrival';
"""


def upgrade() -> None:
    op.execute(_FLEET)
    op.execute(_LEDGER)
    op.execute(_READINGS)
