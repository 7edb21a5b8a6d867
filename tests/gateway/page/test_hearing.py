"""What the box says, as a page, and the answer given there."""

from __future__ import annotations

import pytest

from device_drivers.wire.downlink import Ask, Speak
from gateway.page.hearing import VOICE, routes
from gateway.page.requests import Request
from tests.gateway.voice.test_home import QUESTION, Living, live


def page(one: Living) -> str:
    return routes(one.home)["GET", VOICE](Request("GET", VOICE)).body.decode()


def press(one: Living, answer: str) -> int:
    return routes(one.home)["POST", VOICE](Request("POST", VOICE, form={"answer": answer})).status


def test_the_page_shows_what_was_said_in_both_languages() -> None:
    async def story(one: Living) -> None:
        one.order(Speak("looked", None))
        await one.heard("looked")
        assert "医生看过您的数据了" in page(one)
        assert "The doctor has looked" in page(one)
        assert "<button" not in page(one)

    live(story)


def test_a_question_stands_there_with_its_buttons_until_it_is_answered_yes() -> None:
    async def story(one: Living) -> None:
        one.order(Ask("red_flag", QUESTION, None))
        await one.heard("red_flag")
        assert "都没有" in page(one)
        assert press(one, "no") == 303
        assert "都没有" in page(one)
        assert press(one, "yes") == 303
        assert "<button" not in page(one)
        assert {each.answer.said for each in one.sent} == {"no", "yes"}

    live(story)


@pytest.mark.parametrize("answer", ["", "maybe", "YES", "<script>"])
def test_what_is_no_answer_is_none(answer: str) -> None:
    async def story(one: Living) -> None:
        one.order(Ask("red_flag", QUESTION, None))
        await one.heard("red_flag")
        assert press(one, answer) == 400
        assert one.sent == []

    live(story)
