"""Which gateways can write nothing down, and since when they say so."""

from __future__ import annotations

from alembic import op

revision = "0018"
down_revision = "0017"

_TROUBLE = """
alter table ingest.gateway_state add column trouble text, add column trouble_since timestamptz;
comment on column ingest.gateway_state.trouble is 'why it can save no reading just now; null: it can';
"""


def upgrade() -> None:
    op.execute(_TROUBLE)
