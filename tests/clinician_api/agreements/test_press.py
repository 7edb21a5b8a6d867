"""A PDF that is set in a process of its own is the same, and a process that died costs no document."""

from __future__ import annotations

from collections.abc import Iterator
from multiprocessing import active_children

import pytest

from clinician_api.agreements import rules
from clinician_api.agreements.press import Apart, Here, Sheet
from clinician_api.agreements.specimen import of
from clinician_api.agreements.text import fill, read
from tests.architecture.tree import ROOT
from tests.clinician_api.making import NOW

TERMS = of(rules.day(NOW))
BODY = (ROOT / "clinician_api/agreements/starter/zh.txt").read_text(encoding="utf-8")
SHEET = Sheet(TERMS, {"zh": fill(read(BODY), rules.values(TERMS))}, (), "0" * 64, NOW)


@pytest.fixture(scope="module")
def apart() -> Iterator[Apart]:
    press = Apart()
    press.begin()
    yield press
    press.close()


def test_it_is_the_same_document_wherever_it_is_set(apart: Apart) -> None:
    assert apart.print(SHEET) == Here().print(SHEET)


def test_a_process_that_was_killed_costs_no_document_and_is_begun_anew(apart: Apart) -> None:
    for child in active_children():
        child.kill()
        child.join()
    printed = [apart.print(SHEET)[:4] for _ in range(2)]
    assert (printed, len(active_children())) == ([b"%PDF"] * 2, 1)
