"""`hearthline packages` and `hearthline regions`: looked at without a database, then put in force once."""

from __future__ import annotations

import json
from importlib.resources import files
from pathlib import Path

from typer import Typer
from typer.testing import CliRunner, Result

from clinician_api import packages as package
from hearthline.commands import packages, regions
from tests.clinician_api.regions.test_regions import CITY

AHEAD = CITY.replace("2026-03-02", "2099-01-01")


def run(app: Typer, *words: str) -> Result:
    return CliRunner().invoke(app, list(words), env={"CARE_DATABASE_URL": None})


def test_the_starter_catalogue_is_loaded_once_by_a_command(module_database_url: str) -> None:
    there = ("apply", "--database-url", module_database_url, "--from", "2099-01-01", "--json")
    first, again = (json.loads(run(packages.app, *there).stdout) for _ in range(2))
    assert {each["what"] for each in first} == {"new"}
    assert {each["what"] for each in again} == {"same"}
    assert "hypertension" in {each["code"] for each in first}


def test_a_changed_file_makes_a_new_version_of_what_changed(module_database_url: str, tmp_path: Path) -> None:
    file = tmp_path / "catalogue.toml"
    words = files(package).joinpath("starter.toml").read_text(encoding="utf-8")
    file.write_text(words.replace('price = "240.00"', 'price = "260.00"'), encoding="utf-8")
    assert run(packages.app, "check", str(file)).exit_code == 0
    done = run(
        packages.app,
        "apply",
        str(file),
        "--database-url",
        module_database_url,
        "--from",
        "2099-01-01",
        "--json",
    )
    assert [each["code"] for each in json.loads(done.stdout) if each["what"] != "same"] == ["chronic_plus"]


def test_a_catalogue_that_cannot_be_ends_with_its_place(tmp_path: Path) -> None:
    file = tmp_path / "catalogue.toml"
    file.write_text("[[package]]\ncode = 'a'\n", encoding="utf-8")
    done = run(packages.app, "check", str(file))
    assert (done.exit_code, "package.0" in done.stderr) == (1, True)


def test_a_regions_file_is_checked_then_looked_at_then_applied(
    module_database_url: str, tmp_path: Path
) -> None:
    file = tmp_path / "city.toml"
    file.write_text(AHEAD, encoding="utf-8")
    alone = run(regions.app, "check", str(file))
    assert "terms.longest_years: 3 -> 2" in alone.stdout
    there = (str(file), "--database-url", module_database_url, "--json")
    looked, applied, again = (run(regions.app, word, *there) for word in ("check", "apply", "check"))
    assert json.loads(looked.stdout) == json.loads(applied.stdout) != []
    assert json.loads(again.stdout) == []
    ahead = ("--database-url", module_database_url, "--on", "2099-01-01")
    shown = run(regions.app, "show", "310000", *ahead)
    assert "terms.longest_years" in shown.stdout
    held = {
        each["place"]: each
        for each in json.loads(run(regions.app, "show", "310000", *ahead, "--json").stdout)
    }
    assert (held["fees.personal"]["value"], held["fees.personal"]["from"]) == ("15.00", "310000")
    assert run(regions.app, "show", "nowhere", *ahead).exit_code == 1


def test_a_regions_file_that_contradicts_itself_ends_with_the_place(tmp_path: Path) -> None:
    file = tmp_path / "city.toml"
    file.write_text(AHEAD + "[reserve]\ncontracted = 70\nreferred = 40\n", encoding="utf-8")
    done = run(regions.app, "check", str(file))
    assert (done.exit_code, "reserve.referred" in done.stderr) == (1, True)
