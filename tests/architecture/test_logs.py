"""Every line that a server may log is read here: a `noun.verb` that is written out, and fields from the list.

Put a fact into a field of `ingest.logs.FIELDS`; add one there only if it can hold no name and no reading.
"""

from __future__ import annotations

import ast
import re

import pytest

from ingest.logs import FIELDS
from tests.architecture.tree import modules, parse

SERVERS = {"ingest", "alerts", "clinician_api", "hearthline"}
LEVELS = {"debug", "info", "warning", "error", "exception", "critical"}
EVENT = re.compile(r"[a-z]+(_[a-z]+)*\.[a-z]+(_[a-z]+)*")


def said(tree: ast.AST) -> list[ast.Call]:
    """Calls of a logger that is named `log`."""
    calls = [node for node in ast.walk(tree) if isinstance(node, ast.Call)]
    return [call for call in calls if _is_logging(call.func)]


def _is_logging(function: ast.expr) -> bool:
    match function:
        case ast.Attribute(value=ast.Name(id="log" | "_log" | "logger"), attr=attr):
            return attr in LEVELS
        case _:
            return False


def wrong(call: ast.Call) -> list[str]:
    """What about a line cannot be allowed."""
    match call.args:
        case [ast.Constant(value=str() as event)] if EVENT.fullmatch(event):
            found = []
        case _:
            found = ["the event is no noun.verb that is written out"]
    names = [keyword.arg or "**" for keyword in call.keywords]
    return found + [f"field {name}" for name in names if name not in FIELDS | {"exc_info"}]


SERVER_MODULES = [module for module in modules() if module.parts[0] in SERVERS]


def test_every_line_says_what_may_be_said() -> None:
    calls = [(module, call) for module in SERVER_MODULES for call in said(parse(module))]
    assert [f"{module}:{call.lineno}: {trouble}" for module, call in calls for trouble in wrong(call)] == []


def test_the_list_holds_nothing_that_nobody_says() -> None:
    calls = [call for module in SERVER_MODULES for call in said(parse(module))]
    assert {keyword.arg for call in calls for keyword in call.keywords} >= FIELDS


@pytest.mark.parametrize(
    "source",
    [
        'log.info(f"stored {name}")',
        'log.info("stored")',
        'log.info("reading.stored", systolic=1)',
        'log.error("reading.stored", **facts)',
        'log.warning("reading %s stored", name)',
    ],
)
def test_a_line_that_says_too_much_is_seen(source: str) -> None:
    (call,) = said(ast.parse(source))
    assert wrong(call) != []
