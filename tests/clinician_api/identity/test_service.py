"""Who works where and when, and who has the duty."""

from __future__ import annotations

from datetime import timedelta
from uuid import uuid4

import pytest
from pydantic import SecretStr, ValidationError
from sqlalchemy.orm import Session

from clinician_api.access import service as access
from clinician_api.access.rules import Grant, Source, helper
from clinician_api.errors import ConflictError, InvalidError, NotFoundError
from clinician_api.identity import service
from clinician_api.identity.rules import TeamRole
from clinician_api.identity.schemas import NewAccount, NewResident, Preferences
from tests.clinician_api.making import (
    NOW,
    PASSWORD,
    WEAK,
    actor,
    clinic,
    login_name,
    make_account,
    make_staff,
    put_on_duty,
)

SECOND = timedelta(seconds=1)


def test_each_team_has_its_leader_and_the_institution_its_supervisor(db: Session) -> None:
    there = clinic(db)
    assert service.leaders(db, there.team, NOW) == [there.leader]
    assert service.leaders(db, there.other_team, NOW) == []
    assert service.supervisors(db, there.institution, NOW) == [there.supervisor]
    assert service.supervisors(db, uuid4(), NOW) == []


def test_a_team_is_all_who_work_in_it(db: Session) -> None:
    there = clinic(db)
    assert set(service.members(db, there.team, NOW)) == {there.doctor, there.nurse, there.leader}


def test_who_left_leads_nobody(db: Session) -> None:
    there = clinic(db)
    gone = make_account(db, "旧队长", institution=there.institution, now=NOW)
    since = NOW - timedelta(days=9)
    service.join(db, gone, "leader", team=there.other_team, since=since, until=NOW)
    assert service.leaders(db, there.other_team, NOW - SECOND) == [gone]
    assert service.leaders(db, there.other_team, NOW) == []


def test_a_shift_ends_on_the_second_and_then_nobody_is_on_call(db: Session) -> None:
    there = clinic(db)
    end = NOW + timedelta(hours=12)
    assert service.on_duty(db, there.institution, end - SECOND) == [there.duty]
    assert service.on_duty(db, there.institution, end) == []


def test_a_doctor_on_shift_has_the_duty_as_well(db: Session) -> None:
    there = clinic(db)
    put_on_duty(db, there.institution, there.doctor)
    assert actor(db, there.doctor).roles == {"doctor", "duty"}


def test_an_actor_has_the_teams_of_today(db: Session) -> None:
    there = clinic(db)
    both = make_staff(db, "吴医生", "doctor", there.team)
    service.join(db, both, "leader", team=there.other_team, since=NOW)
    assert actor(db, both, NOW - SECOND).teams == {there.team}
    assert actor(db, both).teams == {there.team, there.other_team}


def test_a_residents_account_is_a_resident_and_nothing_else(db: Session) -> None:
    there = clinic(db)
    own = actor(db, there.own_account)
    assert own.roles == {"resident"}
    assert own.resident == there.resident
    assert not own.teams
    assert own.institution is None
    assert service.account_of(db, there.resident) == there.own_account
    assert service.account_of(db, there.stranger) is None


def test_two_accounts_never_share_a_name(db: Session) -> None:
    there = clinic(db)
    new = NewAccount(
        name=login_name(db, there.doctor),
        password=SecretStr(PASSWORD),
        display_name="假医生",
        institution=there.institution,
    )
    with pytest.raises(ConflictError, match=r"account\.name_taken"):
        service.create_account(db, new, passwords=WEAK, now=NOW)


@pytest.mark.parametrize("whose", [{"institution": uuid4(), "resident": uuid4()}])
def test_an_account_is_of_staff_or_of_a_resident_and_never_of_both(whose: dict[str, object]) -> None:
    with pytest.raises(ValidationError, match="an institution or a resident"):
        NewAccount.model_validate({"name": "n", "password": PASSWORD, "display_name": "n", **whose})


@pytest.mark.parametrize(
    "number", ["310107-08-2143", "310107/08/21436", "310107-08-21436\n", "３１０１０７-08-21436"]
)
def test_a_file_number_has_one_form(number: str) -> None:
    with pytest.raises(ValidationError):
        NewResident.model_validate(
            {"name": "n", "sex": "female", "born": "1954-05-06", "file_number": number}
        )


def test_a_team_is_known_by_how_it_is_called(db: Session) -> None:
    there = clinic(db)
    card = service.team_cards(db, [there.team])[there.team]
    assert (card.name, card.phone, card.institution) == ("一队", "051257600001", there.institution)


def test_a_team_nobody_knows_has_no_institution(db: Session) -> None:
    with pytest.raises(NotFoundError, match=r"team\.unknown"):
        service.institution_of(db, uuid4())


def test_a_resident_chooses_letters_and_language(db: Session) -> None:
    there = clinic(db)
    service.prefer(db, actor(db, there.own_account), Preferences(language="en", font_step=3))
    after = service.residents(db, [there.resident])[there.resident]
    assert (after.language, after.font_step) == ("en", 3)
    assert actor(db, there.own_account).language == "en"


APART: tuple[TeamRole, ...] = ("administrator", "security", "auditor")


@pytest.mark.parametrize("held", APART)
def test_nobody_holds_two_of_administrator_security_and_auditor(held: TeamRole, db: Session) -> None:
    there = clinic(db)
    account = make_account(db, "管理员", institution=there.institution, now=NOW)
    service.join(db, account, held, team=None, since=NOW, until=NOW + timedelta(days=9))
    for other in set(APART) - {held}:
        with pytest.raises(ConflictError, match=r"role\.must_stay_apart"):
            service.join(db, account, other, team=None, since=NOW + timedelta(days=8))
    service.join(db, account, APART[APART.index(held) - 1], team=None, since=NOW + timedelta(days=9))


@pytest.mark.parametrize(("role", "has_team"), [("pharmacist", False), ("auditor", True), ("doctor", False)])
def test_a_role_stands_where_it_belongs(role: TeamRole, has_team: bool, db: Session) -> None:  # noqa: FBT001
    there = clinic(db)
    team = there.team if has_team else None
    with pytest.raises(InvalidError, match=r"role\.wrong_place"):
        service.join(db, there.doctor, role, team=team, since=NOW)


def test_who_helps_is_a_helper_and_no_longer_what_they_are_at_work(db: Session) -> None:
    there = clinic(db)
    source = Source("proxy", uuid4())
    until = NOW + timedelta(days=1)
    given = Grant(helper(there.doctor), there.stranger, NOW, until, source, frozenset({"read", "measure"}))
    access.grant(db, given)
    acting = service.actor_of(db, there.doctor, login=uuid4(), behalf=there.stranger, now=NOW)
    assert acting is not None
    assert (acting.resident, acting.behalf) == (there.stranger, there.stranger)
    assert acting.roles == {"resident"}
    assert not acting.teams
    assert acting.institution is None
    assert acting.scopes == {"read", "measure"}
    afterwards = service.actor_of(db, there.doctor, login=uuid4(), behalf=there.stranger, now=until)
    assert afterwards is not None
    assert afterwards.behalf is None
    assert afterwards.roles == {"doctor"}
