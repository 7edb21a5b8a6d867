"""Readings that turned out to be another's, or otherwise than they came."""

from __future__ import annotations

from alembic import op

revision = "0008"
down_revision = "0007"

# Columns with a constant default: no row is written anew (PostgreSQL documentation, ALTER TABLE).
_READINGS = """
alter table ingest.readings
    add column withdrawn boolean not null default false,
    add column corrected text[] not null default '{}';
comment on column ingest.readings.withdrawn is
    'from this revision on the reading is not this resident''s: nothing of it is in force here';
comment on column ingest.readings.corrected is
    'what of it a person said: no later delivery changes that';
alter table ingest.unattributed add column corrected text[] not null default '{}';
create index readings_superseding on ingest.readings (reading_id) where revision > 0;
"""

# The check on the words is replaced by a wider one, which every row that stands fulfils.
_STEPS = """
alter table ingest.reading_step
    add column revision smallint,
    add column change jsonb,
    drop constraint reading_step_step_check,
    add constraint reading_step_word
        check (step in ('attributed', 'dismissed', 'looked_at', 'withdrawn', 'corrected'));
comment on column ingest.reading_step.revision is 'the superseding row that it led to';
comment on column ingest.reading_step.change is 'what was corrected, and to what';
"""


def upgrade() -> None:
    for statements in (_READINGS, _STEPS):
        op.execute(statements)
