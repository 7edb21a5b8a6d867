"""The newest reading of each resident and kind, by its key. Filled from what is stored."""

from __future__ import annotations

from alembic import op

revision = "0002"
down_revision = "0001"

_LATEST = """
create table ingest.latest (
    resident uuid not null,
    kind text not null check (kind in ('blood_pressure', 'glucose', 'ketone')),
    taken_at timestamptz not null,
    reading_id uuid not null,
    primary key (resident, kind)
);
comment on table ingest.latest is 'of what measured the resident; which revision is in force, readings says';

insert into ingest.latest (resident, kind, taken_at, reading_id)
select distinct on (resident, kind) resident, kind, taken_at, reading_id
from (
    select distinct on (resident, taken_at, reading_id)
           resident, case when quality = 'ketone' then 'ketone' else kind end as kind, taken_at, reading_id,
           quality, sample, location
    from ingest.readings
    order by resident, taken_at, reading_id, revision desc
) as in_force
where quality not in ('device_error', 'control_solution')
  and 'control_solution' not in (coalesce(sample, ''), coalesce(location, ''))
order by resident, kind, taken_at desc, reading_id desc;
"""


def upgrade() -> None:
    op.execute(_LATEST)
