"""Where the packages are, for tests that read source instead of running it."""

from __future__ import annotations

import ast
import tomllib
from functools import cache
from pathlib import Path

ROOT = Path(__file__).parent.parent.parent
PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))
PACKAGES: list[str] = PROJECT["tool"]["importlinter"]["root_packages"]


@cache
def modules() -> list[Path]:
    """All modules of the seven packages, relative to the root."""
    return sorted(path.relative_to(ROOT) for name in PACKAGES for path in (ROOT / name).rglob("*.py"))


@cache
def parse(module: Path) -> ast.Module:
    """Each is read once, whatever is asked of it: look, and change nothing."""
    return ast.parse((ROOT / module).read_text(encoding="utf-8"))
