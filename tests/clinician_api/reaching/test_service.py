"""Whom no way reached becomes somebody's duty, with the number, until they were spoken with."""

from __future__ import annotations

from datetime import timedelta
from uuid import UUID, uuid4

import pytest
from fastapi.testclient import TestClient
from sqlalchemy import update

from clinician_api.access.rules import Actor
from clinician_api.db import Sessions
from clinician_api.errors import ConflictError, InvalidError, NotFoundError
from clinician_api.identity import service as identity
from clinician_api.identity.models import Account, Resident
from clinician_api.notices import sending
from clinician_api.notices import service as notices
from clinician_api.notices.channels import Channels, Letter
from clinician_api.notices.models import Notice
from clinician_api.notices.routing import Channel
from clinician_api.notices.rules import Message, Recipient
from clinician_api.reaching import rounds, service
from clinician_api.reaching.rules import Said
from clinician_api.reaching.service import Owed, Tried
from tests.clinician_api.making import Clinic, HandClock, clinic, enter


class _Dead:
    """A way at the edge of the system that never works."""

    def send(self, letter: Letter, *, now: object) -> str | None:
        return "unreachable"


URGENT = frozenset({"now", "soon", "courtesy"})
DEAD = Channels(
    (Channel("sms", "file", frozenset({"resident", "staff"}), "phone", URGENT),),  # type: ignore[arg-type]  # words of a table
    {"sms": _Dead()},
)
CRITICAL, REMINDER = "care.call_us", "contract.ends_30"


@pytest.fixture
def people(care: Sessions) -> Clinic:
    with care.begin() as db:
        return clinic(db)


def fail(care: Sessions, to: Recipient, code: str, clock: HandClock, **facts: str) -> UUID:
    """Tell somebody something that no way brings to them."""
    with care.begin() as db:
        (notice,) = notices.queue(db, [to], Message(code, "episode", uuid4(), "1", facts), now=clock())
        notices.deliver(db, notice, now=clock())
    clock.turn(timedelta(minutes=10))
    for _ in range(3):
        sending.attempt(care, DEAD, notice, clock=clock)
    rounds.take_up(care, clock())
    return notice


def acting(care: Sessions, account: UUID, clock: HandClock) -> Actor:
    with care() as db:
        found = identity.actor_of(db, account, login=uuid4(), now=clock())
    assert found is not None
    return found


def owed(care: Sessions, account: UUID, clock: HandClock) -> list[Owed]:
    with care.begin() as db:
        return service.owed(db, acting(care, account, clock), now=clock())


def told(care: Sessions, code: str) -> set[UUID]:
    with care() as db:
        return {row.recipient for row in db.query(Notice).filter(Notice.code == code)}


def test_a_critical_lies_with_the_whole_team_at_once_with_the_number(
    care: Sessions, people: Clinic, clock: HandClock
) -> None:
    fail(care, Recipient("resident", people.resident), CRITICAL, clock)
    (call,) = owed(care, people.doctor, clock)
    assert (call.phone, call.call.owner, call.is_overdue) == ("13812345678", None, False)
    assert call.call.due_at - call.call.opened_at == timedelta(minutes=15)
    assert told(care, "reach.call_now") == {people.doctor, people.nurse, people.leader}


def test_what_can_wait_lies_with_the_teams_nurse(care: Sessions, people: Clinic, clock: HandClock) -> None:
    fail(care, Recipient("resident", people.resident), REMINDER, clock)
    (call,) = owed(care, people.nurse, clock)
    assert (call.call.owner, told(care, "reach.call")) == (people.nurse, {people.nurse})


def test_who_left_no_number_is_reached_by_nobody_either(
    care: Sessions, people: Clinic, clock: HandClock
) -> None:
    with care.begin() as db:
        db.execute(update(Resident).where(Resident.id == people.resident).values(phone=""))
    fail(care, Recipient("resident", people.resident), CRITICAL, clock)
    assert [call.phone for call in owed(care, people.doctor, clock)] == [""]


def test_without_a_contract_it_lies_on_the_duty_desk_and_nobody_elses(
    care: Sessions, people: Clinic, clock: HandClock
) -> None:
    clock.turn(timedelta(days=200))
    with care.begin() as db:
        identity.put_on_duty(
            db, people.institution, account=people.duty, since=clock(), until=clock() + timedelta(days=1)
        )
    fail(care, Recipient("resident", people.resident), "care.duty_desk_answers", clock)
    assert [call.call.resident for call in owed(care, people.duty, clock)] == [people.resident]
    assert told(care, "reach.call") == {people.duty}
    assert owed(care, people.doctor, clock) == []


