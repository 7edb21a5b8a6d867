"""Indexes for what is asked by person, institution or day, and for foreign keys that had none: saving a draft
of a package went through all entitlements."""

from __future__ import annotations

from typing import Final

from alembic import op

revision = "0020"
down_revision = "0019"

_INDEXES: Final = """
create index ix_priority_group_resident on care.priority_group (resident);
create index ix_incapacity_resident on care.incapacity (resident);
create index ix_contract_institution on care.contract (institution, state);
create index ix_contract_step_at on care.contract_step (at);
create index ix_contract_complaint_resident on care.contract_complaint (resident);
create index ix_contract_complaint_rating on care.contract_complaint (rating) where rating is not null;
create index ix_contract_package_version on care.contract_package (version);
create index ix_entitlement_item on care.entitlement (item);
create index ix_login_behalf on care.login (behalf) where behalf is not null;
create index ix_region_parent on care.region (parent) where parent is not null;
"""


def upgrade() -> None:
    op.execute(_INDEXES)
