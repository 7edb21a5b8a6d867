"""`hearthline agreements`: what it says of a file, and how it ends."""

from __future__ import annotations

import json
from datetime import UTC, datetime
from pathlib import Path
from uuid import UUID

import pytest
from fpdf import FPDF
from typer.testing import CliRunner

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
