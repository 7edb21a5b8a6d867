"""No command goes without help, and the reference says what the commands say."""

from __future__ import annotations

import pytest
from typer.testing import CliRunner

from hearthline import reference
from hearthline.cli import app
from hearthline.commands import COMMANDS


@pytest.mark.parametrize("command", sorted(COMMANDS))
def test_every_command_answers_for_help(command: str) -> None:
    helped = CliRunner().invoke(app, [command, "--help"])
    assert helped.exit_code == 0
    assert command in helped.stdout


def test_every_option_and_argument_is_explained() -> None:
    entries = [line for line in reference.commands_page().splitlines() if line.startswith("* `")]
    assert [entry for entry in entries if "`: " not in entry] == []


def test_the_reference_page_is_what_the_commands_say() -> None:
    assert reference.PAGE.read_text(encoding="utf-8") == reference.commands_page(), "run `make docs`"
