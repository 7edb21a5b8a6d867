"""Agreements: versions of their text, what was frozen, and how it was sealed."""

from __future__ import annotations

from typing import Final

from alembic import op

revision = "0006"
down_revision = "0005"

# No foreign key to the contract: rooms cross by ids alone, and an agreement outlives what it speaks of.
_AGREEMENTS: Final = """
create table care.agreement_template (
    id uuid not null,
    language text not null check (language in ('zh', 'en')),
    version int not null check (version >= 1),
    body text not null,
    since date not null,
    written_at timestamptz not null,
    account uuid,
    constraint pk_agreement_template primary key (id),
    constraint uq_agreement_template_language unique (language, version)
);
comment on column care.agreement_template.since is 'the first day it is used, Asia/Shanghai';

create table care.agreement (
    id uuid not null,
    contract uuid not null,
    resident uuid not null,
    terms jsonb not null,
    templates jsonb not null,
    sha256 text not null check (length(sha256) = 64),
    frozen_at timestamptz not null,
    constraint pk_agreement primary key (id),
    constraint uq_agreement_contract unique (contract)
);
comment on column care.agreement.templates is 'the id of the template of each language';

create index ix_agreement_resident on care.agreement (resident);

create table care.agreement_seal (
    agreement uuid not null,
    institution uuid not null,
    signatures jsonb not null,
    document_sha256 text not null check (length(document_sha256) = 64),
    sealed_at timestamptz not null,
    constraint pk_agreement_seal primary key (agreement),
    constraint fk_agreement_seal_agreement foreign key (agreement) references care.agreement (id)
);
comment on column care.agreement_seal.document_sha256 is 'of the PDF as it was sealed, unlocked';

create trigger only_added before update or delete or truncate on care.agreement_template
    for each statement execute function care.refuse_change();
create trigger only_added before update or delete or truncate on care.agreement
    for each statement execute function care.refuse_change();
create trigger only_added before update or delete or truncate on care.agreement_seal
    for each statement execute function care.refuse_change();
"""


def upgrade() -> None:
    op.execute(_AGREEMENTS)
