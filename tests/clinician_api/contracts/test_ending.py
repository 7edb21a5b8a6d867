"""Ends that meet other ends: a second reason, a death, a follower, and what is owed and given back then."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from decimal import Decimal
from itertools import combinations

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from clinician_api.audit.rules import By
from clinician_api.contracts import book, consenting, ending, rules, service, turning
from clinician_api.contracts.ending import Death, Ending
from clinician_api.contracts.models import Contract
from clinician_api.contracts.service import Wish
from clinician_api.errors import ConflictError, InvalidError, NotAllowedError
from clinician_api.notices.models import Notice
from clinician_api.packages import service as packages
from tests.clinician_api.contracts.signing_up import Town, both_sign, form, signed, town
from tests.clinician_api.making import NOW, actor
from tests.clinician_api.packages.offers import published

TOMORROW = datetime.fromisoformat("2026-03-03T00:00:00+08:00")
JUNE = datetime.fromisoformat("2026-06-01T10:00:00+08:00")
DAY = timedelta(days=1)
LATER = Ending("moved", stops=date(2026, 9, 1))


def running(db: Session, *, paid: bool = False) -> tuple[Town, Contract]:
    """A town whose newcomer has an active contract from 3 March on, and that contract."""
    here = town(db)
    if not paid:
        row = signed(db, here)
    else:
        wish = Wish(here.newcomer, here.there.team, packages=(published(db, effective_from=NOW.date()),))
        row = service.draft(db, here.resident(db), wish, now=NOW)
        row = service.apply(db, here.resident(db), form(row), now=NOW)
        row = service.accept(db, here.doctor(db), form(row), now=NOW)
        service.settle_fee(db, actor(db, here.there.nurse), form(row), is_waived=False, now=NOW)
        row = both_sign(db, here, row)
    turning.turn(db, here.newcomer, now=TOMORROW)
    return here, row


def asked_elsewhere(db: Session, here: Town, row: Contract, now: datetime = JUNE) -> Contract:
    """A change of team that the other team has accepted and nobody has signed."""
    wish = Wish(here.newcomer, here.there.other_team)
    following = service.transfer(db, here.resident(db, now), form(row), wish, because="moved", now=now)
    return service.accept(db, actor(db, here.there.other_doctor, now), form(following), now=now)


def changed(db: Session, here: Town, row: Contract, now: datetime = JUNE) -> Contract:
    following = asked_elsewhere(db, here, row, now)
    return both_sign(db, here, following, now, doctor=actor(db, here.there.other_doctor, now))


def renewed(db: Session, here: Town, row: Contract, now: datetime) -> Contract:
    turning.turn(db, here.newcomer, now=now)
    following = service.renew(db, here.resident(db, now), form(row), years=1, now=now)
    following = service.accept(db, here.doctor(db, now), form(following), now=now)
    return both_sign(db, here, following, now)


def overlaps(db: Session, here: Town) -> list[tuple[rules.Term, rules.Term]]:
    held = [term for term in book.terms(db, here.newcomer) if term.ever_held]
    return [pair for pair in combinations(held, 2) if rules.overlaps(*pair)]


def test_a_new_team_that_begins_before_the_named_end_of_the_old_one_relieves_it(db: Session) -> None:
    here, row = running(db)
    following = asked_elsewhere(db, here, row)
    service.terminate(db, here.resident(db, JUNE), form(row), LATER, now=JUNE)
    both_sign(db, here, following, JUNE, doctor=actor(db, here.there.other_doctor, JUNE))
    assert overlaps(db, here) == []
    answers = service.responsible(db, here.newcomer, JUNE + 2 * DAY)
    assert answers.team == here.there.other_team


def test_who_named_an_end_and_renewed_before_can_still_withdraw_the_renewal(db: Session) -> None:
    here, row = running(db)
    now = datetime.fromisoformat("2027-02-10T10:00:00+08:00")
    following = renewed(db, here, row, now)
    ends = Ending("moved", stops=date(2027, 2, 20))
    service.terminate(db, here.resident(db, now), form(row), ends, now=now)
    service.withdraw(db, here.resident(db, now), form(following), now=now)
    assert (row.state, row.why, following.state) == ("terminated", "moved", "cancelled")
    assert book.term(row).until == datetime.fromisoformat("2027-02-21T00:00:00+08:00")


def test_a_death_is_put_down_of_whoever_had_named_an_end_and_everything_ends_at_once(db: Session) -> None:
    here, row = running(db)
    service.terminate(db, here.resident(db, JUNE), form(row), LATER, now=JUNE)
    service.terminate(db, here.doctor(db, JUNE), form(row), Ending("died"), now=JUNE + DAY)
    assert (row.state, row.why, row.ended_at) == ("terminated", "died", JUNE + DAY)
    assert ending.death_of(db, here.newcomer, JUNE + DAY) == Death(JUNE + DAY, here.there.doctor)


def test_a_death_between_two_teams_ends_both(db: Session) -> None:
    here, row = running(db)
    following = changed(db, here, row)
    died_at = JUNE + timedelta(hours=2)
    service.terminate(db, here.doctor(db, JUNE), form(row), Ending("died"), now=died_at)
    assert (row.state, row.ended_at, following.state) == ("terminated", died_at, "cancelled")
    assert service.responsible(db, here.newcomer, died_at + 2 * DAY).kind == "duty_desk"


def test_what_is_over_is_not_ended_again_except_by_nobody(db: Session) -> None:
    here, row = running(db)
    service.terminate(db, here.resident(db, JUNE), form(row), Ending("moved"), now=JUNE)
    with pytest.raises(ConflictError, match=r"contract\.ended"):
        service.terminate(db, here.doctor(db, JUNE), form(row), Ending("died"), now=JUNE + DAY)


def test_a_later_day_does_not_take_the_place_of_a_nearer_one(db: Session) -> None:
    here, row = running(db)
    service.terminate(db, here.resident(db, JUNE), form(row), LATER, now=JUNE)
    later_still = Ending("moved", stops=date(2026, 10, 1))
    with pytest.raises(InvalidError, match=r"contract\.stop_day"):
        service.terminate(db, here.resident(db, JUNE), form(row), later_still, now=JUNE)


def test_whoever_takes_consent_back_has_no_team_left_though_an_end_was_named(db: Session) -> None:
    here, row = running(db)
    service.terminate(db, here.resident(db, JUNE), form(row), LATER, now=JUNE)
    consenting.withdraw(db, By(account=here.account), here.newcomer, "care", now=JUNE + DAY)
    assert service.responsible(db, here.newcomer, JUNE + DAY).kind == "duty_desk"


def test_the_dead_are_told_nothing(db: Session) -> None:
    here, row = running(db)
    service.terminate(db, here.doctor(db, JUNE), form(row), Ending("died"), now=JUNE)
    told = db.scalars(select(Notice.code).where(Notice.recipient == here.newcomer, Notice.queued_at >= JUNE))
    assert list(told) == []


def test_a_contract_that_never_began_owes_nothing_and_warns_nobody(db: Session) -> None:
    here = town(db)
    wish = Wish(here.newcomer, here.there.team, packages=(published(db, effective_from=NOW.date()),))
    row = service.draft(db, here.resident(db), wish, now=NOW)
    row = service.apply(db, here.resident(db), form(row), now=NOW)
    row = service.accept(db, here.doctor(db), form(row), now=NOW)
    service.settle_fee(db, actor(db, here.there.nurse), form(row), is_waived=False, now=NOW)
    row = both_sign(db, here, row)
    service.withdraw(db, here.resident(db), form(row), now=NOW)
    assert row.fee_state == "refund_due"
    assert packages.behind(db, date(2027, 2, 1)) == []
    assert packages.ledger(db, row.id, date(2026, 6, 1)) == []


def test_nothing_is_owed_after_the_last_day_that_was_named(db: Session) -> None:
    here, row = running(db, paid=True)
    service.terminate(db, here.resident(db, JUNE), form(row), LATER, now=JUNE)
    assert {line.span.last for line in packages.whole_ledger(db, row.id)} == {date(2026, 9, 1)}


def test_what_was_paid_for_a_contract_that_nobody_signed_is_given_back(db: Session) -> None:
    here = town(db)
    wish = Wish(here.newcomer, here.there.team, packages=(published(db, effective_from=NOW.date()),))
    row = service.draft(db, here.resident(db), wish, now=NOW)
    row = service.apply(db, here.resident(db), form(row), now=NOW)
    row = service.accept(db, here.doctor(db), form(row), now=NOW)
    service.settle_fee(db, actor(db, here.there.nurse), form(row), is_waived=False, now=NOW)
    turning.turn(db, here.newcomer, now=NOW + 15 * DAY)
    assert (row.state, row.fee_state) == ("lapsed", "refund_due")
    given_back = service.refund(db, actor(db, here.there.nurse), form(row), now=NOW + 16 * DAY)
    assert given_back.fee_state == "refunded"


def test_the_team_that_was_left_gives_back_what_it_was_paid_for_the_days_after(db: Session) -> None:
    here, row = running(db, paid=True)
    changed(db, here, row)
    assert row.fee_state == "paid"  # until the new team has begun the change may be withdrawn
    turning.turn(db, here.newcomer, now=JUNE + DAY)
    assert (row.state, row.fee_state) == ("transferred", "refund_due")
    assert book.refund(row) == Decimal("90.08")  # 274 of 365 days


def test_a_change_that_would_leave_days_without_a_team_is_refused(db: Session) -> None:
    here, row = running(db)
    wish = Wish(here.newcomer, here.there.other_team, begins=date(2027, 6, 1))
    with pytest.raises(InvalidError, match=r"change\.leaves_a_gap"):
        service.transfer(db, here.resident(db, JUNE), form(row), wish, because="moved", now=JUNE)


def test_nobody_renews_or_changes_the_team_without_consent(db: Session) -> None:
    here = town(db)
    there = here.there  # whose contract was signed on paper: nobody ever asked for consent
    row = db.get_one(Contract, there.contract)
    resident = actor(db, there.own_account)
    with pytest.raises(NotAllowedError, match=r"consent\.missing"):
        service.renew(db, resident, form(row), years=1, now=NOW)
    wish = Wish(there.resident, there.other_team)
    with pytest.raises(NotAllowedError, match=r"consent\.missing"):
        service.transfer(db, resident, form(row), wish, because="moved", now=NOW)


def test_an_application_for_a_day_years_away_holds_no_place(db: Session) -> None:
    here = town(db)
    wish = Wish(here.newcomer, here.there.team, begins=date(2031, 1, 1))
    with pytest.raises(InvalidError, match=r"contract\.begins_too_late"):
        service.draft(db, here.resident(db), wish, now=NOW)


def test_a_refused_application_owes_nothing(db: Session) -> None:
    here = town(db)
    wish = Wish(here.newcomer, here.there.team, packages=(published(db, effective_from=NOW.date()),))
    row = service.draft(db, here.resident(db), wish, now=NOW)
    row = service.apply(db, here.resident(db), form(row), now=NOW)
    service.refuse(db, here.doctor(db), form(row), reason="other", words="团队暂时不能签约", now=NOW)
    assert (row.fee, row.fee_state) == (Decimal("120.00"), "cancelled")


def test_for_the_dead_nobody_applies_and_a_mistake_is_put_right_at_the_counter(db: Session) -> None:
    here, row = running(db)
    service.terminate(db, here.doctor(db, JUNE), form(row), Ending("died"), now=JUNE)
    wish, later = Wish(here.newcomer, here.there.team), JUNE + DAY
    mine = service.draft(db, here.resident(db, later), wish, now=later)
    with pytest.raises(ConflictError, match=r"contract\.resident_died"):
        service.apply(db, here.resident(db, later), form(mine), now=later)
    theirs = service.draft(db, here.doctor(db, later), wish, now=later)
    service.apply(db, here.doctor(db, later), form(theirs), now=later)
    assert ending.death_of(db, here.newcomer, later) is None
    service.accept(db, here.doctor(db, later), form(theirs), now=later)
    told = select(Notice.code).where(Notice.recipient == here.newcomer, Notice.queued_at == later)
    assert list(db.scalars(told)) == ["contract.accepted"]
