"""What scenarios came to, as JSON for scripts and as one page of HTML for people. Judges nothing."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from html import escape
from typing import Any, Final

import msgspec

from hearthline.simulation.outcome import Outcome

COLUMNS: Final = ("taken", "stored", "noise", "lookalikes", "undecodable", "in_meter", "lost", "doubled")

_PAGE: Final = """<!doctype html>
<html lang="en"><meta charset="utf-8"><title>{title}</title>
<style>
body {{ font: 16px/1.5 system-ui, sans-serif; margin: 2rem; color: #1a1a1a; background: #fff; }}
table {{ border-collapse: collapse; }}
th, td {{ border-bottom: 1px solid #ccc; padding: .3rem .8rem; text-align: right; vertical-align: top; }}
th:first-child, td:first-child, td:last-child {{ text-align: left; }}
.failed {{ background: #fde8e8; }}
</style>
<h1>{title}: {verdict}</h1>
<table><thead><tr>{head}</tr></thead><tbody>
{rows}
</tbody></table>
"""


def as_json(outcomes: Sequence[Outcome]) -> dict[str, Any]:
    """`{"passed": …, "outcomes": [ … ]}`; an outcome has `passed` beside what was counted."""
    return {"passed": is_passed(outcomes), "outcomes": [_outcome(one) for one in outcomes]}


def is_passed(outcomes: Sequence[Outcome]) -> bool:
    return bool(outcomes) and all(one.is_passed for one in outcomes)


def as_html(outcomes: Sequence[Outcome], *, title: str) -> str:
    """A page that needs nothing else; a row for each scenario and seed."""
    head = (
        "scenario",
        "seed",
        *COLUMNS,
        "false values",
        "unsent",
        "helped",
        "faults that happened",
        "what is wrong",
    )
    return _PAGE.format(
        title=escape(title),
        verdict="passed" if is_passed(outcomes) else "FAILED",
        head="".join(f"<th>{escape(name)}</th>" for name in head),
        rows="\n".join(map(_row, outcomes)),
    )


def in_words(outcome: Outcome) -> str:
    """One line for people."""
    word = "passed" if outcome.is_passed else f"FAILED: {'; '.join(complaints(outcome))}"
    return f"{outcome.name}, seed {outcome.seed}: {outcome.verdict.taken} taken, {word}"


def complaints(outcome: Outcome) -> list[str]:
    """Why it did not pass; empty if it did."""
    found = outcome.verdict
    counts = {
        "lost": found.lost,
        "doubled": found.doubled,
        "still in a meter": found.in_meter,
        "without a receipt": outcome.unsent,
    }
    return [
        *(f"{count} {what}" for what, count in counts.items() if count),
        *(f"false value: {value}" for value in found.false_values),
        *(f"{fault} never happened" for fault in outcome.silent),
        *outcome.failures,
    ]


def _outcome(outcome: Outcome) -> Mapping[str, Any]:
    facts: dict[str, Any] = msgspec.to_builtins(outcome)
    return {"passed": outcome.is_passed} | facts


def _row(outcome: Outcome) -> str:
    found = outcome.verdict
    fired = ", ".join(f"{name} ×{count}" for name, count in outcome.fired.items())
    cells = (
        outcome.name,
        outcome.seed,
        *(getattr(found, column) for column in COLUMNS),
        len(found.false_values),
        outcome.unsent,
        outcome.helped,
        fired,
        "; ".join(complaints(outcome)),
    )
    kind = "" if outcome.is_passed else ' class="failed"'
    return f"<tr{kind}>{''.join(f'<td>{escape(str(cell))}</td>' for cell in cells)}</tr>"
