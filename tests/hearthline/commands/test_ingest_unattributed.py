"""`hearthline ingest unattributed` as it is typed."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from pathlib import Path
from uuid import uuid4

import pytest
from typer.testing import CliRunner, Result

from hearthline.commands import ingest
from tests.ingest.making import CUFF, Gateway, make_reading
from tests.ingest.store.tables import Tables

Call = Callable[..., Result]
READING = make_reading(1).reading_id
WHO = ("--by", "steward 7", "--why", "a visitor")


@pytest.fixture
def call(database_url: str, tmp_path: Path) -> Call:
    """A sub-command on a test's database and data folder."""

    def run(*words: object) -> Result:
        where = ("--database-url", database_url, "--data", str(tmp_path))
        return CliRunner().invoke(ingest.app, ["unattributed", *map(str, words), *where])

    return run


@pytest.fixture
def tables(database_url: str) -> Iterator[Tables]:
    """One reading waits."""
    tables = Tables.at(database_url)
    gateway = Gateway()
    tables.send(gateway, gateway.seal(make_reading(1)))
    yield tables
    tables.connection.close()


def test_what_waits_is_told_to_people_without_its_values(call: Call, tables: Tables) -> None:
    told = call("list")
    assert f"{CUFF.key}  {READING}" in told.stdout
    assert "128" not in told.stdout.replace(str(READING), "")
    assert told.stderr == "1 readings wait for an owner\n"


def test_attributing_prints_the_step(call: Call, tables: Tables) -> None:
    resident = uuid4()
    step = json.loads(call("attribute", CUFF.key, READING, "--resident", resident, *WHO).stdout)
    assert (step["step"], step["resident"], step["by"]) == ("attributed", str(resident), "steward 7")
    assert json.loads(call("list", "--json").stdout) == []
    assert call("attribute", CUFF.key, READING, "--resident", uuid4(), *WHO).exit_code == 1


def test_a_dismissed_reading_is_listed_apart_with_who_and_why(call: Call, tables: Tables) -> None:
    assert call("dismiss", CUFF.key, READING, *WHO).exit_code == 0
    assert call("list").stdout == ""
    assert "steward 7: a visitor" in call("list", "--dismissed").stdout


def test_nothing_is_done_without_a_reason(call: Call, tables: Tables) -> None:
    assert call("dismiss", CUFF.key, READING, "--by", "steward 7").exit_code == 2
    refused = call("dismiss", CUFF.key, READING, "--by", "steward 7", "--why", " ")
    assert (refused.exit_code, "why" in refused.stderr) == (1, True)
