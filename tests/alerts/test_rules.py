"""Each rule is a whole row: code, version, source, and words in both languages."""

from __future__ import annotations

from datetime import timedelta

import pytest

from alerts.clocks import DUTIES, due_at
from alerts.rules import DEFAULT, AnyRule
from alerts.rules.rule import Level, evaluate
from alerts.series import Series
from alerts.words import LOW_GLUCOSE, MEASURE_AGAIN, QUESTION, to_the_home
from tests.alerts.making import START, at, glucose, only, pressure


@pytest.mark.parametrize("rule", DEFAULT.rows, ids=lambda rule: f"{rule.kind} {rule.code}")
def test_a_row_says_where_it_comes_from_and_what_it_means(rule: AnyRule) -> None:
    assert rule.version
    assert "rule" in rule.source
    assert rule.reason.zh.isprintable()
    assert not rule.reason.zh.isascii()
    assert rule.reason.en.isascii() or "—" in rule.reason.en


def test_a_code_and_a_kind_name_one_row() -> None:
    names = [(rule.code, rule.kind) for rule in DEFAULT.rows]
    assert len(set(names)) == len(names)


def test_a_finding_keeps_version_inputs_and_clocks() -> None:
    subject = pressure(0, 186, 112)
    rule = next(row for row in DEFAULT.rows if row.code == "bp_critical")
    finding = evaluate(rule, Series((subject,), subject), at(1))
    assert finding is not None
    assert (finding.code, finding.version, finding.inputs) == ("bp_critical", "1", (subject.id,))
    assert (finding.taken_at, finding.judged_at, finding.value) == (at(0), at(1), "186/112 mmHg")


@pytest.mark.parametrize(
    ("level", "step", "within"),
    [
        (Level.CRITICAL, "claimed", timedelta(minutes=15)),
        (Level.CRITICAL, "supervisor_and_duty", timedelta(minutes=30)),
        (Level.CRITICAL, "contacted", timedelta(minutes=30)),
        (Level.WATCH, "followed_up", timedelta(days=14)),
        (Level.DATA, "mended", timedelta(days=3)),
    ],
)
def test_the_clocks_of_rule_12(level: Level, step: str, within: timedelta) -> None:
    assert due_at(level, step, START) == START + within  # type: ignore[arg-type]


def test_four_working_hours_are_not_four_hours() -> None:
    assert due_at(Level.HIGH, "contacted", START) is None
    assert DUTIES[Level.HIGH][0].within == timedelta(hours=4)


def test_before_confirmation_the_home_is_asked_to_measure_again_and_nothing_is_called_critical() -> None:
    words = to_the_home(only(pressure(0, 186, 112)))
    assert words == (MEASURE_AGAIN, QUESTION)
    assert all("危急" not in each.zh for each in words)


def test_a_low_glucose_starts_self_help() -> None:
    assert to_the_home(only(glucose(0, "3.5")))[0] == LOW_GLUCOSE


def test_the_home_is_not_told_to_measure_again_for_what_was_hours_ago() -> None:
    assert to_the_home(only(pressure(0, 186, 112, stored_at=at(300)))) == ()
