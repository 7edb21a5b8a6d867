"""Sight is computed from dated grants at each query: nothing before, nothing from its end on."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime, timedelta
from uuid import UUID, uuid4

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy.orm import Session

from clinician_api.access import rules, service
from clinician_api.access.rules import Actor, Grant, Grantee, Role, Scope, Source
from clinician_api.errors import NotFoundError
from tests.clinician_api.making import NOW, actor, clinic

RESIDENT, TEAM, INSTITUTION, ACCOUNT = uuid4(), uuid4(), uuid4(), uuid4()
SECOND = timedelta(seconds=1)
GRANTEES = {
    "team": rules.team(TEAM, INSTITUTION),
    "duty_desk": rules.duty_desk(INSTITUTION),
    "self": rules.oneself(ACCOUNT),
    "proxy": rules.helper(ACCOUNT),
}


def staff(*roles: Role, teams: frozenset[UUID] = frozenset(), institution: UUID = INSTITUTION) -> Actor:
    return Actor(
        account=uuid4(),
        login=uuid4(),
        name="李医生",
        roles=frozenset(roles),
        teams=teams,
        institution=institution,
    )


def resident_of(account: UUID, resident: UUID) -> Actor:
    return Actor(
        account=account, login=uuid4(), name="王秀英", roles=frozenset({"resident"}), resident=resident
    )


def resident(account: UUID = ACCOUNT, resident: UUID = RESIDENT) -> Actor:
    return resident_of(account, resident)


def give(
    db: Session,
    grantee: Grantee,
    since: datetime = NOW,
    until: datetime | None = None,
    *,
    of: UUID = RESIDENT,
    scope: frozenset[Scope] = frozenset({"read"}),
) -> Source:
    source = Source("contract", uuid4())
    service.grant(
        db, Grant(grantee, of, since, until, source, scope if grantee.kind == "proxy" else frozenset())
    )
    return source


def helper(account: UUID = ACCOUNT, resident: UUID = RESIDENT) -> Actor:
    return replace(resident_of(account, resident), behalf=resident)


ACTORS = {
    "a doctor of the team": (staff("doctor", teams=frozenset({TEAM})), {"team"}),
    "its leader": (staff("leader", teams=frozenset({TEAM})), {"team"}),
    "a doctor of another team": (staff("doctor", teams=frozenset({uuid4()})), set()),
    "a doctor of no team": (staff("doctor"), set()),
    "somebody on shift": (staff("duty"), {"duty_desk"}),
    "somebody on another institution's shift": (staff("duty", institution=uuid4()), set()),
    "a supervisor": (staff("supervisor"), {"team", "duty_desk"}),
    "another institution's supervisor": (staff("supervisor", institution=uuid4()), set()),
    "the resident": (resident(), {"self"}),
    "another resident": (resident(account=uuid4(), resident=uuid4()), set()),
    "an account that says it is this resident": (resident(account=uuid4()), set()),
    "the account turned to another resident": (resident(resident=uuid4()), set()),
    "a helper": (helper(), {"proxy"}),
    "a helper of another resident": (helper(resident=uuid4()), set()),
    "an account that says it helps this resident": (helper(account=uuid4()), set()),
    "an administrator": (staff("administrator"), set()),
    "a security officer": (staff("security"), set()),
    "an auditor": (staff("auditor"), set()),
    "a regulator": (staff("regulator"), set()),
    "staff without any role": (staff(), set()),
}


@pytest.mark.parametrize("kind", GRANTEES)
def test_a_grant_gives_sight_to_its_grantee_and_to_nobody_else(db: Session, kind: str) -> None:
    give(db, GRANTEES[kind])
    seen = {who for who, (each, _) in ACTORS.items() if service.may_see(db, each, RESIDENT, now=NOW)}
    assert seen == {who for who, (_, kinds) in ACTORS.items() if kind in kinds}


def test_before_since_and_from_until_on_nothing_is_seen(db: Session) -> None:
    doctor, until = staff("doctor", teams=frozenset({TEAM})), NOW + timedelta(days=1)
    give(db, GRANTEES["team"], NOW, until)
    moments = [NOW - SECOND / 1_000_000, NOW, until - SECOND / 1_000_000, until]
    seen = [list(db.scalars(service.visible(db, doctor, moment))) for moment in moments]
    assert seen == [[], [RESIDENT], [RESIDENT], []]


seconds = st.integers(-3, 3).map(lambda n: NOW + n * SECOND)
spans = st.tuples(seconds, st.none() | st.integers(0, 4).map(lambda n: n * SECOND))
grants = st.lists(st.tuples(st.sampled_from(sorted(GRANTEES)), spans, st.integers(0, 1)), max_size=6)


# Each example rolls back what the one before wrote.
@settings(max_examples=150, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(given_grants=grants, now=seconds, who=st.sampled_from(sorted(ACTORS)))
def test_sight_is_exactly_the_grants_in_force(
    db: Session,
    given_grants: list[tuple[str, tuple[datetime, timedelta | None], int]],
    now: datetime,
    who: str,
) -> None:
    db.rollback()
    somebody, kinds = ACTORS[who]
    people = [RESIDENT, somebody.resident or uuid4()]
    expected = set()
    for kind, (since, lasts), index in given_grants:
        until = None if lasts is None else since + lasts
        give(db, GRANTEES[kind], since, until, of=people[index])
        is_about = somebody.account == ACCOUNT and somebody.resident == people[index]
        is_held = kind in kinds and (is_about or kind not in {"self", "proxy"})
        if is_held and since <= now and (until is None or now < until):
            expected.add(people[index])
    assert set(db.scalars(service.visible(db, somebody, now))) == expected


def test_a_grant_that_was_ended_is_over_at_once(db: Session) -> None:
    doctor = staff("doctor", teams=frozenset({TEAM}))
    source = give(db, GRANTEES["team"])
    service.end(db, source, now=NOW + SECOND)
    assert service.may_see(db, doctor, RESIDENT, now=NOW)
    assert not service.may_see(db, doctor, RESIDENT, now=NOW + SECOND)


def test_ending_what_has_not_begun_leaves_nothing(db: Session) -> None:
    source = give(db, GRANTEES["team"], NOW + SECOND, NOW + 5 * SECOND)
    service.end(db, source, now=NOW)
    assert service.grants_of(db, RESIDENT) == []


def test_ending_one_source_leaves_what_follows_from_another(db: Session) -> None:
    first, _second = give(db, GRANTEES["team"]), give(db, GRANTEES["team"])
    service.end(db, first, now=NOW)
    assert service.may_see(db, staff("doctor", teams=frozenset({TEAM})), RESIDENT, now=NOW)


def test_ending_twice_does_not_move_the_end(db: Session) -> None:
    source = give(db, GRANTEES["team"])
    service.end(db, source, now=NOW + SECOND)
    service.end(db, source, now=NOW + 9 * SECOND)
    assert [grant.until for grant in service.grants_of(db, RESIDENT)] == [NOW + SECOND]


def test_who_is_off_shift_has_no_duty_and_sees_nothing_of_the_desk(db: Session) -> None:
    there = clinic(db)
    give(db, rules.duty_desk(there.institution), NOW, of=there.resident)
    end_of_shift = NOW + timedelta(hours=12)
    assert service.may_see(db, actor(db, there.duty), there.resident, now=NOW)
    off = actor(db, there.duty, end_of_shift)
    assert off.roles == frozenset()
    assert not service.may_see(db, off, there.resident, now=end_of_shift)


def test_who_is_out_of_sight_is_not_found(db: Session) -> None:
    with pytest.raises(NotFoundError, match=r"resident\.unknown") as refused:
        service.require(db, staff("doctor"), RESIDENT, purpose="card", now=NOW)
    assert refused.value.about == ("resident", RESIDENT)


@pytest.mark.parametrize("scope", [{"measure"}, {"consult", "sign"}])
def test_a_helper_who_may_not_read_sees_nothing(scope: set[Scope], db: Session) -> None:
    give(db, rules.helper(ACCOUNT), scope=frozenset(scope))
    assert not service.may_see(db, helper(), RESIDENT, now=NOW)
    assert service.scopes(db, ACCOUNT, RESIDENT, now=NOW) == scope


def test_an_authorisation_that_is_over_allows_nothing(db: Session) -> None:
    give(db, rules.helper(ACCOUNT), NOW - SECOND, NOW)
    assert service.scopes(db, ACCOUNT, RESIDENT, now=NOW - SECOND) == {"read"}
    assert service.scopes(db, ACCOUNT, RESIDENT, now=NOW) == frozenset()


def test_what_a_helper_does_says_by_whom_and_for_whom() -> None:
    by = service.by(helper())
    assert (by.account, by.on_behalf_of) == (ACCOUNT, RESIDENT)
    assert service.by(resident()).on_behalf_of is None


def test_one_may_do_everything_for_oneself_and_a_helper_what_was_allowed() -> None:
    allowed = replace(helper(), scopes=frozenset({"measure"}))
    scopes: tuple[Scope, ...] = ("read", "measure", "consult", "sign")
    assert [resident().may(each) for each in scopes] == [True] * 4
    assert [allowed.may(each) for each in scopes] == [False, True, False, False]
    assert not staff("doctor").may("read")
