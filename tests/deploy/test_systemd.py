"""The units as we ship them: systemd understands each, and each calls a command that exists."""

from __future__ import annotations

import re
import shutil
import subprocess
from pathlib import Path

import pytest
from typer.testing import CliRunner

from hearthline.cli import app
from tests.architecture.tree import ROOT
from tests.conftest import missing

SHIPPED = ROOT / "deploy" / "systemd"
UNITS = sorted(SHIPPED.glob("*.*"))
PROGRAM = "/opt/hearthline/bin/hearthline"


@pytest.mark.parametrize("unit", UNITS, ids=lambda unit: unit.name)
def test_systemd_understands_it(unit: Path, tmp_path: Path) -> None:
    if shutil.which("systemd-analyze") is None:
        missing("systemd-analyze")
    for each in UNITS:
        # The program, the account and the file of settings are the machine's.
        said = each.read_text(encoding="utf-8").replace(PROGRAM, "/bin/true")
        (tmp_path / each.name).write_text(said.replace("User=hearthline\n", ""))
    verified = subprocess.run(
        ["systemd-analyze", "verify", tmp_path / unit.name], capture_output=True, text=True, check=False
    )
    ours = [line for line in verified.stderr.splitlines() if unit.name in line]
    assert (verified.returncode, ours) == (0, [])


@pytest.mark.parametrize("unit", sorted(SHIPPED.glob("*.service")), ids=lambda unit: unit.name)
def test_its_command_exists(unit: Path) -> None:
    found = re.search(rf"^ExecStart={PROGRAM} (.+)$", unit.read_text(encoding="utf-8"), re.MULTILINE)
    assert found is not None
    assert CliRunner().invoke(app, [*found[1].split(), "--help"]).exit_code == 0


@pytest.mark.parametrize("timer", sorted(SHIPPED.glob("*.timer")), ids=lambda timer: timer.name)
def test_a_timer_has_its_service(timer: Path) -> None:
    assert timer.with_suffix(".service").exists()
