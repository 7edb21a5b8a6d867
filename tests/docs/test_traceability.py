"""The traceability page is complete, and what it calls tested has a test of that name."""

from __future__ import annotations

import ast
import re
from dataclasses import dataclass

import pytest

from tests.architecture.tree import ROOT

PAGE = ROOT / "docs" / "traceability.md"
STATUSES = {"tested", "planned", "cannot here"}
TEST = re.compile(r"`([\w/]+\.py)::(\w+)`")


@dataclass(frozen=True, slots=True)
class Row:
    """One feature and its claim."""

    feature: int
    title: str
    status: str
    shown_by: str


def rows() -> list[Row]:
    cells = [line.strip("|").split("|") for line in PAGE.read_text(encoding="utf-8").splitlines()]
    stripped = [[cell.strip() for cell in row] for row in cells]
    return [Row(int(row[0][1:]), *row[1:]) for row in stripped if re.fullmatch(r"F\d+", row[0])]


def test_every_feature_stands_there_once() -> None:
    assert [row.feature for row in rows()] == list(range(1, 130))


@pytest.mark.parametrize("row", rows(), ids=lambda row: f"F{row.feature}")
def test_a_status_says_what_it_needs_to(row: Row) -> None:
    assert row.title
    assert row.status in STATUSES
    assert bool(TEST.search(row.shown_by)) == (row.status == "tested")
    assert bool(row.shown_by) == (row.status != "planned")


def is_a_test(file: str, name: str) -> bool:
    tree = ast.parse((ROOT / file).read_text(encoding="utf-8"))
    functions = [node for node in ast.walk(tree) if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef)]
    return name.startswith("test_") and name in {function.name for function in functions}


def test_every_named_test_exists() -> None:
    claims = {claim for row in rows() for claim in TEST.findall(row.shown_by)}
    assert sorted(claim for claim in claims if not is_a_test(*claim)) == []
