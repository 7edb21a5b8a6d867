"""A cuff shows 186/112 and the home is spoken to: what to do, a question, its answer, a doctor's look.

Every sentence is heard only once what it says is so: each is held against the cloud's tables.
"""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.e2e.talking_home import Doctor, TalkingHome, talking_home
from tests.e2e.world import eventually

CASE = "select episode, resident, state, confirmed_by, inputs->>0 from care.case"
STORED = "select count(*) from ingest.readings where systolic = 186 and diastolic = 112"
ANSWERED = "select asked, said, by from ingest.home_answer"
OUTCOMES = "select distinct outcome from ingest.command"
SYMPTOMS = "select symptoms from alerts.symptom_answer"


pytestmark = pytest.mark.truth


@pytest.fixture
def home(short_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[TalkingHome]:
    folder = short_path / "voice-loop"
    folder.mkdir(mode=0o755)
    with talking_home(folder, monkeypatch) as one:
        yield one


def test_186_112_is_spoken_of_asked_about_answered_and_looked_at_and_each_sentence_is_true(
    home: TalkingHome,
) -> None:
    assert home.heard() == []
    home.system.air.start()

    home.hears("rest_and_repeat", "red_flag", "received")
    assert home.ask(STORED)[0][0] >= 1
    ((episode, resident, state, confirmed_by, reading),) = home.ask(CASE)
    assert (state, confirmed_by) == ("new", None)
    assert {"stay_by_phone", "looked", "answered_yes"}.isdisjoint(home.heard())

    home.button.press()
    home.hears("red_flag", "answered_yes", "answer_received", "stay_by_phone")
    assert home.ask(ANSWERED) == [("red_flag", "yes", "button")]
    assert home.ask(SYMPTOMS) == [(["one_of_these"],)]
    assert home.ask(CASE)[0][3] == "symptom"
    assert ("home_yes",) in home.ask("select step from care.case_step")
    assert "looked" not in home.heard()

    with Doctor(home.system) as doctor:
        case = doctor.look(episode)
        assert (case["confirmed_by"], case["value"]) == ("symptom", "186/112 mmHg")
        home.hears("stay_by_phone", "looked")
        doctor.reply(resident, reading, "please_rest")
        home.hears("looked", "please_rest")
    eventually(lambda: home.ask(OUTCOMES) == [("done",)], lambda: f"{home.ask(OUTCOMES)}")
    assert {"not_saved", "not_accepted", "refused", "answer_waits", "nothing_asked"}.isdisjoint(home.heard())
