"""Every number that a region can set is gone by somewhere, or is said to wait for the room that will."""

from __future__ import annotations

import ast
from collections.abc import Iterator, Mapping
from typing import Final

from clinician_api.regions.rules import NATIONAL, WAITING, places
from clinician_api.web.region_labels import PLACES
from tests.architecture.tree import ROOT

READERS: Final[Mapping[str, tuple[str, str]]] = {
    "terms.shortest_years": ("clinician_api/contracts/service.py", "_drafted"),
    "terms.longest_years": ("clinician_api/contracts/service.py", "_drafted"),
    "terms.change_after_months": ("clinician_api/contracts/service.py", "_standing"),
    "terms.changes_a_year": ("clinician_api/contracts/service.py", "_standing"),
    "terms.elderly_from": ("clinician_api/contracts/grouped.py", "at"),
    "capacity.per_doctor": ("clinician_api/contracts/book.py", "_places"),
    "capacity.warn_percent": ("clinician_api/contracts/book.py", "_places"),
    "fees.personal": ("clinician_api/contracts/pricing.py", "fee_of"),
    "fees.waived_for": ("clinician_api/contracts/pricing.py", "fee_of"),
    "clocks.answer_reminder_hours": ("clinician_api/contracts/pacing.py", "at"),
    "clocks.answer_working_days": ("clinician_api/contracts/pacing.py", "at"),
    "clocks.answer_days": ("clinician_api/contracts/pacing.py", "at"),
    "clocks.sign_reminder_days": ("clinician_api/contracts/pacing.py", "at"),
    "clocks.sign_days": ("clinician_api/contracts/pacing.py", "at"),
    "clocks.pay_days": ("clinician_api/contracts/pacing.py", "at"),
    "clocks.renewal_days": ("clinician_api/contracts/pacing.py", "at"),
    "clocks.renewal_reminders": ("clinician_api/contracts/pacing.py", "at"),
    "clocks.complaint_working_days": ("clinician_api/contracts/pacing.py", "at"),
    "targets.home_systolic": ("clinician_api/regions/rules.py", "home_goal"),
    "targets.home_diastolic": ("clinician_api/regions/rules.py", "home_goal"),
}
"""Of each number a function that decides by it. A new number needs its line, or one in `rules.WAITING`."""


def test_each_number_has_a_reader_or_waits_for_one() -> None:
    assert {place for place, _ in places(NATIONAL)} == READERS.keys() | WAITING.keys()
    assert READERS.keys() & WAITING.keys() == set()


def test_the_readers_that_are_named_read_it() -> None:
    blind = {place: where for place, where in READERS.items() if place.split(".")[1] not in _read_by(*where)}
    assert blind == {}


def _read_by(file: str, function: str) -> set[str]:
    tree = ast.parse((ROOT / file).read_text(encoding="utf-8"))
    return {name for each in _functions(tree, function) for name in _attributes(each)}


def _functions(tree: ast.AST, name: str) -> Iterator[ast.AST]:
    return (each for each in ast.walk(tree) if isinstance(each, ast.FunctionDef) and each.name == name)


def _attributes(tree: ast.AST) -> Iterator[str]:
    return (each.attr for each in ast.walk(tree) if isinstance(each, ast.Attribute))


def test_each_number_has_words_on_the_administrators_page() -> None:
    assert {place for place, _ in places(NATIONAL)} == PLACES.keys()
