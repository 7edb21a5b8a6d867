"""`hearthline ingest reading` as it is typed."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from uuid import uuid4

import pytest
from typer.testing import CliRunner, Result

from hearthline.commands import ingest
from tests.ingest.making import Gateway, make_reading
from tests.ingest.store.tables import Tables

Call = Callable[..., Result]
READING = make_reading(1)
WHO = ("--by", "steward-1", "--why", "it was her husband")


@pytest.fixture
def call(database_url: str, tmp_path: Path) -> Call:
    """A sub-command about one reading, which is stored."""
    tables, gateway = Tables.at(database_url), Gateway()
    tables.bind(gateway, READING.meter.key, uuid4())
    tables.send(gateway, gateway.seal(READING))
    tables.connection.close()

    def run(verb: str, *words: object) -> Result:
        where = ("--database-url", database_url, "--data", str(tmp_path))
        names = (READING.meter.key, str(READING.reading_id))
        return CliRunner().invoke(ingest.app, ["reading", verb, *names, *map(str, words), *where])

    return run


def test_a_reading_given_to_another_says_so_in_each_of_its_rows(call: Call) -> None:
    other = uuid4()
    assert json.loads(call("reattribute", other, *WHO).stdout)["resident"] == str(other)
    rows = json.loads(call("show", "--json").stdout)
    assert [(each["revision"], each["withdrawn"]) for each in rows] == [(0, False), (1, True), (2, False)]
    assert rows[-1]["attributed_by"] == "steward-1"


def test_a_correction_is_given_in_words(call: Call) -> None:
    assert json.loads(call("correct", "quality=implausible", *WHO).stdout)["changed"]
    assert "implausible  corrected: quality" in call("show").stdout


@pytest.mark.parametrize("word", ["quality=good", "systolic=120", "is_duplicate=yes"])
def test_what_nobody_may_correct_is_a_wrong_call(call: Call, word: str) -> None:
    assert call("correct", word, *WHO).exit_code == 2


def test_what_cannot_be_done_says_why(call: Call) -> None:
    result = call("correct", "meal=fasting", *WHO)
    assert (result.exit_code, "of no meal" in result.stderr) == (1, True)
