"""The manual's JSON Schema of the wire."""

from __future__ import annotations

from pathlib import Path

from ingest.wire_schema import MESSAGES, schema, text

MANUAL = Path(__file__).parents[2] / "docs" / "reference" / "wire-schema.json"


def test_the_manual_holds_the_wire_as_it_is() -> None:
    """Write it anew with `hearthline ingest schema > docs/reference/wire-schema.json`, if you meant to change
    what gateways in the field speak."""
    assert MANUAL.read_text(encoding="utf-8") == text()


def test_every_kind_of_message_is_in_it() -> None:
    assert {kind.__name__ for kind in MESSAGES} <= set(schema()["$defs"])
