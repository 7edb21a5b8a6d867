"""Notices on their other ways: one after the other, until somebody has seen them."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import timedelta
from uuid import UUID, uuid4

import pytest
from sqlalchemy import select, update

from clinician_api.db import Sessions
from clinician_api.identity import contacts
from clinician_api.identity.contacts import Reach
from clinician_api.identity.models import Account, Resident
from clinician_api.notices import sending, service
from clinician_api.notices.channels import Channels, Letter
from clinician_api.notices.models import Delivery, Notice
from clinician_api.notices.routing import Audience, Channel, Contact, Kind, Urgency
from clinician_api.notices.rules import Message, Recipient
from tests.clinician_api.making import NOW, Clinic, HandClock, clinic

ALL: frozenset[Urgency] = frozenset({"now", "soon", "courtesy"})


@dataclass
class Recorder:
    """A way at the edge of the system: keeps what it is given, and fails when told to."""

    trouble: str | None = None
    got: list[Letter] = field(default_factory=list)

    def send(self, letter: Letter, *, now: object) -> str | None:
        self.got.append(letter)
        return self.trouble


def way(name: str, needs: Contact = "account", kind: Kind = "file", *who: Audience) -> Channel:
    return Channel(name, kind, frozenset(who or ("staff", "resident", "family")), needs, ALL)


@pytest.fixture
def people(care: Sessions) -> Clinic:
    with care.begin() as db:
        return clinic(db)


def put(care: Sessions, to: Recipient, code: str = "case.opened") -> UUID:
    with care.begin() as db:
        (notice,) = service.queue(db, [to], Message(code, "episode", uuid4(), "1"), now=NOW)
        service.deliver(db, notice, now=NOW)
    return notice


def troubles(care: Sessions, notice: UUID) -> list[str | None]:
    with care() as db:
        tried = select(Delivery.trouble).where(Delivery.notice == notice).order_by(Delivery.step)
        return list(db.scalars(tried))


def test_a_failure_goes_on_to_the_next_way_at_once(care: Sessions, people: Clinic, clock: HandClock) -> None:
    first, second = Recorder("unreachable"), Recorder()
    channels = Channels((way("first"), way("second")), {"first": first, "second": second})
    notice = put(care, Recipient("account", people.doctor))
    tried = [sending.attempt(care, channels, notice, clock=clock) for _ in range(3)]
    assert tried == ["first", "second", None]
    assert troubles(care, notice) == ["unreachable", None]
    assert second.got[0].contact == str(people.doctor)


def test_what_cannot_wait_goes_on_while_nobody_has_seen_it(
    care: Sessions, people: Clinic, clock: HandClock
) -> None:
    one, two, three = Recorder(), Recorder(), Recorder()
    channels = Channels((way("one"), way("two"), way("three")), {"one": one, "two": two, "three": three})
    notice = put(care, Recipient("account", people.doctor))
    sending.attempt(care, channels, notice, clock=clock)
    assert sending.attempt(care, channels, notice, clock=clock) is None
    clock.turn(timedelta(minutes=2))
    assert sending.attempt(care, channels, notice, clock=clock) == "two"
    with care.begin() as db:
        db.execute(update(Notice).values(seen_at=clock()))
    clock.turn(timedelta(minutes=2))
    assert sending.attempt(care, channels, notice, clock=clock) is None
    assert three.got == []


def test_a_reminder_goes_once_and_by_day(care: Sessions, people: Clinic, clock: HandClock) -> None:
    one, two = Recorder(), Recorder()
    channels = Channels((way("one"), way("two")), {"one": one, "two": two})
    notice = put(care, Recipient("resident", people.resident), "contract.ends_in")
    assert sending.attempt(care, channels, notice, clock=clock) is None
    clock.turn(timedelta(minutes=5))
    assert sending.attempt(care, channels, notice, clock=clock) == "one"
    clock.turn(timedelta(days=2))
    assert sending.attempt(care, channels, notice, clock=clock) is None
    assert two.got == []


def test_who_died_while_sending_is_followed_by_another(
    care: Sessions, people: Clinic, clock: HandClock
) -> None:
    class _Death:
        def send(self, letter: Letter, *, now: object) -> str | None:
            raise KeyboardInterrupt

    notice = put(care, Recipient("account", people.doctor))
    with pytest.raises(KeyboardInterrupt):
        sending.attempt(care, Channels((way("one"),), {"one": _Death()}), notice, clock=clock)
    again = Channels((way("one"),), {"one": Recorder()})
    assert sending.attempt(care, again, notice, clock=clock) is None
    clock.turn(timedelta(minutes=1))
    with care() as db:
        assert sending.due(db, before=clock()) == [notice]
    assert sending.attempt(care, again, notice, clock=clock) == "one"


def test_a_simulated_resident_reaches_no_real_device(
    care: Sessions, people: Clinic, clock: HandClock
) -> None:
    with care.begin() as db:
        db.execute(update(Resident).values(is_simulated=True, phone="13812345678"))
    real, kept = Recorder(), Recorder()
    ways = (way("sms", "phone", "apprise"), way("kept", "phone"))
    channels = Channels(ways, {"sms": real, "kept": kept})
    notice = put(care, Recipient("resident", people.resident), "care.call_us")
    assert sending.attempt(care, channels, notice, clock=clock) == "kept"
    with care() as db:
        reach = contacts.of_resident(db, people.resident)
    assert reach is not None
    assert sending.send_code(channels, reach, "123456", good_for=timedelta(minutes=5), now=NOW)
    assert real.got == []


def test_family_is_told_less_than_the_resident_and_the_team(
    care: Sessions, people: Clinic, clock: HandClock
) -> None:
    kept = Recorder()
    channels = Channels((way("kept"),), {"kept": kept})
    to = [
        Recipient("resident", people.resident),
        Recipient("account", people.own_account),
        Recipient("account", people.doctor),
    ]
    for each in to:
        sending.attempt(care, channels, put(care, each, "care.call_us"), clock=clock)
    assert len({letter.body for letter in kept.got}) == 3
    assert "请联系您关照的家人" in kept.got[1].body


def test_who_has_no_telephone_is_reached_by_the_way_that_needs_none(
    care: Sessions, people: Clinic, clock: HandClock
) -> None:
    with care.begin() as db:
        db.execute(update(Account).values(phone=None))
    channels = Channels((way("sms", "phone"), way("kept")), {"sms": Recorder(), "kept": Recorder()})
    notice = put(care, Recipient("account", people.doctor))
    assert sending.attempt(care, channels, notice, clock=clock) == "kept"


def test_whom_no_way_reached_is_an_error_in_the_log(
    care: Sessions, people: Clinic, clock: HandClock, capsys: pytest.CaptureFixture[str]
) -> None:
    channels = Channels((way("one"),), {"one": Recorder("unreachable")})
    notice = put(care, Recipient("account", people.doctor))
    for _ in range(2):
        sending.attempt(care, channels, notice, clock=clock)
    assert "notice.unreachable" in capsys.readouterr().out


def test_a_code_goes_to_the_first_way_that_takes_it_and_is_never_called_out() -> None:
    phone, broken, sms = Recorder(), Recorder("unreachable"), Recorder()
    ways = (way("call", "phone", "phone"), way("broken", "phone"), way("sms", "phone"))
    channels = Channels(ways, {"call": phone, "broken": broken, "sms": sms})
    reach = Reach("zh", uuid4(), is_simulated=False, phone="13812345678")
    assert sending.send_code(channels, reach, "123456", good_for=timedelta(minutes=5), now=NOW)
    assert (phone.got, len(sms.got)) == ([], 1)
    assert "123456" in sms.got[0].body
    nowhere = Reach("zh", uuid4(), is_simulated=False, phone=None)
    assert not sending.send_code(channels, nowhere, "1", good_for=timedelta(minutes=5), now=NOW)


def test_no_job_carries_more_than_an_id(care: Sessions, people: Clinic) -> None:
    put(care, Recipient("account", people.doctor))
    with care() as db:
        args = db.connection().exec_driver_sql("select args from procrastinate.procrastinate_jobs")
        assert {key for (each,) in args for key in each} == {"notice"}
