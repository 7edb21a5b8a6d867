"""Legal holds, stones of those who were forgotten, and what may be emptied of what is only added to."""

from __future__ import annotations

from typing import Final

from alembic import op

revision = "0024"
down_revision = "0023"

_TABLES: Final = """
create table care.legal_hold (
    id uuid not null,
    resident uuid not null,
    reason text not null check (length(reason) between 5 and 500),
    since timestamptz not null,
    lifted_at timestamptz,
    constraint pk_legal_hold primary key (id),
    constraint fk_legal_hold_resident foreign key (resident) references care.resident (id)
);
create index ix_legal_hold_resident on care.legal_hold (resident);

create table care.tombstone (
    resident uuid not null,
    last_end date not null,
    due_on date not null,
    agreements integer not null,
    digests text not null,
    began_at timestamptz not null,
    done_at timestamptz,
    constraint pk_tombstone primary key (resident)
);
comment on table care.tombstone is 'who was forgotten on time; began and not done: killed on the way';
"""

# An ordinary change is refused as before. In a transaction that shreds a row may lose its words, no more.
_EMPTYING: Final = """
create function care.only_emptied() returns trigger language plpgsql as $$
declare
    emptied text[] := tg_argv;
    before jsonb := to_jsonb(old) - emptied;
    after jsonb := to_jsonb(new) - emptied;
    word text;
begin
    if before <> after then
        raise exception using message = tg_table_name || ' is only emptied';
    end if;
    foreach word in array emptied loop
        if to_jsonb(new) -> word not in ('{}'::jsonb, '""'::jsonb) then
            raise exception using message = tg_table_name || ' is only emptied';
        end if;
    end loop;
    return new;
end $$;
"""
_TRIGGERS: Final = """
drop trigger only_added on care.{table};
create trigger only_added before delete or truncate on care.{table}
    for each statement execute function care.refuse_change();
create trigger not_changed before update on care.{table}
    for each statement when (current_setting('care.shredding', true) is distinct from 'on')
    execute function care.refuse_change();
create trigger only_emptied before update on care.{table}
    for each row execute function care.only_emptied({columns});
"""
_TABLES_AND_WORDS: Final = {
    "agreement": "'terms'",
    "agreement_seal": "'signatures'",
    "contract_signature": "'name', 'evidence', 'relation'",
}


def upgrade() -> None:
    op.execute(_TABLES)
    op.execute(_EMPTYING)
    for table, columns in _TABLES_AND_WORDS.items():
        op.execute(_TRIGGERS.format(table=table, columns=columns))
