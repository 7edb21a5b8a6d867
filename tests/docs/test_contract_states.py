"""The page about the states of a contract is what the table says."""

from __future__ import annotations

from pathlib import Path

from clinician_api.contracts import states

PAGE = Path(__file__).parents[2] / "docs" / "explanation" / "contract-states.md"


def test_the_page_shows_the_table_as_the_code_has_it() -> None:
    words = PAGE.read_text(encoding="utf-8")
    assert f"```mermaid\n{states.diagram()}```\n" in words
    assert states.described() in words
