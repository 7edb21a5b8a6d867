"""A home's answer against forgeries: it may confirm a crisis, so nobody else may give it."""

from __future__ import annotations

from uuid import uuid4

import pytest
from hypothesis import given
from hypothesis import strategies as st
from msgspec.structs import replace

from device_drivers.wire.answer import BEGINS, Answer, Answered, seal
from device_drivers.wire.codec import encode
from device_drivers.wire.reading import Heard
from device_drivers.wire.topics import topic
from ingest.door.accept import Unanswerable
from ingest.door.home_answer import HomeAnswer, judge_answer
from ingest.door.intake import Message
from ingest.door.post import Post
from tests.ingest.making import NOON, QUESTION, Gateway, make_answer


def judge(answered: Answered, gateway: Gateway, *, revoked: bool = False) -> HomeAnswer | Unanswerable:
    fleet = {gateway.gateway: gateway.enrolled(revoked=revoked)}
    return judge_answer(encode(answered), gateway.gateway, fleet)


def test_a_signed_answer_is_heard_with_the_home_it_comes_from() -> None:
    gateway = Gateway()
    judged = judge(make_answer(gateway), gateway)
    assert isinstance(judged, HomeAnswer)
    assert judged.home == gateway.home


def test_a_changed_answer_is_a_forgery() -> None:
    gateway = Gateway()
    honest = make_answer(gateway, said="no")
    turned = replace(honest, answer=replace(honest.answer, said="yes"))
    assert isinstance(judge(turned, gateway), Unanswerable)


def test_an_answer_under_another_ones_link_is_a_forgery() -> None:
    """Its link names the answer in the receipt."""
    gateway = Gateway()
    other = make_answer(gateway, said="no")
    resigned = replace(make_answer(gateway, said="yes"), link=other.link)
    assert isinstance(judge(resigned, gateway), Unanswerable)


def test_a_revoked_gateway_answers_nothing() -> None:
    gateway = Gateway()
    assert isinstance(judge(make_answer(gateway), gateway, revoked=True), Unanswerable)


def test_another_gateway_cannot_answer_for_it() -> None:
    ours, theirs = Gateway(), Gateway()
    fleet = {one.gateway: one.enrolled() for one in (ours, theirs)}
    assert isinstance(judge_answer(encode(make_answer(theirs)), ours.gateway, fleet), Unanswerable)


@pytest.mark.parametrize("year", [1, 1969, 9999])
def test_an_answer_of_an_impossible_year_is_refused(year: int) -> None:
    gateway = Gateway()
    given_at = Heard(NOON.replace(year=year), synced=True, boot="b", uptime_ms=1)
    answer = Answer(QUESTION, "red_flag", "yes", "button", given_at)
    sealed = seal(answer, gateway=gateway.gateway, stream="0" * 32, key=gateway.key)
    assert isinstance(judge(sealed, gateway), Unanswerable)


@given(st.binary(max_size=300))
def test_any_bytes_that_begin_like_an_answer_get_a_verdict(rest: bytes) -> None:
    gateway = Gateway()
    fleet = {gateway.gateway: gateway.enrolled()}
    post = Post.of([Message(topic(gateway.gateway, "up"), BEGINS + rest)], fleet)
    assert (len(post.strays), len(post.answers)) == (1, 0)


def test_an_answer_is_told_from_a_batch_on_the_same_topic() -> None:
    gateway = Gateway()
    fleet = {gateway.gateway: gateway.enrolled()}
    name = topic(gateway.gateway, "up")
    messages = [Message(name, encode(make_answer(gateway))), Message(name, encode(gateway.seal()))]
    post = Post.of(messages, fleet)
    assert (len(post.answers), len(post.batches), post.strays) == (1, 1, [])


def test_an_unknown_gateways_answer_is_nobodys() -> None:
    assert isinstance(judge_answer(encode(make_answer(Gateway())), uuid4(), {}), Unanswerable)
