"""Notices may be about more than episodes: a contract that is owed something, for instance."""

from __future__ import annotations

from alembic import op

revision = "0011"
down_revision = "0010"


def upgrade() -> None:
    op.execute("alter table care.notice drop constraint if exists notice_subject_kind_check")
