"""`hearthline agreements`: what it says of a file, and how it ends."""

from __future__ import annotations

import json
from datetime import UTC, datetime
from importlib.resources import files
from pathlib import Path
from uuid import UUID

import pytest
from fpdf import FPDF
from typer.testing import CliRunner

from clinician_api import agreements
from clinician_api.agreements.sealing import seal
from clinician_api.agreements.seals import FolderSeals
from hearthline.commands.agreements import app

AT = datetime(2026, 3, 1, tzinfo=UTC)


@pytest.fixture
def sealed(tmp_path: Path) -> Path:
    paper = FPDF()
    paper.add_page()
    key = FolderSeals(tmp_path / "seals").of(UUID(int=1), "卫生服务中心", now=AT)
    file = tmp_path / "agreement.pdf"
    file.write_bytes(seal(bytes(paper.output()), key, reason="HL-1", at=AT))
    return file


def test_an_agreement_verifies_with_nothing_but_its_root(sealed: Path) -> None:
    root = sealed.parent / "seals" / "root.crt"
    done = CliRunner().invoke(app, ["verify", str(sealed), "--root", str(root)])
    assert done.exit_code == 0
    assert "卫生服务中心" in done.stdout
    assert "valid" in done.stdout


def test_a_changed_one_does_not_and_a_script_learns_why(sealed: Path) -> None:
    sealed.write_bytes(sealed.read_bytes() + b"\n% more\n")
    done = CliRunner().invoke(app, ["verify", str(sealed), "--keys", str(sealed.parent), "--json"])
    assert done.exit_code == 1
    assert json.loads(done.stdout)["troubles"] == ["added_to"]


def test_without_a_root_it_asks_for_one(sealed: Path) -> None:
    done = CliRunner().invoke(app, ["verify", str(sealed)], env={"CARE_KEYS": None})
    assert done.exit_code == 2


def test_a_text_is_checked_before_anybody_gets_it(tmp_path: Path) -> None:
    good, bad = Path("clinician_api/agreements/starter/zh.txt"), tmp_path / "bad.txt"
    bad.write_text("# 协议\n$password\n[items]\n[signatures]\n")
    assert CliRunner().invoke(app, ["text", str(good)]).exit_code == 0
    done = CliRunner().invoke(app, ["text", str(bad)])
    assert done.exit_code == 1
    assert "password" in done.stderr


def test_a_new_text_is_put_in_force_by_whoever_runs_the_server(
    module_database_url: str, tmp_path: Path
) -> None:
    file = tmp_path / "text.txt"
    words = files(agreements).joinpath("starter", "zh.txt").read_text(encoding="utf-8")
    file.write_text(words, encoding="utf-8")
    there = ("write", str(file), "--since", "2099-01-01", "--database-url", module_database_url)
    done = CliRunner().invoke(app, list(there))
    assert (done.exit_code, "version 1 of zh" in done.stderr) == (0, True)
    file.write_text("# nothing", encoding="utf-8")
    assert CliRunner().invoke(app, list(there)).exit_code == 1
    assert CliRunner().invoke(app, [*there, "--language", "fr"]).exit_code == 2
