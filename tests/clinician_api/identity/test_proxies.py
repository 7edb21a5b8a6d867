"""Guardians and helpers see and do what their authorisation says, and nothing once it is over."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import date, timedelta
from uuid import UUID, uuid4

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from clinician_api.access import service as access
from clinician_api.access.rules import Scope
from clinician_api.audit.models import AuditEntry
from clinician_api.audit.rules import By
from clinician_api.db import connect, sessions
from clinician_api.errors import ConflictError, InvalidError, NotAllowedError, NotFoundError
from clinician_api.identity import acting, logins, proxies, service
from clinician_api.identity.logins import Visitor
from clinician_api.identity.minding import Wanted
from clinician_api.identity.models import Login, Resident
from clinician_api.identity.rules import Terms
from tests.clinician_api.making import NOW, actor, clinic, make_account, make_resident

DAY = timedelta(days=1)
SECOND = timedelta(seconds=1)
WANTED = Wanted("authorised", "child", frozenset({"read", "sign"}), NOW, NOW + 30 * DAY, "柜 3-17")
TERMS = Terms(idle=60 * DAY, lasts=60 * DAY)


@pytest.fixture
def db(module_database_url: str) -> Iterator[Session]:
    """Never committed, so that all tests of the module share a database."""
    engine = connect(module_database_url, pool=1)
    with sessions(engine)() as session:
        yield session
    engine.dispose()


def relative(db: Session, born: date = date(1978, 1, 1)) -> UUID:
    """An account of somebody who has a file here too."""
    resident = make_resident(db, "王丽")
    db.get_one(Resident, resident).born = born
    return make_account(db, "王丽", resident=resident, now=NOW)


def child(db: Session, born: date) -> UUID:
    resident = make_resident(db, "王小明")
    db.get_one(Resident, resident).born = born
    db.flush()
    return resident


def test_a_helper_sees_from_the_first_second_until_the_last(db: Session) -> None:
    mother, daughter = make_resident(db), relative(db)
    proxies.authorise(db, By(), mother, daughter, WANTED, now=NOW - DAY)
    moments = [NOW - SECOND, NOW, NOW + 30 * DAY - SECOND, NOW + 30 * DAY]
    acting_at = [
        service.actor_of(db, daughter, login=uuid4(), behalf=mother, now=moment) for moment in moments
    ]
    assert [each is not None and each.behalf == mother for each in acting_at] == [False, True, True, False]
    helper = acting_at[1]
    assert helper is not None
    assert [access.may_see(db, helper, mother, now=moment) for moment in moments] == [
        False,
        True,
        True,
        False,
    ]
    assert not access.may_see(db, actor(db, daughter), mother, now=NOW)


def test_a_revoked_helper_is_out_at_the_next_query(db: Session) -> None:
    mother, daughter = make_resident(db), relative(db)
    proxy = proxies.authorise(db, By(), mother, daughter, WANTED, now=NOW)
    proxies.revoke(db, By(daughter), proxy, now=NOW + DAY)
    assert proxies.proxies_of(db, mother, NOW + DAY) == []
    assert access.scopes(db, daughter, mother, now=NOW + DAY - SECOND) == {"read", "sign"}
    assert access.scopes(db, daughter, mother, now=NOW + DAY) == frozenset()
    with pytest.raises(ConflictError, match=r"proxy\.over"):
        proxies.revoke(db, By(daughter), proxy, now=NOW + DAY)


def test_the_grants_are_those_that_the_proxies_amount_to(db: Session) -> None:
    mother = make_resident(db)
    proxies.authorise(db, By(), mother, relative(db), WANTED, now=NOW)
    revoked = proxies.authorise(db, By(), mother, relative(db), replace(WANTED, since=NOW + DAY), now=NOW)
    late = proxies.authorise(db, By(), mother, relative(db), WANTED, now=NOW)
    proxies.revoke(db, By(), revoked, now=NOW)
    proxies.revoke(db, By(), late, now=NOW + DAY)
    stored = [each for each in access.grants_of(db, mother) if each.grantee.kind == "proxy"]
    assert set(stored) == set(proxies.sight(db, mother))
    assert len(stored) == 2


def test_a_guardian_who_is_none_is_refused_with_the_reason(db: Session) -> None:
    grown, minor = make_resident(db), child(db, date(2016, 5, 4))
    as_guardian = replace(WANTED, basis="guardian", relation="parent")
    refused = {
        "proxy.has_capacity": (grown, relative(db), as_guardian),
        "proxy.no_guardian": (minor, relative(db), replace(as_guardian, relation="helper")),
        "proxy.guardian_is_minor": (minor, relative(db, date(2010, 1, 1)), as_guardian),
        "proxy.no_capacity": (minor, relative(db), WANTED),
    }
    for code, (resident, account, wanted) in refused.items():
        with pytest.raises(InvalidError) as told:
            proxies.authorise(db, By(), resident, account, wanted, now=NOW)
        assert told.value.code == code
    assert access.grants_of(db, grown) == []


def test_nothing_is_authorised_from_before_it_is_put_down(db: Session) -> None:
    """As of last month, when the mother could still decide, she would authorise somebody today."""
    mother, daughter = make_resident(db), relative(db)
    earlier = replace(WANTED, since=NOW - 30 * DAY)
    proxies.authorise(db, By(), mother, daughter, earlier, now=NOW)
    assert [each.since for each in proxies.all_of(db, mother)] == [NOW]
    proxies.state_incapacity(db, By(), mother, since=NOW.date(), evidence="判决 12", now=NOW)
    with pytest.raises(InvalidError, match=r"proxy\.no_capacity"):
        proxies.authorise(db, By(), mother, daughter, earlier, now=NOW)


def test_staff_help_as_staff_and_never_sign(db: Session) -> None:
    there = clinic(db)
    mother = make_resident(db)
    with pytest.raises(InvalidError, match=r"proxy\.staff_is_staff"):
        proxies.authorise(db, By(), mother, there.nurse, WANTED, now=NOW)
    as_staff = replace(WANTED, relation="staff", until=NOW + DAY)
    with pytest.raises(InvalidError, match=r"proxy\.staff_never_sign"):
        proxies.authorise(db, By(), mother, there.nurse, as_staff, now=NOW)
    proxies.authorise(db, By(), mother, there.nurse, replace(as_staff, scopes=frozenset({"read"})), now=NOW)


def test_nobody_acts_for_whom_there_is_not(db: Session) -> None:
    with pytest.raises(NotFoundError, match=r"resident\.unknown"):
        proxies.authorise(db, By(), uuid4(), relative(db), WANTED, now=NOW)
    with pytest.raises(NotFoundError, match=r"account\.unknown"):
        proxies.authorise(db, By(), make_resident(db), uuid4(), WANTED, now=NOW)


def test_who_may_sign_signs_by_their_own_right_or_by_a_paper(db: Session) -> None:
    there = clinic(db)
    daughter = relative(db)
    proxy = proxies.authorise(db, By(), there.resident, daughter, WANTED, now=NOW)
    own, helping = actor(db, there.own_account), replace(actor(db, daughter), behalf=there.resident)
    assert proxies.basis_to_sign(db, own, there.resident, now=NOW) is None
    by_paper = proxies.basis_to_sign(db, helping, there.resident, now=NOW)
    assert by_paper is not None
    assert by_paper.id == proxy
    with pytest.raises(NotAllowedError, match=r"proxy\.may_not_sign"):
        proxies.basis_to_sign(db, helping, there.resident, now=NOW + 30 * DAY)
    with pytest.raises(NotAllowedError, match=r"proxy\.may_not_sign"):
        proxies.basis_to_sign(db, actor(db, there.doctor), there.resident, now=NOW)


def test_once_capacity_is_gone_a_guardian_signs_and_authorisations_are_over(db: Session) -> None:
    there = clinic(db)
    daughter = relative(db)
    proxies.authorise(db, By(), there.resident, daughter, WANTED, now=NOW)
    proxies.state_incapacity(db, By(), there.resident, since=NOW.date(), evidence="判决 12", now=NOW)
    assert proxies.proxies_of(db, there.resident, NOW) == []
    with pytest.raises(NotAllowedError, match=r"proxy\.guardian_signs"):
        proxies.basis_to_sign(db, actor(db, there.own_account), there.resident, now=NOW)
    guardian = proxies.authorise(
        db, By(), there.resident, daughter, replace(WANTED, basis="guardian", earlier="配偶已故"), now=NOW
    )
    found = proxies.basis_to_sign(db, actor(db, daughter), there.resident, now=NOW)
    assert found is not None
    assert found.id == guardian


def test_a_child_grows_up_and_its_guardian_is_one_no_longer(db: Session) -> None:
    son, father = child(db, date(2008, 3, 3)), relative(db)
    wanted = replace(WANTED, basis="guardian", relation="parent", until=None)
    proxies.authorise(db, By(), son, father, wanted, now=NOW)
    birthday = NOW.replace(hour=0) + DAY
    assert access.scopes(db, father, son, now=birthday - SECOND) == {"read", "sign"}
    assert access.scopes(db, father, son, now=birthday) == frozenset()


@pytest.mark.parametrize("scope", ["measure", "consult"])
def test_a_helper_keeps_to_what_was_allowed(db: Session, scope: Scope) -> None:
    mother, daughter = make_resident(db), relative(db)
    proxies.authorise(db, By(), mother, daughter, WANTED, now=NOW)
    helper = service.actor_of(db, daughter, login=uuid4(), behalf=mother, now=NOW)
    assert helper is not None
    proxies.require_scope(helper, "sign")
    with pytest.raises(NotAllowedError, match=rf"proxy\.not_for_{scope}"):
        proxies.require_scope(helper, scope)


def test_a_login_is_turned_to_another_person_and_falls_back_when_that_ends(db: Session) -> None:
    mother, daughter = make_resident(db), relative(db)
    token = logins.log_in(db, daughter, Visitor("127.0.0.1", "test"), terms=TERMS, now=NOW)
    me = logins.actor_of(db, token, now=NOW)
    assert me is not None
    with pytest.raises(NotFoundError, match=r"resident\.unknown"):
        acting.act_for(db, me, mother, now=NOW)
    proxies.authorise(db, By(), mother, daughter, WANTED, now=NOW)
    acting.act_for(db, me, mother, now=NOW)
    db.expire_all()
    helping = logins.actor_of(db, token, now=NOW)
    assert helping is not None
    assert (helping.resident, helping.behalf) == (mother, mother)
    afterwards = logins.actor_of(db, token, now=NOW + 30 * DAY)
    assert afterwards is not None
    assert (afterwards.resident, afterwards.behalf) == (me.resident, None)
    assert db.scalars(select(Login.behalf).where(Login.account == daughter)).one() is None


def test_each_thing_that_a_helper_does_names_both(db: Session) -> None:
    mother, daughter = make_resident(db), relative(db)
    proxies.authorise(db, By(), mother, daughter, WANTED, now=NOW)
    helper = service.actor_of(db, daughter, login=uuid4(), behalf=mother, now=NOW)
    assert helper is not None
    access.require(db, helper, mother, purpose="home", now=NOW)
    rows = db.scalars(select(AuditEntry).where(AuditEntry.resident == mother, AuditEntry.purpose == "home"))
    assert [(row.account, row.on_behalf_of) for row in rows] == [(daughter, mother)]
