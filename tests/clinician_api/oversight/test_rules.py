"""Who may look in an emergency, for how long, and who judges it."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from typing import get_args
from uuid import uuid4

import pytest

from clinician_api.access.rules import Actor, Role
from clinician_api.errors import ConflictError, InvalidError, NotAllowedError
from clinician_api.oversight import rules
from clinician_api.oversight.rules import Look
from tests.clinician_api.making import NOW

HOUSE = uuid4()


def staff(*roles: Role) -> Actor:
    return Actor(uuid4(), uuid4(), "李医生", frozenset(roles), institution=HOUSE)


LOOK = Look(uuid4(), uuid4(), HOUSE, uuid4(), "life_at_risk", "胸痛送来急诊", NOW, NOW + timedelta(hours=4))


def test_only_those_who_treat_people_look_in_an_emergency() -> None:
    refused = set()
    for role in get_args(Role):
        try:
            rules.check_may_look(staff(role))
        except NotAllowedError:
            refused.add(role)
    assert refused == {"steward", "administrator", "security", "auditor", "regulator", "resident"}


def test_whoever_acts_for_another_looks_for_nobody_else() -> None:
    helper = replace(staff("nurse"), behalf=uuid4())
    with pytest.raises(NotAllowedError):
        rules.check_may_look(helper)


@pytest.mark.parametrize(
    ("words", "hours", "unreviewed", "error", "code"),
    [
        ("胸痛送来急诊", 0, 0, InvalidError, "emergency.hours"),
        ("胸痛送来急诊", 25, 0, InvalidError, "emergency.hours"),
        ("胸痛送来急诊", -1, 0, InvalidError, "emergency.hours"),
        ("    急  ", 4, 0, InvalidError, "emergency.words_missing"),
        ("胸痛送来急诊", 4, 5, ConflictError, "emergency.too_many_unreviewed"),
    ],
)
def test_it_wants_a_reason_an_end_and_earlier_ones_judged(
    words: str, hours: int, unreviewed: int, error: type[Exception], code: str
) -> None:
    with pytest.raises(error, match=code):
        rules.check_asked(words, hours, unreviewed=unreviewed)


def test_a_supervisor_or_auditor_of_the_house_judges_it_and_never_whoever_looked() -> None:
    judges = {
        "supervisor": staff("supervisor"),
        "auditor": staff("auditor"),
        "doctor": staff("doctor", "leader"),
        "another house": replace(staff("supervisor"), institution=uuid4()),
        "oneself": replace(staff("supervisor"), account=LOOK.account),
        "a helper": replace(staff("supervisor"), behalf=uuid4()),
    }
    assert [who for who, actor in judges.items() if rules.may_review(LOOK, actor)] == [
        "supervisor",
        "auditor",
    ]


def test_it_is_judged_once_and_a_no_is_explained() -> None:
    rules.check_review(LOOK, "justified", "")
    with pytest.raises(InvalidError, match="remark_missing"):
        rules.check_review(LOOK, "unjustified", "  ")
    with pytest.raises(ConflictError, match="reviewed_already"):
        rules.check_review(replace(LOOK, verdict="justified"), "justified", "")


def test_a_day_without_a_word_is_too_long() -> None:
    day = timedelta(hours=24)
    assert [rules.is_overdue(LOOK, NOW + day - timedelta(seconds=n)) for n in (1, 0)] == [False, True]
    assert not rules.is_overdue(replace(LOOK, verdict="justified"), NOW + 2 * day)
