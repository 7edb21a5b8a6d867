"""A case speaks in the home it came from, asks there, and hears only that home's answer."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from typing import Any, Literal
from uuid import UUID, uuid4

import psycopg
import pytest
from sqlalchemy import text
from sqlalchemy.orm import Session

from alerts import words
from clinician_api.triage import answers, service, worklist
from clinician_api.triage.home_answers import hear
from clinician_api.triage.models import Case, HomeQuestion
from clinician_api.web.desk import name_of
from clinician_api.web.words import words_of
from ingest.door.enrolled import GatewayKey
from ingest.door.home_answer import HomeAnswer
from ingest.fleet import registry
from ingest.store import home_answers as stored_answers
from tests.clinician_api.concerns import acting, attended, concern, then
from tests.clinician_api.making import NOW, Clinic, actor, clinic
from tests.clinician_api.stored import store_reading
from tests.ingest.making import Gateway, make_answer

ASKS = (words.MEASURE_AGAIN, words.QUESTION)


@dataclass
class Household:
    """A resident whose critical pressure came through this gateway."""

    db: Session
    people: Clinic
    gateway: Gateway
    reading: UUID

    @property
    def raw(self) -> psycopg.Connection:
        found = self.db.connection().connection.driver_connection
        assert isinstance(found, psycopg.Connection)
        return found

    def attended(self, **facts: Any) -> Case:  # noqa: ANN401 - each as its field
        told = {"inputs": (str(self.reading),), "words": ASKS, **facts}
        return attended(self.db, concern(self.people.resident, **told))

    def ordered(self) -> list[dict[str, Any]]:
        rows = self.db.execute(
            text("select wanted from ingest.command where gateway = :g order by issued_at"),
            {"g": self.gateway.gateway},
        )
        return [wanted for (wanted,) in rows]

    def words(self) -> list[str]:
        return [each.get("say") or each.get("ask") or each["do"] for each in self.ordered()]

    def question(self) -> UUID:
        return next(UUID(each["question"]) for each in self.ordered() if each["do"] == "ask")

    def answer(
        self,
        said: Literal["yes", "no"],
        *,
        question: UUID | None = None,
        gateway: Gateway | None = None,
    ) -> int:
        """The button is pressed, ingest stores it, the worker looks."""
        one = gateway or self.gateway
        answered = make_answer(one, question=question or self.question(), said=said, given_at=NOW)
        with self.raw.cursor() as cursor:
            stored_answers.keep(cursor, [HomeAnswer(answered, one.home, GatewayKey(one.public))], NOW)
        return hear(self.db, now=NOW + timedelta(seconds=1))

    def steps(self, case: Case) -> list[str]:
        return [step.step for step in worklist.steps(self.db, case.episode)]

    def symptoms(self) -> list[list[str]]:
        return [row[0] for row in self.db.execute(text("select symptoms from alerts.symptom_answer"))]


@pytest.fixture
def household(db: Session) -> Household:
    people, gateway = clinic(db), Gateway()
    one = Household(db, people, gateway, store_reading(db, people.resident))
    registry.enrol(one.raw, gateway.gateway, public=gateway.public, home=gateway.home, now=NOW)
    db.execute(
        text("update ingest.readings set gateway = :g where reading_id = :r"),
        {"g": gateway.gateway, "r": one.reading},
    )
    return one


def test_a_critical_speaks_and_asks_in_the_home_that_measured_what_to_do_first(household: Household) -> None:
    household.attended()
    assert household.words() == ["rest_and_repeat", "red_flag", "received"]


def test_what_was_typed_in_speaks_nowhere(household: Household) -> None:
    household.attended(inputs=(str(uuid4()),))
    assert household.ordered() == []


def test_the_same_word_of_the_engine_again_orders_nothing(household: Household) -> None:
    said = concern(household.people.resident, inputs=(str(household.reading),), words=ASKS)
    attended(household.db, said)
    before = household.words()
    attended(household.db, said)
    assert household.words() == before


def test_confirmation_by_silence_asks_nothing_anew(household: Household) -> None:
    said = concern(household.people.resident, inputs=(str(household.reading),), words=ASKS)
    attended(household.db, said)
    attended(household.db, then(said, "confirmed", confirmed_at=NOW, words=(words.QUESTION,)))
    assert household.words().count("red_flag") == 1
    assert "stay_by_phone" in household.words()


def test_a_yes_goes_to_the_rules_and_into_the_case(household: Household) -> None:
    case = household.attended()
    assert household.answer("yes") == 1
    assert household.symptoms() == [["one_of_these"]]
    assert "home_yes" in household.steps(case)


def test_a_no_is_put_down_and_is_no_symptom(household: Household) -> None:
    case = household.attended()
    household.answer("no")
    assert household.symptoms() == []
    assert "home_no_symptom" in household.steps(case)


def test_an_answer_is_heard_once_however_often_the_worker_looks(household: Household) -> None:
    household.attended()
    assert household.answer("yes") == 1
    assert hear(household.db, now=NOW + timedelta(seconds=2)) == 0
    assert len(household.symptoms()) == 1


def test_another_home_cannot_answer(household: Household) -> None:
    case, other = household.attended(), Gateway()
    registry.enrol(household.raw, other.gateway, public=other.public, home=other.home, now=NOW)
    household.answer("yes", gateway=other)
    assert household.symptoms() == []
    assert "home_yes" not in household.steps(case)


def test_an_answer_to_what_nobody_asked_changes_nothing(household: Household) -> None:
    household.attended()
    household.answer("yes", question=uuid4())
    assert household.symptoms() == []


def test_what_is_answered_on_the_page_silences_the_box(household: Household) -> None:
    case = household.attended()
    me = actor(household.db, household.people.own_account)
    answers.hear(household.db, me, case.episode, "chest_pain", now=NOW)
    assert "hush" in household.words()
    assert household.db.get_one(HomeQuestion, household.question()).answered_at == NOW


def test_the_first_doctor_who_looks_is_told_to_the_home_once(household: Household) -> None:
    case = household.attended()
    for _ in range(2):
        service.view(acting(household.db, household.people.doctor), case.episode)
    assert household.words().count("looked") == 1


def test_a_doctors_short_reply_is_read_aloud(household: Household) -> None:
    doctor = acting(household.db, household.people.doctor)
    for _ in range(2):
        service.reply(
            doctor, resident=household.people.resident, reading=household.reading, phrase="well_done"
        )
    assert household.words() == ["well_done"]


def remember(household: Household, count: int) -> None:
    """So many earlier pressures of 126 with a pulse of 68, ten minutes apart."""
    usual = text("update ingest.readings set systolic = 126, pulse = 68 where reading_id = :r")
    for number in range(1, count + 1):
        at = NOW - timedelta(minutes=10 * number)
        reading = store_reading(household.db, household.people.resident, at)
        household.db.execute(usual, {"r": reading})
    unlike = text("update ingest.readings set pulse = 110 where reading_id = :r")
    household.db.execute(unlike, {"r": household.reading})


def test_a_reading_far_from_the_persons_own_is_asked_about(household: Household) -> None:
    remember(household, 20)
    case = household.attended()
    assert "was_it_you" in household.words()
    assert case.whose == "asked"


def test_without_doubt_nobody_is_asked_whose_it_was(household: Household) -> None:
    remember(household, 19)
    case = household.attended()
    assert "was_it_you" not in household.words()
    assert case.whose == "known"


@pytest.mark.parametrize(("said", "whose"), [("yes", "own"), ("no", "another")])
def test_the_homes_word_on_whose_it_was_stands_with_the_case(
    household: Household, said: Literal["yes", "no"], whose: str
) -> None:
    remember(household, 20)
    case = household.attended()
    asked = next(UUID(each["question"]) for each in household.ordered() if each.get("ask") == "was_it_you")
    answered = make_answer(household.gateway, question=asked, asked="was_it_you", said=said, given_at=NOW)
    with household.raw.cursor() as cursor:
        one = HomeAnswer(answered, household.gateway.home, GatewayKey(household.gateway.public))
        stored_answers.keep(cursor, [one], NOW)
    hear(household.db, now=NOW)
    assert case.whose == whose
    assert household.symptoms() == []


@pytest.mark.parametrize(
    ("whose", "shown"),
    [
        ("known", "王秀英"),
        ("own", "王秀英"),
        ("asked", "本户有人（王秀英家）"),
        ("another", "本户有人（王秀英家）"),
    ],
)
def test_a_case_in_doubt_stands_under_no_single_name(whose: str, shown: str) -> None:
    assert name_of(Case(whose=whose), "王秀英", words_of("zh")) == shown
