"""What shows a signature of a resident, and who else stands by one that was put down at a counter."""

from __future__ import annotations

from typing import Final

from alembic import op

revision = "0021"
down_revision = "0020"

# What staff wrote down before today named a paper; whoever signed on a page of their own named none.
_PROOF: Final = """
alter table care.contract_signature
    add column proof text not null default 'page'
        check (proof in ('page', 'code', 'paper', 'guardianship', 'authorisation')),
    add column name text not null default '' check (length(name) <= 200);
comment on column care.contract_signature.name is 'who signed on paper for the resident';
alter table care.contract_signature disable trigger only_added;
update care.contract_signature
    set proof = case basis when 'self' then 'paper' when 'guardian' then 'guardianship'
        else 'authorisation' end
    where evidence <> '' and account in (select id from care.account where institution is not null);
alter table care.contract_signature enable trigger only_added;
alter table care.contract_signature alter column proof drop default, alter column name drop default;
"""

_CONFIRMED: Final = """
create table care.contract_confirmation (
    signature uuid primary key references care.contract_signature,
    account uuid not null,
    how text not null check (how in ('colleague', 'code')),
    at timestamptz not null
);
comment on table care.contract_confirmation is
    'the second pair of eyes on a signature that staff put down; rows are only ever added';
create trigger only_added before update or delete or truncate on care.contract_confirmation
    for each statement execute function care.refuse_change();

-- What both had signed already stands as it was sealed.
insert into care.contract_confirmation (signature, account, how, at)
    select s.id, d.account, 'colleague', d.at
    from care.contract_signature s
    join care.contract_signature d on d.contract = s.contract and d.party = 'doctor'
    where s.party = 'resident' and s.proof in ('paper', 'guardianship', 'authorisation')
        and d.account is not null and d.account <> s.account;

alter table care.one_time_code
    drop constraint one_time_code_purpose_check,
    add constraint ck_one_time_code_purpose check (purpose in ('login', 'help', 'sign'));
"""


def upgrade() -> None:
    op.execute(_PROOF)
    op.execute(_CONFIRMED)
