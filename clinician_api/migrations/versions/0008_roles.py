"""Further roles, and somebody acting for another: a helper's sight, its scope, and the login used for it."""

from __future__ import annotations

from typing import Final

from alembic import op

revision = "0008"
down_revision = "0007"

_ROLES: Final = """
alter table care.membership drop constraint ck_membership_team;
alter table care.membership drop constraint membership_role_check;
alter table care.membership add constraint ck_membership_role check (role in (
    'doctor', 'nurse', 'leader', 'public_health', 'pharmacist', 'village_doctor', 'specialist',
    'supervisor', 'administrator', 'security', 'auditor', 'regulator'));
alter table care.membership add constraint ck_membership_team check (
    (role in ('supervisor', 'administrator', 'security', 'auditor', 'regulator')) = (team is null));
comment on table care.membership is
    'who has which role in which team; those of no team have it in the institution';
"""

_HELPERS: Final = """
alter table care.access_grant add column scope text[] not null default '{}';
alter table care.access_grant drop constraint access_grant_kind_check;
alter table care.access_grant drop constraint ck_access_grant_institution;
alter table care.access_grant add constraint ck_access_grant_kind check (
    kind in ('team', 'duty_desk', 'self', 'proxy'));
alter table care.access_grant add constraint ck_access_grant_institution check (
    (kind in ('self', 'proxy')) = (institution is null));
alter table care.access_grant add constraint ck_access_grant_scope check (
    scope <@ array['read', 'measure', 'consult', 'sign'] and (kind = 'proxy') = (cardinality(scope) > 0));
comment on column care.access_grant.scope is 'what a helper may do; nothing is said of anybody else';

alter table care.login add column behalf uuid
    constraint fk_login_behalf references care.resident (id);
comment on column care.login.behalf is 'for whom it is used while a helper acts for somebody';

alter table care.account drop constraint ck_account_whose;
alter table care.account add constraint ck_account_whose check (institution is null or resident is null);
comment on table care.account is 'of staff, of a resident, or with neither of a relative who helps one';
"""


def upgrade() -> None:
    op.execute(_ROLES)
    op.execute(_HELPERS)
