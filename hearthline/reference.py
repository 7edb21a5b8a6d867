"""Writes docs/reference/commands.md from the commands themselves (`make docs`). Not part of any command."""

from __future__ import annotations

import re
from pathlib import Path

from typer.cli import app as typer_app
from typer.testing import CliRunner

from hearthline.commands import COMMANDS

PAGE = Path(__file__).parent.parent / "docs" / "reference" / "commands.md"
INTRODUCTION = """\
# Commands

Written by `make docs` from the commands themselves.

Every command ends with exit code 0, 1 (it failed) or 2 (it was called wrongly). With `--json`, stdout is
exactly one JSON value on one line; everything for people goes to stderr.

"""


def commands_page() -> str:
    """Return the page as Markdown, one section a command."""
    return INTRODUCTION + "\n".join(_section(name) for name in sorted(COMMANDS))


def _section(name: str) -> str:
    arguments = [f"hearthline.commands.{name}", "utils", "docs", "--name", f"hearthline {name}"]
    told = CliRunner().invoke(typer_app, arguments, catch_exceptions=False)
    if told.exit_code != 0:
        raise LookupError(f"hearthline {name} does not load: {told.output}")
    return re.sub(r"^#", "##", told.stdout, flags=re.MULTILINE).strip() + "\n"


if __name__ == "__main__":
    PAGE.write_text(commands_page(), encoding="utf-8")
