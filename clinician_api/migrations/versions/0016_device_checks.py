"""Home meters compared with the clinic's in person."""

from __future__ import annotations

from typing import Final

from alembic import op

revision = "0016"
down_revision = "0015"

_CHECKS: Final = """
create table care.device_check (
    id uuid not null,
    resident uuid not null,
    contract uuid not null,
    kind text not null check (kind in ('blood_pressure', 'glucose')),
    meter text not null check (meter <> ''),
    home_systolic numeric,
    home_diastolic numeric,
    home_glucose numeric,
    clinic_systolic numeric,
    clinic_diastolic numeric,
    clinic_glucose numeric,
    agrees boolean not null,
    note text not null,
    account uuid,
    checked_at timestamptz not null,
    constraint pk_device_check primary key (id),
    constraint ck_device_check_kind check (
        case kind
            when 'glucose' then num_nonnulls(home_glucose, clinic_glucose) = 2
                and num_nonnulls(home_systolic, home_diastolic, clinic_systolic, clinic_diastolic) = 0
            else num_nonnulls(home_systolic, home_diastolic, clinic_systolic, clinic_diastolic) = 4
                and num_nonnulls(home_glucose, clinic_glucose) = 0
        end
    )
);
comment on column care.device_check.agrees is 'said by whoever measured, and not computed';
create index ix_device_check_resident on care.device_check (resident, checked_at);

create trigger only_added before update or delete or truncate on care.device_check
    for each statement execute function care.refuse_change();
"""


def upgrade() -> None:
    op.execute(_CHECKS)
