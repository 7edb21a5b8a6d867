"""When a gateway was silent, found at once: why nothing was measured is asked for thousands of residents."""

from __future__ import annotations

from alembic import op

revision = "0013"
down_revision = "0012"

_SILENCES = "create index gateway_silence_of_gateway on ingest.gateway_silence (gateway, since);"


def upgrade() -> None:
    op.execute(_SILENCES)
