"""When somebody has to look at the system, and when to act at once."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest

from clinician_api.health import finding, rules
from clinician_api.health.rules import Facts, State
from tests.clinician_api.making import NOW

DAY = timedelta(days=1)
NONE = (0, timedelta())
FINE = Facts(
    now=NOW,
    installed={"fastapi": "1.0", "mine": "9"},
    locked={"fastapi": frozenset({"1.0", "0.9"}), "of-another-system": frozenset({"2"})},
    migrations={"care": ("0020", "0020")},
    backup_at=NOW - timedelta(hours=20),
    drill_at=NOW - 30 * DAY,
    certificates={"server.pem": NOW + 60 * DAY},
    free={"vault": 0.5},
    jobs=NONE,
    notices=NONE,
    calls=(3, timedelta()),
    unsealed=NONE,
    anchor_at=NOW - timedelta(hours=30),
    database_now=NOW - timedelta(seconds=0.2),
)

CHANGES: list[tuple[str, dict[str, Any], State]] = [
    ("versions", {"installed": {"fastapi": "1.1"}}, "act"),
    ("versions", {"locked": None}, "unknown"),
    ("migrations", {"migrations": {"care": ("0019", "0020")}}, "act"),
    ("backup", {"backup_at": None}, "unknown"),
    ("backup", {"backup_at": NOW - timedelta(hours=27)}, "look"),
    ("backup", {"backup_at": NOW - timedelta(hours=51)}, "act"),
    ("drill", {"drill_at": NOW - 120 * DAY}, "look"),
    ("drill", {"drill_at": None}, "unknown"),
    ("certificates", {"certificates": {}}, "unknown"),
    ("certificates", {"certificates": {"a": None}}, "unknown"),
    ("certificates", {"certificates": {"a": NOW + 30 * DAY}}, "look"),
    ("certificates", {"certificates": {"a": NOW - DAY}}, "act"),
    ("disk", {"free": {"vault": 0.05}}, "act"),
    ("jobs", {"jobs": (4, timedelta(minutes=6))}, "look"),
    ("notices", {"notices": (4, timedelta(minutes=31))}, "act"),
    ("calls", {"calls": (1, timedelta(minutes=1))}, "look"),
    ("seal", {"unsealed": (900, timedelta(minutes=11))}, "act"),
    ("anchor", {"anchor_at": NOW - 3 * DAY}, "look"),
    ("clock", {"database_now": NOW + timedelta(seconds=2)}, "look"),
    ("clock", {"database_now": NOW - timedelta(hours=1)}, "act"),
]


def state_of(facts: Facts, code: str) -> State:
    return rules.worst(tuple(each for each in rules.checks(facts) if each.code == code))


def test_a_system_that_is_well_says_so() -> None:
    assert [each for each in rules.checks(FINE) if each.state != "good"] == []


@pytest.mark.parametrize(("code", "change", "state"), CHANGES)
def test_what_is_not_well_is_said_of_itself_alone(code: str, change: dict[str, Any], state: State) -> None:
    facts = replace(FINE, **change)
    assert state_of(facts, code) == state
    assert {each.code for each in rules.checks(facts) if each.state != "good"} == {code}


def test_what_is_not_known_is_worse_than_what_is_soon_due() -> None:
    facts = replace(FINE, backup_at=NOW - timedelta(hours=27), drill_at=None)
    assert rules.worst(rules.checks(facts)) == "unknown"


def test_a_lock_is_read_by_its_pins() -> None:
    text = "Foo_Bar==1.2 \\\n    --hash=sha256:ab\n    # via -r x\nbaz==2 ; python_version < '3.12'\nbaz==3\n"
    assert finding.read_lock(text) == {"foo-bar": {"1.2"}, "baz": {"2", "3"}}


def test_ages_are_said_in_the_unit_of_which_there_are_two() -> None:
    assert [rules.age(each) for each in (5, 119, 120, 7199, 7200, 3 * 86400)] == [
        "5 s",
        "119 s",
        "2 min",
        "120 min",
        "2 h",
        "3 d",
    ]
