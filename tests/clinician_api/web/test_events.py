"""The stream behind open pages: ids alone, to those who may see them, until the login ends."""

from __future__ import annotations

import asyncio
import json
from collections.abc import AsyncIterator
from datetime import timedelta
from uuid import UUID, uuid4

import pytest
from sqlalchemy import update

from clinician_api import feed
from clinician_api.audit.rules import By
from clinician_api.contracts import service as contracts
from clinician_api.db import Sessions
from clinician_api.identity import logins
from clinician_api.identity.logins import Visitor
from clinician_api.identity.models import Login
from clinician_api.identity.rules import Terms
from clinician_api.web.events import Change, Hub, Listener, change_of, stream
from tests.clinician_api.making import NOW, HandClock
from tests.clinician_api.web.conftest import Alarmed

BEAT_S = 0.2
LONG = Terms(idle=timedelta(minutes=20), lasts=timedelta(hours=12))


def logged_in(care: Sessions, account: UUID, clock: HandClock) -> Listener:
    """With a login that can end."""
    with care.begin() as db:
        token = logins.log_in(db, account, Visitor("127.0.0.1", "test"), terms=LONG, now=NOW)
        who = logins.actor_of(db, token, now=NOW)
    assert who is not None
    return Listener(care, who, clock)


async def first(events: AsyncIterator[str], kind: str) -> str:
    async with asyncio.timeout(20):
        async for event in events:
            if event.startswith(f"event: {kind}\n"):
                return event
    raise AssertionError(f"no {kind}")


def test_what_the_database_tells_reaches_whoever_may_see_it(
    care: Sessions, database_url: str, clock: HandClock, alarmed: Alarmed
) -> None:
    async def hear() -> str:
        hub = Hub(database_url)
        async with hub.listening():
            events = stream(hub, logged_in(care, alarmed.clinic.doctor, clock), beat_s=BEAT_S)
            # The first word after the connection stands.
            await first(events, "missed")
            await asyncio.to_thread(tell)
            return await first(events, "episode")

    def tell() -> None:
        with care.begin() as db:
            feed.tell(db, "episode", uuid4(), 1)
            feed.tell(db, "reading", alarmed.clinic.stranger, 0)
            feed.tell(db, "episode", alarmed.episode, 7)

    event = asyncio.run(hear())
    said = {"kind": "episode", "id": str(alarmed.episode), "version": 7}
    assert event == f"event: episode\ndata: {json.dumps(said)}\n\n"


@pytest.mark.parametrize(
    ("who", "hears"), [("doctor", True), ("other_doctor", False), ("own_account", True), ("supervisor", True)]
)
def test_an_alert_is_heard_by_those_who_may_see_the_resident(
    care: Sessions, clock: HandClock, alarmed: Alarmed, who: str, *, hears: bool
) -> None:
    page = logged_in(care, getattr(alarmed.clinic, who), clock)
    assert page.may_hear(Change("episode", alarmed.episode, 1)) is hears
    assert page.may_hear(Change("reading", alarmed.clinic.resident, 0)) is hears


def test_a_notice_is_heard_by_its_recipient_alone(care: Sessions, clock: HandClock, alarmed: Alarmed) -> None:
    page = logged_in(care, alarmed.clinic.doctor, clock)
    assert page.may_hear(Change("notice", alarmed.clinic.doctor, 0))
    assert not page.may_hear(Change("notice", alarmed.clinic.leader, 0))


def test_sight_that_ends_ends_what_is_heard(care: Sessions, clock: HandClock, alarmed: Alarmed) -> None:
    page = logged_in(care, alarmed.clinic.doctor, clock)
    clock.turn(timedelta(days=365))
    assert not page.may_hear(Change("reading", alarmed.clinic.resident, 0))


def test_sight_ends_with_the_shift_while_the_page_stays_open(
    care: Sessions, clock: HandClock, alarmed: Alarmed
) -> None:
    with care.begin() as db:
        contracts.end(db, By(), alarmed.clinic.contract, why="moved", now=NOW)
    page = logged_in(care, alarmed.clinic.duty, clock)
    assert page.may_hear(Change("reading", alarmed.clinic.resident, 0))
    clock.turn(timedelta(hours=12))
    with care.begin() as db:
        db.execute(update(Login).values(seen_at=clock.now, expires_at=clock.now + timedelta(hours=1)))
    assert page.is_logged_in()
    assert not page.may_hear(Change("reading", alarmed.clinic.resident, 0))


def test_after_the_login_nothing_is_heard_and_no_traffic_keeps_the_stream(
    care: Sessions, clock: HandClock, alarmed: Alarmed
) -> None:
    page = logged_in(care, alarmed.clinic.doctor, clock)
    clock.turn(timedelta(minutes=21))

    async def hear() -> list[str]:
        hub, heard = Hub("nowhere"), []
        async with asyncio.timeout(20):
            async for event in stream(hub, page, beat_s=BEAT_S):
                heard.append(event)
                traffic = asyncio.create_task(flood(hub))
        traffic.cancel()
        return heard

    async def flood(hub: Hub) -> None:
        while True:
            hub.spread(Change("episode", alarmed.episode, 1))
            await asyncio.sleep(BEAT_S / 20)

    assert asyncio.run(hear()) == ["event: beat\ndata: {}\n\n"]


def test_the_stream_ends_with_the_login_and_keeps_none_alive(
    care: Sessions, clock: HandClock, alarmed: Alarmed
) -> None:
    page = logged_in(care, alarmed.clinic.doctor, clock)
    assert page.is_logged_in()
    clock.turn(timedelta(minutes=21))
    assert not page.is_logged_in()

    async def hear() -> list[str]:
        hub = Hub("nowhere")
        async with asyncio.timeout(20):
            return [event async for event in stream(hub, page, beat_s=BEAT_S)]

    assert asyncio.run(hear()) == ["event: beat\ndata: {}\n\n"]


@pytest.mark.parametrize(
    "payload",
    [
        "",
        "[]",
        "{}",
        "null",
        '{"kind": "x", "id": "y", "version": 1}',
        '{"kind":"reading","id":1,"version":0}',
    ],
)
def test_what_is_no_message_of_ours_is_left(payload: str) -> None:
    assert change_of(payload) is None


def test_a_page_that_cannot_keep_up_is_told_to_ask_anew() -> None:
    async def fill() -> list[object]:
        hub = Hub("nowhere")
        async with hub.joined() as queue:
            for version in range(501):
                hub.spread(Change("reading", UUID(int=1), version))
            return [queue.get_nowait() for _ in range(queue.qsize())]

    assert asyncio.run(fill()) == ["missed"]
