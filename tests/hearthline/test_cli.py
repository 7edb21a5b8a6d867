"""The front door: what it lists, what it loads, how it ends."""

from __future__ import annotations

import subprocess
import sys

import pytest
from typer.testing import CliRunner

from hearthline.cli import app
from hearthline.commands import COMMANDS


def run(*arguments: str) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-X", "importtime", "-m", "hearthline", *arguments]
    return subprocess.run(command, capture_output=True, text=True, check=False, timeout=60)


def test_help_lists_every_command_of_the_table() -> None:
    listed = CliRunner().invoke(app, ["--help"])
    assert listed.exit_code == 0
    assert [name for name in COMMANDS if name not in listed.stdout] == []


def test_help_loads_no_command() -> None:
    imported = run("--help").stderr
    assert "hearthline.cli" in imported
    assert "hearthline.commands." not in imported


def test_the_gateway_runs_without_the_command_line_library() -> None:
    imported = run("gateway", "run", "--help").stderr
    assert "gateway.main" in imported
    assert "typer" not in imported


def test_an_unknown_command_is_a_usage_error() -> None:
    assert CliRunner().invoke(app, ["nonsense"]).exit_code == 2


@pytest.fixture
def without_amqtt(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "hearthline.commands.ingest", None)


@pytest.mark.usefixtures("without_amqtt")
def test_a_command_without_its_extra_says_what_to_install() -> None:
    result = CliRunner().invoke(app, ["ingest", "run"])
    assert result.exit_code == 1
    assert "hearthline[server]" in result.stderr