def test_it_is_taken_up_once_and_of_a_call_no_further_call_is_owed(
    care: Sessions, people: Clinic, clock: HandClock
) -> None:
    fail(care, Recipient("resident", people.resident), CRITICAL, clock)
    rounds.take_up(care, clock())
    fail(care, Recipient("account", people.nurse), "reach.call_now", clock, resident=str(people.resident))
    assert len(owed(care, people.doctor, clock)) == 1


def test_who_opened_the_page_meanwhile_need_not_be_called(
    care: Sessions, people: Clinic, clock: HandClock
) -> None:
    notice = fail(care, Recipient("resident", people.resident), CRITICAL, clock)
    with care.begin() as db:
        db.execute(update(Notice).where(Notice.id == notice).values(seen_at=clock()))
    rounds.take_up(care, clock())
    assert owed(care, people.doctor, clock) == []


@pytest.mark.parametrize(
    ("said", "stays"),
    [("reached", 0), ("visited", 0), ("nobody_answered", 1), ("wrong_number", 1)],
)
def test_only_who_was_spoken_with_is_off_the_list(
    care: Sessions, people: Clinic, clock: HandClock, said: Said, stays: int
) -> None:
    notice = fail(care, Recipient("resident", people.resident), CRITICAL, clock)
    with care.begin() as db:
        service.tried(db, acting(care, people.doctor, clock), Tried(notice, 1, said), now=clock())
    found = owed(care, people.doctor, clock)
    assert [(len(call.tries), call.call.owner) for call in found] == [(1, people.doctor)] * stays


def test_a_stale_form_a_stranger_and_a_call_without_reason_are_refused(
    care: Sessions, people: Clinic, clock: HandClock
) -> None:
    notice = fail(care, Recipient("resident", people.resident), CRITICAL, clock)
    doctor, stranger = acting(care, people.doctor, clock), acting(care, people.other_doctor, clock)
    with care.begin() as db:
        with pytest.raises(NotFoundError):
            service.tried(db, stranger, Tried(notice, 1, "reached"), now=clock())
        with pytest.raises(InvalidError):
            service.tried(db, doctor, Tried(notice, 1, "no_longer_needed"), now=clock())
        service.tried(db, doctor, Tried(notice, 1, "nobody_answered"), now=clock())
        with pytest.raises(ConflictError, match="changed"):
            service.tried(db, doctor, Tried(notice, 1, "reached"), now=clock())
        service.tried(db, doctor, Tried(notice, 2, "reached"), now=clock())
        with pytest.raises(ConflictError, match="closed_already"):
            service.tried(db, doctor, Tried(notice, 3, "reached"), now=clock())


def test_a_colleague_whom_nothing_reached_is_their_supervisors_to_call(
    care: Sessions, people: Clinic, clock: HandClock
) -> None:
    with care.begin() as db:
        db.execute(update(Account).where(Account.id == people.nurse).values(phone="13800001111"))
    fail(care, Recipient("account", people.nurse), "case.opened", clock)
    (call,) = owed(care, people.supervisor, clock)
    assert (call.call.resident, call.name, call.phone) == (None, "周护士", "13800001111")
    assert owed(care, people.doctor, clock) == []


def test_the_page_shows_the_number_and_takes_the_form(
    care: Sessions, client: TestClient, people: Clinic, clock: HandClock
) -> None:
    notice = fail(care, Recipient("resident", people.resident), CRITICAL, clock)
    enter(client, people.doctor)
    assert "tel:13812345678" in client.get("/calls").text
    form = {"version": "1", "said": "nobody_answered", "note": "<b>'--"}
    assert client.post(f"/calls/{notice}", data=form, follow_redirects=False).status_code == 303
    page = client.get("/calls").text
    assert "&lt;b&gt;" in page
    stale = client.post(f"/calls/{notice}", data={**form, "note": "又打了一次"})
    assert (stale.status_code, "又打了一次" in stale.text) == (409, True)
    assert client.get("/api/v1/calls").json()[0]["tries"] == 1
