"""Whose the readings of a case are, while that is in doubt."""

from __future__ import annotations

from typing import Final

from alembic import op

revision = "0005"
down_revision = "0004"

_WHOSE: Final = """
alter table care.case add column whose text not null default 'known'
    constraint ck_case_whose check (whose in ('known', 'asked', 'own', 'another'));
comment on column care.case.whose is
    'asked: the home was asked whether it was them; own, another: what it said';
"""


def upgrade() -> None:
    op.execute(_WHOSE)
