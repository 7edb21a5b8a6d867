"""`hearthline backup` against a running PostgreSQL."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from typer.testing import CliRunner, Result

from hearthline.commands.backup import app
from ingest.backups.shelf import Shelf
from ingest.keys import open_keyring
from ingest.lineage.life import read_life
from tests.ingest.backups.making import backup


@pytest.fixture
def data(tmp_path: Path) -> Path:
    """Ingest's folder."""
    open_keyring(tmp_path / "ingest" / "keys")
    return tmp_path / "ingest"


def run(*words: object) -> Result:
    return CliRunner().invoke(app, [str(word) for word in words])


@pytest.mark.restore
def test_a_backup_is_made_listed_and_verified_and_damage_is_told(
    database_url: str, data: Path, tmp_path: Path
) -> None:
    folder = tmp_path / "backups"
    made = run("--folder", folder, "--data", data, "--database-url", database_url, "--json")
    assert made.exit_code == 0, made.stderr
    listed = json.loads(run("list", "--folder", folder, "--json").stdout)
    assert listed == [json.loads(made.stdout)]
    assert read_life(data).safe_before.isoformat(timespec="seconds") in made.stderr
    assert run("verify", "--folder", folder).exit_code == 0

    (folder / "base" / listed[0]["name"] / "data" / "PG_VERSION").unlink()
    found = run("verify", "--folder", folder, "--json")
    assert found.exit_code == 1
    assert json.loads(found.stdout) == {"damaged": [listed[0]["name"]]}


def test_a_list_says_how_far_the_log_goes_without_a_gap(tmp_path: Path) -> None:
    stored, shelf = backup(1), Shelf(tmp_path)
    shelf.draft()
    shelf.put(stored)
    assert "log to its own end" in run("list", "--folder", tmp_path).stdout
    for number in (3, 4, 6):
        (shelf.log_folder(stored.cluster, 1) / f"00000001000000000000000{number}").touch()
    assert "log to 000000010000000000000004" in run("list", "--folder", tmp_path).stdout


def test_without_a_database_it_says_what_to_do(data: Path, tmp_path: Path) -> None:
    told = run("--folder", tmp_path / "backups", "--data", data)
    assert told.exit_code == 1
    assert "--database-url" in told.stderr


def test_a_folder_that_is_not_ingests_is_refused(tmp_path: Path) -> None:
    """Its lineage would be nobody's, and gateways would never hear what they may forget."""
    told = run("--folder", tmp_path / "backups", "--data", tmp_path, "--database-url", "postgresql:///none")
    assert told.exit_code == 1
    assert "no keys" in told.stderr


def test_a_database_that_is_away_is_told_in_a_line(data: Path, tmp_path: Path) -> None:
    nowhere = "postgresql://127.0.0.1:1/none"
    told = run("--folder", tmp_path / "backups", "--data", data, "--database-url", nowhere)
    assert told.exit_code == 1
    assert "does not answer" in told.stderr
