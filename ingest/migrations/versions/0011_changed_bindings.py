"""Which bindings changed so lately that a group may still store by what they were."""

from __future__ import annotations

from alembic import op

revision = "0011"
down_revision = "0010"

_CHANGED = """
alter table ingest.meter_binding add column changed_tx xid8;
comment on column ingest.meter_binding.changed_tx is
    'null: everybody has stored by it, and what was stored by another before has followed';
create index meter_binding_changed on ingest.meter_binding (changed_tx) where changed_tx is not null;
"""


def upgrade() -> None:
    op.execute(_CHANGED)
