"""What differs from region to region, by files that were put in force."""

from __future__ import annotations

from typing import Final

from alembic import op

revision = "0014"
down_revision = "0013"

_REGIONS: Final = """
create table care.region_config (
    region uuid not null,
    number smallint not null,
    effective_from date not null,
    said jsonb not null,
    sha256 text not null,
    applied_at timestamptz not null,
    applied_by uuid,
    constraint pk_region_config primary key (region, number),
    constraint fk_region_config_region foreign key (region) references care.region
);
comment on column care.region_config.said is 'only what the file says; the rest is the region''s above';
create index ix_region_config_day on care.region_config (region, effective_from desc);
create trigger stays before update or delete on care.region_config
    for each row execute function care.refuse_change();
"""


def upgrade() -> None:
    op.execute(_REGIONS)
