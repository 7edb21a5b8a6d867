"""Why a guardian acts who is not the first by law."""

from __future__ import annotations

from typing import Final

from alembic import op

revision = "0025"
down_revision = "0024"

_EARLIER: Final = """
alter table care.proxy add column earlier text not null default '' check (length(earlier) <= 200);
comment on column care.proxy.earlier is 'why those do not act who come before by law (Civil Code 27, 28)';
"""


def upgrade() -> None:
    op.execute(_EARLIER)
