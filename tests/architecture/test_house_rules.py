"""Rules of the house that no linter says. Each tells what to do instead; exceptions stand here."""

from __future__ import annotations

import ast
from collections.abc import Callable, Collection
from pathlib import Path

import pytest

from tests.architecture.tree import ROOT, modules, parse

# A process's outermost loop, where the alternative to catching is to stop serving everybody.
OUTERMOST_LOOPS = {
    "clinician_api/worker.py": "one case must not silence the others",
    "alerts/guarded.py": "one reading that no rule can judge must not silence the other residents",
    "ingest/rounds.py": "a chore that fails must neither close the door nor stop the others",
    "gateway/radio/scanner.py": "one meter must not silence the others",
}

# Each path through these loads only what it needs.
LAZY_IMPORTERS = {
    "hearthline/commands/sim.py": "meters alone need nothing of the gateway installed",
    "ingest/influx/main.py": "whoever runs the door without a copy must not load the copy's client",
    "hearthline/__main__.py": "the gateway's process must not load typer",
    "gateway/cloud/way.py": "a gateway goes one way to the cloud, and a Pi has little memory",
    "gateway/page/showing.py": "most gateways have no page, and a Pi has little memory",
}

NAMELESS = {"utils", "util", "common", "helpers", "core", "misc"}
BROAD = {"Exception", "BaseException"}


def name_of(node: ast.expr | None) -> str:
    """The last part of a dotted name: `datetime` for `datetime.datetime`."""
    match node:
        case ast.Name(id=name) | ast.Attribute(attr=name):
            return name
        case _:
            return ""


def broad_catches(tree: ast.AST) -> list[int]:
    """Lines that catch everything, alone or in a tuple, and keep it: who cleans up and raises again may."""
    handlers = [node for node in ast.walk(tree) if isinstance(node, ast.ExceptHandler)]
    return [handler.lineno for handler in handlers if _catches_all(handler)]


def _catches_all(handler: ast.ExceptHandler) -> bool:
    caught = handler.type.elts if isinstance(handler.type, ast.Tuple) else [handler.type]
    raises_again = isinstance(handler.body[-1], ast.Raise) and handler.body[-1].exc is None
    return not raises_again and (handler.type is None or any(name_of(kind) in BROAD for kind in caught))


def imports_in_functions(tree: ast.AST) -> list[int]:
    functions = [node for node in ast.walk(tree) if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef)]
    inner = [node for function in functions for node in ast.walk(function)]
    return sorted({node.lineno for node in inner if isinstance(node, ast.Import | ast.ImportFrom)})


def naive_nows(tree: ast.AST) -> list[int]:
    """Lines that ask for the time without a zone."""
    calls = [node for node in ast.walk(tree) if isinstance(node, ast.Call)]
    return [call.lineno for call in calls if _is_naive_now(call)]


def _is_naive_now(call: ast.Call) -> bool:
    match call.func:
        case ast.Attribute(attr="now", value=owner) if name_of(owner) == "datetime":
            return not call.args and not call.keywords
        case ast.Attribute(attr="utcnow" | "utcfromtimestamp"):
            return True
        case ast.Attribute(attr="today", value=owner):
            return name_of(owner) in {"date", "datetime"}
        case _:
            return False


def length(module: Path) -> int:
    return len((ROOT / module).read_text(encoding="utf-8").splitlines())


def offences(find: Callable[[ast.AST], list[int]], *, excused: Collection[str] = ()) -> list[str]:
    """Every line that `find` finds, as `file:line`. All in one test: one a module would be thousands."""
    judged = [module for module in modules() if str(module) not in excused]
    return [f"{module}:{line}" for module in judged for line in find(parse(module))]


def test_nothing_is_caught_wholesale() -> None:
    """Catch what you can act on; our own mistakes crash, and foreign data goes to quarantine."""
    assert offences(broad_catches, excused=OUTERMOST_LOOPS) == []


def test_imports_stand_at_the_top() -> None:
    """An import inside a function hides a cycle: move the thing both sides need to a third module."""
    assert offences(imports_in_functions, excused=LAZY_IMPORTERS) == []


def test_now_has_a_zone() -> None:
    """Time is an argument; where a process reads the clock it says `datetime.now(UTC)`."""
    assert offences(naive_nows) == []


def test_a_shared_thing_has_a_name() -> None:
    """Say what the module holds instead of that several use it."""
    assert [module for module in modules() if NAMELESS & {module.stem, *module.parts}] == []


def test_a_file_fits_in_a_head() -> None:
    """Over 400 lines there are two modules in one: split by what changes together."""
    assert [module for module in modules() if length(module) > 400] == []


def test_every_exception_to_a_rule_is_still_needed() -> None:
    excused = {name: parse(Path(name)) for name in {**OUTERMOST_LOOPS, **LAZY_IMPORTERS}}
    assert [name for name in OUTERMOST_LOOPS if not broad_catches(excused[name])] == []
    assert [name for name in LAZY_IMPORTERS if not imports_in_functions(excused[name])] == []


@pytest.mark.parametrize(
    "source",
    [
        "try:\n  f()\nexcept Exception:\n  pass",
        "try:\n  f()\nexcept:\n  pass",
        "try:\n  f()\nexcept (OSError, Exception) as e:\n  pass",
        "try:\n  f()\nexcept builtins.BaseException:\n  pass",
    ],
)
def test_a_wholesale_catch_is_seen(source: str) -> None:
    assert broad_catches(ast.parse(source)) == [3]


def test_cleaning_up_and_raising_again_is_no_catch() -> None:
    assert broad_catches(ast.parse("try:\n  f()\nexcept BaseException:\n  undo()\n  raise")) == []


@pytest.mark.parametrize(
    "source",
    ["datetime.now()", "datetime.datetime.now()", "datetime.utcnow()", "date.today()", "dt.utcnow()"],
)
def test_a_naive_now_is_seen(source: str) -> None:
    assert naive_nows(ast.parse(source)) == [1]


def test_an_aware_now_is_allowed() -> None:
    assert naive_nows(ast.parse("datetime.now(UTC); datetime.now(tz=UTC); self.now()")) == []


def test_an_import_in_a_nested_function_is_seen_once() -> None:
    assert imports_in_functions(ast.parse("def f():\n  async def g():\n    import os")) == [3]
