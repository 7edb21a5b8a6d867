"""What a report says to scripts and to people."""

from __future__ import annotations

import json
from dataclasses import replace

import msgspec

from hearthline.simulation.judge import Verdict
from hearthline.simulation.outcome import Outcome
from hearthline.simulation.report import as_html, as_json, in_words, is_passed

VERDICT = Verdict(
    taken=9, stored=9, noise=0, lookalikes=0, in_meter=0, undecodable=0, lost=0, doubled=0, false_values=()
)
GOOD = Outcome(
    name="calm & <quiet>",
    seed=3,
    planned_hash="ab" * 32,
    verdict=VERDICT,
    unsent=0,
    fired={"slow": 2},
    silent=(),
    helped=0,
    simulated_s=300,
    failures=(),
)
BAD = replace(GOOD, verdict=replace(VERDICT, lost=1, false_values=("SN-1 ok 120",)))


def test_the_json_says_of_each_scenario_whether_it_passed_and_what_was_counted() -> None:
    said = json.loads(msgspec.json.encode(as_json([GOOD, BAD])))

    assert [one["passed"] for one in said["outcomes"]] == [True, False]
    assert said["passed"] is False
    assert said["outcomes"][1]["verdict"]["lost"] == 1


def test_the_page_escapes_names_and_needs_nothing_from_elsewhere() -> None:
    page = as_html([GOOD], title="A <title>")

    assert "calm &amp; &lt;quiet&gt;" in page
    assert "A &lt;title&gt;: passed" in page
    assert "http" not in page


def test_the_page_marks_what_failed_and_says_why() -> None:
    page = as_html([GOOD, BAD], title="t")

    assert page.count('<tr class="failed">') == 1
    assert "t: FAILED" in page
    assert "1 lost; false value: SN-1 ok 120" in page


def test_a_line_for_people_names_scenario_seed_and_verdict() -> None:
    assert in_words(GOOD) == "calm & <quiet>, seed 3: 9 taken, passed"
    assert "FAILED: 1 lost" in in_words(BAD)


def test_nothing_played_is_nothing_passed() -> None:
    assert not is_passed([])


def test_a_fault_that_never_happened_fails_the_scenario() -> None:
    assert not replace(GOOD, silent=("slow",)).is_passed
