"""From the wish to the end with a real session: what people do in order, and what is refused."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, datetime, timedelta
from decimal import Decimal

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from clinician_api.access import service as access
from clinician_api.audit.rules import By
from clinician_api.consents import service as consents
from clinician_api.contracts import ending, looking, service, turning
from clinician_api.contracts.acts import Form, Reading
from clinician_api.contracts.ending import Ending
from clinician_api.contracts.models import Contract, ContractReminder, ContractStep
from clinician_api.contracts.service import Wish
from clinician_api.contracts.signing import Signer
from clinician_api.errors import CareError, ConflictError, InvalidError, NotAllowedError, NotFoundError
from clinician_api.identity import service as identity
from clinician_api.identity.models import Institution
from clinician_api.notices.models import Notice
from clinician_api.packages import service as packages
from tests.clinician_api.contracts.signing_up import Town, accepted, applied, both_sign, form, signed, town
from tests.clinician_api.making import NOW, actor, make_team
from tests.clinician_api.packages.offers import published

TOMORROW = datetime.fromisoformat("2026-03-03T00:00:00+08:00")
DAY = timedelta(days=1)


def test_both_sign_and_from_the_first_midnight_on_the_team_sees_the_resident(db: Session) -> None:
    here = town(db)
    row = signed(db, here)
    assert (row.state, row.begins, row.ends) == ("signed", date(2026, 3, 3), date(2027, 3, 2))
    doctor = here.doctor(db)
    assert not access.may_see(db, doctor, here.newcomer, now=TOMORROW - timedelta(seconds=1))
    assert access.may_see(db, doctor, here.newcomer, now=TOMORROW)
    turning.turn(db, here.newcomer, now=TOMORROW)
    assert row.state == "active"


def test_every_step_has_who_when_and_from_which_state(db: Session) -> None:
    here = town(db)
    row = signed(db, here)
    steps = db.scalars(select(ContractStep).where(ContractStep.contract == row.id).order_by(ContractStep.n))
    assert [(step.step, step.from_state, step.account, step.at) for step in steps] == [
        ("draft", None, here.account, NOW),
        ("apply", "draft", here.account, NOW),
        ("accept", "applied", here.there.doctor, NOW),
        ("sign", "accepted", here.there.doctor, NOW),
    ]


def test_nobody_applies_who_has_not_consented(db: Session) -> None:
    here = town(db)
    consents.withdraw(db, By(account=here.account), here.newcomer, "care", now=NOW)
    with pytest.raises(NotAllowedError, match=r"consent\.missing"):
        applied(db, here)


def test_one_signature_makes_no_contract(db: Session) -> None:
    here = town(db)
    row = accepted(db, here)
    digest = row.terms_sha256 or ""
    service.sign_as_resident(db, here.resident(db), Reading(form(row), digest), now=NOW)
    turning.turn(db, here.newcomer, now=TOMORROW)
    assert row.state == "accepted"
    assert not access.may_see(db, here.doctor(db), here.newcomer, now=TOMORROW)


def test_who_read_another_text_does_not_sign_this_one(db: Session) -> None:
    here = town(db)
    row = accepted(db, here)
    with pytest.raises(ConflictError, match=r"contract\.text_changed"):
        service.sign_as_resident(db, here.resident(db), Reading(form(row), "0" * 64), now=NOW)


def test_a_stale_form_changes_nothing(db: Session) -> None:
    here = town(db)
    row = applied(db, here)
    with pytest.raises(ConflictError, match=r"contract\.stale"):
        service.withdraw(db, here.resident(db), Form(row.id, row.version - 1), now=NOW)
    assert row.state == "applied"


def test_a_second_application_and_a_second_contract_are_refused(db: Session) -> None:
    here = town(db)
    applied(db, here)
    with pytest.raises(ConflictError, match=r"contract\.another_pending"):
        applied(db, here, team=here.there.other_team)


def test_somebody_elses_contract_is_none_whoever_asks(db: Session) -> None:
    here = town(db)
    row = applied(db, here)
    stranger = actor(db, here.there.own_account)
    with pytest.raises(NotFoundError, match=r"contract\.unknown"):
        service.withdraw(db, stranger, form(row), now=NOW)
    with pytest.raises(NotFoundError, match=r"contract\.unknown"):
        looking.one(db, stranger, row.id, now=NOW)
    with pytest.raises(NotFoundError, match=r"contract\.unknown"):
        service.draft(db, stranger, Wish(here.newcomer, here.there.team), now=NOW)


def test_another_team_neither_accepts_nor_signs(db: Session) -> None:
    here = town(db)
    row = applied(db, here)
    with pytest.raises(NotFoundError):
        service.refuse(
            db, actor(db, here.there.other_doctor), form(row), reason="other", words="不在本区服务", now=NOW
        )


def test_what_waits_is_seen_by_the_team_it_asks_and_a_supervisor_and_by_no_other_clinician(
    db: Session,
) -> None:
    here = town(db)
    row = applied(db, here)
    there = here.there
    seen = {}
    for who in ("doctor", "nurse", "leader", "supervisor", "other_doctor", "duty", "own_account"):
        asker = actor(db, getattr(there, who))
        found = [each.id for each in looking.queue(db, asker, ["applied"], now=NOW)] if asker.roles else []
        try:
            looking.one(db, asker, row.id, now=NOW)
            seen[who] = True
        except NotFoundError:
            seen[who] = False
        assert seen[who] == (row.id in found)
    assert [who for who, sees in seen.items() if sees] == ["doctor", "nurse", "leader", "supervisor"]
    with pytest.raises(NotFoundError):
        service.withdraw(db, actor(db, there.other_doctor), form(row), now=NOW)


def test_who_lives_elsewhere_is_taken_with_a_reason_that_stands_in_the_history(db: Session) -> None:
    here = town(db)
    row = applied(db, here)
    with pytest.raises(InvalidError, match=r"contract\.unexplained"):
        service.accept(db, here.doctor(db), form(row), out_of_area="近", now=NOW)
    row = service.accept(db, here.doctor(db), form(row), out_of_area="与女儿同住本区", now=NOW)
    steps = select(ContractStep.reason).where(ContractStep.contract == row.id, ContractStep.step == "accept")
    assert db.scalars(steps).one() == "与女儿同住本区"


def test_a_refusal_names_teams_of_the_district_after_those_of_the_house(db: Session) -> None:
    here = town(db)
    district = identity.create_region(db, "310107", "普陀区", parent=None)
    quarter = identity.create_region(db, "310107001", "曹杨新村街道", parent=district)
    other = identity.create_region(db, "310108", "静安区", parent=None)
    db.get_one(Institution, here.there.institution).region = district
    near, far = (identity.create_institution(db, "另一中心", phone="1", region=at) for at in (quarter, other))
    close, _ = make_team(db, near, "三队"), make_team(db, far, "四队")
    looking.set_places(
        db, actor(db, here.there.supervisor), here.there.other_team, most=5, is_open=True, now=NOW
    )
    row = applied(db, here)
    service.refuse(db, here.doctor(db), form(row), reason="out_of_area", words="居住地址不在服务区", now=NOW)
    assert looking.alternatives(db, row, now=NOW) == [here.there.other_team, close]


def test_a_refusal_says_why_and_who_has_room(db: Session) -> None:
    here = town(db)
    row = applied(db, here)
    with pytest.raises(InvalidError, match=r"contract\.unexplained"):
        service.refuse(db, here.doctor(db), form(row), reason="other", words=" 满了 ", now=NOW)
    service.refuse(db, here.doctor(db), form(row), reason="out_of_area", words="居住地址不在服务区", now=NOW)
    assert row.state == "refused"
    assert looking.alternatives(db, row, now=NOW) == [here.there.other_team]
    told = db.scalars(select(Notice.code).where(Notice.recipient == here.newcomer))
    assert list(told) == ["contract.refused"]


def test_a_full_team_is_refused_and_one_that_left_makes_room(db: Session) -> None:
    here = town(db)
    looking.set_places(db, actor(db, here.there.leader), here.there.team, most=1, is_open=True, now=NOW)
    with pytest.raises(ConflictError, match=r"team\.full"):
        applied(db, here)
    service.end(db, By(), here.there.contract, why="moved", now=NOW)
    assert applied(db, here).state == "applied"


def test_only_whoever_leads_sets_the_places_of_a_team(db: Session) -> None:
    here = town(db)
    for account in (here.there.nurse, here.there.other_doctor, here.account):
        with pytest.raises(NotAllowedError):
            looking.set_places(db, actor(db, account), here.there.team, most=0, is_open=True, now=NOW)


def test_nobody_who_may_not_sign_signs(db: Session) -> None:
    here = town(db)
    row = accepted(db, here)
    nurse, reading = actor(db, here.there.nurse), Reading(form(row), row.terms_sha256 or "")
    with pytest.raises(NotAllowedError, match=r"contract\.needs_a_doctor"):
        service.sign_as_doctor(db, nurse, reading, now=NOW)
    with pytest.raises(InvalidError, match=r"signer\.proof_unfit"):
        service.sign_as_resident(db, nurse, reading, now=NOW)  # at the counter, with no paper to show
    no_guardian = Signer("guardian", relation="邻居", evidence="无", proof="guardianship", name="周某")
    with pytest.raises(NotAllowedError, match=r"signer\.no_guardian"):
        service.sign_as_resident(db, nurse, reading, signer=no_guardian, now=NOW)
    over = Signer(
        "authorised",
        relation="社工",
        evidence="委托书",
        valid_until=date(2026, 3, 1),
        proof="authorisation",
        name="周某",
    )
    with pytest.raises(NotAllowedError, match=r"signer\.expired"):
        service.sign_as_resident(db, nurse, reading, signer=over, now=NOW)


def test_what_nobody_answers_lapses_and_says_so(db: Session) -> None:
    here = town(db)
    row = applied(db, here)
    for hours in (24, 80, 7 * 24):
        turning.turn(db, here.newcomer, now=NOW + timedelta(hours=hours))
    assert row.state == "lapsed"
    kinds = db.scalars(select(ContractReminder.kind).where(ContractReminder.contract == row.id))
    assert set(kinds) == {"answer", "answer_overdue"}


def test_what_is_unpaid_gives_no_sight_and_what_was_paid_is_given_back_after_an_early_end(
    db: Session,
) -> None:
    here = town(db)
    version = published(db, effective_from=NOW.date())
    resident, nurse = here.resident(db), actor(db, here.there.nurse)
    wish = Wish(here.newcomer, here.there.team, packages=(version,))
    row = service.draft(db, resident, wish, now=NOW)
    row = service.apply(db, resident, form(row), now=NOW)
    row = both_sign(db, here, service.accept(db, here.doctor(db), form(row), now=NOW))
    turning.turn(db, here.newcomer, now=TOMORROW + DAY)
    assert (row.state, row.fee, row.fee_state) == ("signed", Decimal("120.00"), "pending")
    assert service.responsible(db, here.newcomer, TOMORROW + DAY).kind == "nobody"
    paid_at = TOMORROW + DAY
    service.settle_fee(db, nurse, form(row), is_waived=False, now=paid_at)
    assert (row.state, row.opens_at) == ("active", paid_at)
    assert sum(line.promised for line in packages.whole_ledger(db, row.id)) == 4
    service.terminate(db, resident, form(row), Ending("moved"), now=paid_at + DAY)
    given_back = service.refund(db, nurse, form(row), now=paid_at + 2 * DAY)
    assert (given_back.state, given_back.fee_state) == ("terminated", "refunded")
    with pytest.raises(ConflictError, match=r"contract\.nothing_to_refund"):
        service.refund(db, nurse, form(row), now=paid_at + 2 * DAY)


def running(db: Session) -> tuple[Town, Contract]:
    """A town whose newcomer has an active contract, and that contract."""
    here = town(db)
    row = signed(db, here)
    turning.turn(db, here.newcomer, now=TOMORROW)
    return here, row


def test_nothing_renews_itself(db: Session) -> None:
    here, row = running(db)
    for days in range(330, 400):
        turning.turn(db, here.newcomer, now=NOW + days * DAY)
    assert row.state == "expired"
    contracts = looking.of_resident(db, here.resident(db), here.newcomer, now=NOW)
    assert [each.id for each in contracts] == [row.id]
    kinds = db.scalars(
        select(ContractReminder.kind)
        .where(ContractReminder.contract == row.id)
        .order_by(ContractReminder.due_at)
    )
    assert list(kinds) == ["ends_30", "ends_15", "ends_7", "ends_1", "ended"]
    codes = list(db.scalars(select(Notice.code).where(Notice.recipient == here.newcomer)))
    assert len(codes) == len(set(codes))


def test_a_renewal_follows_the_day_after_and_the_old_one_is_served_to_its_last(db: Session) -> None:
    here, row = running(db)
    now = datetime.fromisoformat("2027-02-10T10:00:00+08:00")
    turning.turn(db, here.newcomer, now=now)
    following = service.renew(db, here.resident(db, now), form(row), years=1, now=now)
    assert (following.state, row.state, following.begins) == ("applied", "renewal_due", date(2027, 3, 3))
    following = service.accept(db, here.doctor(db, now), form(following), now=now)
    both_sign(db, here, following, now)
    assert (following.state, row.state, row.successor) == ("signed", "renewed", following.id)
    for moment in (
        datetime.fromisoformat("2027-03-02T23:59:59+08:00"),
        datetime.fromisoformat("2027-03-03T00:00:00+08:00"),
    ):
        assert service.responsible(db, here.newcomer, moment).kind == "team"


def test_the_team_does_not_renew_for_the_resident(db: Session) -> None:
    here, row = running(db)
    now = datetime.fromisoformat("2027-02-10T10:00:00+08:00")
    stranger = actor(db, here.there.own_account, now)
    with pytest.raises(NotFoundError):
        service.renew(db, stranger, form(row), years=1, now=now)


def test_a_renewal_that_is_withdrawn_lets_the_old_one_run_out_with_its_reminders(db: Session) -> None:
    here, row = running(db)
    now = datetime.fromisoformat("2027-02-10T10:00:00+08:00")
    turning.turn(db, here.newcomer, now=now)
    following = service.renew(db, here.resident(db, now), form(row), years=1, now=now)
    following = service.accept(db, here.doctor(db, now), form(following), now=now)
    both_sign(db, here, following, now)
    service.withdraw(db, here.resident(db, now), form(following), now=now)
    assert (following.state, row.state) == ("cancelled", "renewal_due")
    turning.turn(db, here.newcomer, now=datetime.fromisoformat("2027-03-04T10:00:00+08:00"))
    assert row.state == "expired"


def change(db: Session, here: Town, row: Contract, now: datetime) -> Contract:
    other = actor(db, here.there.other_doctor, now)
    wish = Wish(here.newcomer, here.there.other_team)
    following = service.transfer(db, here.resident(db, now), form(row), wish, because="moved", now=now)
    following = service.accept(db, other, form(following), now=now)
    return both_sign(db, here, following, now, doctor=other)


def test_a_change_of_team_leaves_no_second_without_one(db: Session) -> None:
    here, row = running(db)
    now = datetime.fromisoformat("2026-06-01T10:00:00+08:00")
    following = change(db, here, row, now)
    midnight = datetime.fromisoformat("2026-06-02T00:00:00+08:00")
    assert (row.state, row.ended_at, following.begins) == ("transferred", midnight, date(2026, 6, 2))
    old, new = here.doctor(db, now), actor(db, here.there.other_doctor, now)
    before = midnight - timedelta(seconds=1)
    seen = [access.may_see(db, who, here.newcomer, now=at) for at in (before, midnight) for who in (old, new)]
    assert seen == [True, False, False, True]
    kinds = {
        service.responsible(db, here.newcomer, midnight + n * timedelta(hours=1)).kind for n in range(-3, 4)
    }
    assert kinds == {"team"}


def test_a_change_that_is_withdrawn_before_its_day_leaves_everything_as_it_was(db: Session) -> None:
    here, row = running(db)
    now = datetime.fromisoformat("2026-06-01T10:00:00+08:00")
    following = change(db, here, row, now)
    service.withdraw(db, here.resident(db, now), form(following), now=now)
    assert (row.state, row.ended_at, row.why, row.successor) == ("active", None, None, None)
    later = service.responsible(db, here.newcomer, now + 5 * DAY)
    assert later.team == here.there.team


def test_a_wish_alone_does_not_change_the_team_in_the_first_half_year(db: Session) -> None:
    here, row = running(db)
    wish = Wish(here.newcomer, here.there.other_team)
    with pytest.raises(NotAllowedError, match=r"change\.too_soon"):
        service.transfer(db, here.resident(db), form(row), wish, because="own_wish", now=TOMORROW)


def test_a_contract_may_end_after_a_day_that_is_named(db: Session) -> None:
    here, row = running(db)
    ending = Ending("moved", stops=date(2026, 3, 31))
    service.terminate(db, here.resident(db), form(row), ending, now=TOMORROW)
    last = datetime.fromisoformat("2026-03-31T23:59:59+08:00")
    kinds = [service.responsible(db, here.newcomer, at).kind for at in (last, last + timedelta(seconds=1))]
    assert (row.state, kinds) == ("terminated", ["team", "duty_desk"])


@pytest.mark.parametrize(
    ("ending", "code"),
    [
        (Ending("expired"), "contract.why_not_given"),
        (Ending("changed_team"), "contract.why_not_given"),
        (Ending("other", words="不"), "contract.unexplained"),
        (Ending("moved", stops=date(2026, 3, 1)), "contract.stop_day"),
        (Ending("moved", stops=date(2027, 3, 3)), "contract.stop_day"),
        (Ending("died"), "contract.not_yours"),
    ],
)
def test_an_ending_without_a_reason_or_on_another_day_is_refused(
    db: Session, ending: Ending, code: str
) -> None:
    here, row = running(db)
    said = None
    try:
        service.terminate(db, here.resident(db), form(row), ending, now=TOMORROW)
    except CareError as error:
        said = error.code
    assert said == code


def test_a_death_ends_the_contract_and_what_was_to_follow(db: Session) -> None:
    here, row = running(db)
    now = datetime.fromisoformat("2027-02-10T10:00:00+08:00")
    turning.turn(db, here.newcomer, now=now)
    following = service.renew(db, here.resident(db, now), form(row), years=1, now=now)
    service.terminate(db, here.doctor(db, now), form(row), Ending("died"), now=now)
    assert (row.state, following.state) == ("terminated", "cancelled")
    found = ending.death_of(db, here.newcomer, now)
    assert found is not None
    assert found.account == here.there.doctor


def test_grants_computed_anew_are_the_grants_stored_after_all_of_it(db: Session) -> None:
    here, row = running(db)
    now = datetime.fromisoformat("2026-06-01T10:00:00+08:00")
    following = change(db, here, row, now)
    service.withdraw(db, here.resident(db, now), form(following), now=now)
    change(db, here, row, now + DAY)
    stored = {each for each in access.grants_of(db, here.newcomer) if each.source.kind == "contract"}
    assert stored == set(service.sight(db, here.newcomer))
    assert {replace(each, until=None).grantee.id for each in stored} >= {
        here.there.team,
        here.there.other_team,
    }


def test_a_queue_that_is_cut_off_shows_whose_contract_ends_soonest(db: Session) -> None:
    here, row = running(db)
    held = looking.queue(db, here.doctor(db, TOMORROW), ["active"], now=TOMORROW, most=1)
    assert [each.id for each in held] == [here.there.contract]  # ends half a year before the other one
    assert row.ends > held[0].ends
