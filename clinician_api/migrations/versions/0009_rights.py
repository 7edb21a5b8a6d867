"""Who read the rights and duties of a contract."""

from __future__ import annotations

from typing import Final

from alembic import op

revision = "0009"
down_revision = "0008"

_RIGHTS: Final = """
create table care.rights_receipt (
    id uuid not null,
    resident uuid not null,
    contract uuid not null,
    version int not null check (version >= 1),
    language text not null check (language in ('zh', 'en')),
    account uuid,
    read_at timestamptz not null,
    constraint pk_rights_receipt primary key (id),
    constraint uq_rights_receipt_contract unique (contract, version)
);
comment on column care.rights_receipt.version is 'of the wording';
create index ix_rights_receipt_resident on care.rights_receipt (resident);

create trigger only_added before update or delete or truncate on care.rights_receipt
    for each statement execute function care.refuse_change();
"""


def upgrade() -> None:
    op.execute(_RIGHTS)
