"""`hearthline identity`: exit codes, reasons, and that keys and terms are made anew."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from sqlalchemy import delete
from typer.testing import CliRunner

from clinician_api.audit.rules import By
from clinician_api.clock import utc_now
from clinician_api.db import connect, sessions
from clinician_api.identity import papers, search
from clinician_api.identity.models import SearchTerm
from clinician_api.kms import FolderKms
from hearthline.cli import app
from tests.clinician_api.identity.test_numbers import number_of
from tests.clinician_api.making import NOW, actor, clinic

run = CliRunner().invoke


@pytest.mark.parametrize(
    ("number", "code", "reason"),
    [
        ("11010519491231002X", 0, ""),
        ("11010519491231002x", 0, ""),
        ("34052419800101001X", 0, ""),
        ("110105491231002", 0, ""),
        ("440524188001010014", 1, "age"),
        ("110105194912310020", 1, "check_digit"),
        ("34052419800230001X", 1, "date"),
        ("not a number", 1, "shape"),
        ("-110105", 1, "shape"),
        ("", 1, "shape"),
        ("\U0001f600", 1, "shape"),
    ],
)
def test_a_number_is_right_or_its_fault_is_said(number: str, code: int, reason: str) -> None:
    told = run(app, ["identity", "check-id", number])
    assert told.exit_code == code
    assert told.stderr.startswith(reason)
    assert not number or number not in told.output


def test_a_script_reads_one_value() -> None:
    right = run(app, ["identity", "check-id", "--json", "11010519491231002X"])
    assert json.loads(right.stdout) == {"valid": True, "born": "1949-12-31", "sex": "female", "former": False}
    wrong = run(app, ["identity", "check-id", "--json", "1"])
    assert (wrong.exit_code, json.loads(wrong.stdout)) == (1, {"valid": False, "fault": "shape"})


def test_keys_are_rotated_people_severed_and_terms_made_anew(database_url: str, tmp_path: Path) -> None:
    engine = connect(database_url)
    care = sessions(engine)
    now, number = utc_now(), number_of("19540506", "338")
    with care.begin() as db:
        there = clinic(db)
        papers.state(db, FolderKms(tmp_path), By(), there.resident, "resident_id", number, now=now)
        db.execute(delete(SearchTerm))
    where = ["--database-url", database_url]
    rotated = run(app, ["identity", "rotate-keys", *where, "--keys", str(tmp_path), "--json"])
    assert json.loads(rotated.stdout) == {"master_key": 2, "wrapped_again": 2}
    (tmp_path / "1.master").unlink()
    with care() as db:
        assert papers.whose(db, FolderKms(tmp_path), "resident_id", number) == there.resident
    assert run(app, ["identity", "index", *where]).stderr == "2 residents can be found\n"
    with care() as db:
        assert len(search.find(db, actor(db, there.supervisor), "5678", now=NOW)) == 2
    severed = run(app, ["identity", "sever", str(there.resident), "--why", "asked", *where])
    assert severed.exit_code == 0
    with care() as db:
        assert papers.whose(db, FolderKms(tmp_path), "resident_id", number) is None
    elsewhere = tmp_path / "elsewhere"
    lost = run(app, ["identity", "rotate-keys", *where, "--keys", str(elsewhere)])
    assert (lost.exit_code, "master key" in lost.stderr) == (1, True)
    engine.dispose()
