"""The table of faults."""

from __future__ import annotations

from dataclasses import replace

from hearthline.simulation.matrix import as_markdown, row
from tests.hearthline.simulation.test_report import BAD, GOOD

SLOW = replace(GOOD, name="slow")


def test_a_row_adds_up_the_seeds_of_a_scenario() -> None:
    found = row([SLOW, replace(SLOW, seed=4, fired={}), replace(SLOW, seed=5, verdict=BAD.verdict)])

    assert (found.seeds, found.happened, found.struck) == (3, 4, 2)
    assert (found.taken, found.lost, found.false_values) == (27, 1, 1)
    assert found.failed == (5,)


def test_a_scenario_of_several_faults_counts_all_that_happened() -> None:
    assert row([replace(GOOD, name="everything", fired={"slow": 2, "nan": 3})]).happened == 5


def test_the_table_has_a_line_for_each_row_and_as_many_cells_as_its_head() -> None:
    head, rule, line = as_markdown([row([SLOW])]).splitlines()

    assert line.startswith("| `slow` | 1 | 2 |")
    assert head.count("|") == rule.count("|") == line.count("|")
