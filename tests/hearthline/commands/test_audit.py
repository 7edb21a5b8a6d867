"""`hearthline audit` as it is typed."""

from __future__ import annotations

import json
from pathlib import Path

import psycopg
import pytest
from typer.testing import CliRunner, Result

from clinician_api.audit import service
from clinician_api.audit.rules import By, Entry
from clinician_api.db import connect, sessions
from hearthline.commands import audit
from tests.clinician_api.making import NOW


@pytest.fixture
def sealed(database_url: str) -> str:
    """A database with two entries in one link."""
    engine = connect(database_url)
    with sessions(engine).begin() as db:
        for _ in range(2):
            service.record(db, Entry("resident.read", By()), now=NOW)
    with sessions(engine).begin() as db:
        service.seal(db, now=NOW)
    engine.dispose()
    return database_url


def verify(database_url: str, *words: str) -> Result:
    return CliRunner().invoke(audit.app, ["verify", "--database-url", database_url, *words])


def test_a_whole_chain_is_said_to_be_whole(sealed: str) -> None:
    result = verify(sealed, "--json")
    assert result.exit_code == 0
    assert json.loads(result.stdout)["faults"] == []


def test_a_head_that_was_written_down_is_recognised(sealed: str) -> None:
    head = json.loads(verify(sealed, "--json").stdout)["head"]
    assert verify(sealed, "--expect", head).exit_code == 0


def test_a_forged_entry_is_named_and_fails_the_command(sealed: str) -> None:
    with psycopg.connect(sealed, autocommit=True) as attacker:
        attacker.execute("alter table care.audit_entry disable trigger all")
        attacker.execute("update care.audit_entry set outcome = 'refused' where seq = 2")
    result = verify(sealed)
    assert (result.exit_code, result.stdout) == (1, "changed 2\n")


def test_a_file_is_checked_without_the_database(sealed: str, tmp_path: Path) -> None:
    file, kept = tmp_path / "audit.jsonl", tmp_path / "anchors"
    exported = CliRunner().invoke(audit.app, ["export", str(file), "--database-url", sealed])
    kept.write_text(CliRunner().invoke(audit.app, ["anchors", "--database-url", sealed]).stdout)
    checked = ["verify", str(file), "--anchors", str(kept), "--json"]
    result = CliRunner().invoke(audit.app, checked)
    assert (exported.exit_code, result.exit_code) == (0, 0)
    assert json.loads(result.stdout)["sealed"] == 2
    file.write_bytes(file.read_bytes().replace(b"resident.read", b"resident.seen", 1))
    assert CliRunner().invoke(audit.app, checked[:-1]).stdout == "changed 1\n"


def test_a_file_that_is_there_is_not_written_over(sealed: str, tmp_path: Path) -> None:
    file = tmp_path / "audit.jsonl"
    file.write_text("kept")
    result = CliRunner().invoke(audit.app, ["export", str(file), "--database-url", sealed])
    assert (result.exit_code, file.read_text()) == (1, "kept")


def test_anchors_that_are_none_are_a_usage_error(sealed: str, tmp_path: Path) -> None:
    kept = tmp_path / "anchors"
    kept.write_text("1:ab\n")
    assert verify(sealed, "--anchors", str(kept)).exit_code == 2


def test_a_head_that_is_none_is_a_usage_error(sealed: str) -> None:
    assert verify(sealed, "--expect", "one:zz").exit_code == 2


def test_a_database_that_does_not_answer_is_said_in_one_line() -> None:
    result = verify("postgresql://127.0.0.1:1/none")
    assert result.exit_code == 1
    assert result.stderr.startswith("the database does not answer")
