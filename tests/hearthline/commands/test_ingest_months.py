"""`hearthline ingest months` and `retire` as they are typed, and killed."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from uuid import uuid4

import psycopg
import pytest
from msgspec.structs import replace
from typer.testing import CliRunner, Result

from hearthline.commands import ingest
from ingest.store import meters
from ingest.store.ordering import advance
from tests.ingest.making import CUFF, Gateway, make_body, make_reading
from tests.ingest.store.tables import Tables

Call = Callable[..., Result]
WHO = ("--by", "operator-1", "--why", "three years")
THEN = datetime.now(UTC) - timedelta(days=4 * 365)
MONTH = f"{THEN:%Y-%m}"
NEXT = f"{THEN + timedelta(days=31):%Y-%m}"
RELATION = f"retired_{THEN:%Y_%m}_1"


@pytest.fixture
def tables(database_url: str) -> Iterator[Tables]:
    """One reading of four years ago and one of today, counted by all who count."""
    tables, gateway = Tables.at(database_url), Gateway()
    tables.bind(gateway, CUFF.key, uuid4())
    for number, at in ((1, THEN), (2, datetime.now(UTC))):
        like = make_reading(number)
        body = make_body(replace(like, heard=replace(like.heard, at=at)))
        tables.send(gateway, gateway.seal_body(body), now=at)
    meters.advance(tables.connection)
    yield tables
    tables.connection.close()


@pytest.fixture
def call(database_url: str) -> Call:
    def run(*words: object) -> Result:
        return CliRunner().invoke(ingest.app, [*map(str, words), "--database-url", database_url])

    return run


def test_the_months_that_stand_are_told_and_how_many_stand_ready(call: Call, tables: Tables) -> None:
    said = json.loads(call("months", "list", "--json").stdout)
    assert (said["months"][0], said["ahead"]) == (MONTH, 6)


def test_a_month_that_was_put_in_order_is_marked(call: Call, tables: Tables) -> None:
    assert json.loads(call("months", "list", "--json").stdout)["in_order"] == []
    advance(tables.connection, datetime.now(UTC))
    advance(tables.connection, datetime.now(UTC))
    assert json.loads(call("months", "list", "--json").stdout)["in_order"] == [MONTH]
    assert f"{MONTH}  in order" in call("months", "list").stdout


def test_too_few_months_ahead_fail_the_check(call: Call, database_url: str) -> None:
    assert call("months", "list").exit_code == 1


def test_a_dry_run_takes_nothing_out(call: Call, tables: Tables, tmp_path: Path) -> None:
    result = call("retire", NEXT, tmp_path, *WHO, "--dry-run")
    assert json.loads(result.stdout) == {"would_retire": [MONTH]}
    assert (tables.count("readings"), list(tmp_path.iterdir())) == (2, [])


def test_a_month_goes_and_comes_back(call: Call, tables: Tables, tmp_path: Path) -> None:
    (retired,) = json.loads(call("retire", NEXT, tmp_path, *WHO, "--drop").stdout)
    assert (retired["relation"], retired["rows"], retired["is_dropped"]) == (RELATION, 1, True)
    assert tables.count("readings") == 1
    assert "1 rows are back" in call("months", "bring-back", RELATION, tmp_path).stderr
    assert tables.count("readings") == 2


def test_a_young_month_stays_and_it_is_told_why(call: Call, tables: Tables, tmp_path: Path) -> None:
    result = call("retire", f"{datetime.now(UTC) + timedelta(days=31):%Y-%m}", tmp_path, *WHO)
    assert "stays: less than 25 months ago" in result.stderr
    assert tables.count("readings") == 1


def test_what_no_cursor_has_passed_stays(call: Call, tables: Tables, tmp_path: Path) -> None:
    tables.connection.execute("update ingest.meter_cursor set tx = '0'")
    assert "stays: a copy or a count" in call("retire", NEXT, tmp_path, *WHO).stderr
    assert tables.count("readings") == 2


@pytest.mark.parametrize("word", ["2024", "soon"])
def test_what_is_no_month_is_a_wrong_call(call: Call, tmp_path: Path, word: str) -> None:
    assert call("retire", word, tmp_path, *WHO).exit_code == 2


def test_killed_while_it_waits_for_a_reader_it_goes_on_when_called_again(
    call: Call, tables: Tables, database_url: str, tmp_path: Path
) -> None:
    words = ["retire", NEXT, str(tmp_path), *WHO, "--drop", "--database-url", database_url]
    with psycopg.connect(database_url) as reader:
        reader.execute("select from ingest.readings limit 1")
        child = subprocess.Popen(
            [sys.executable, "-m", "hearthline", "ingest", *words],
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
        )
        until_half_detached(tables)
        os.kill(child.pid, signal.SIGKILL)
        child.wait()
    (retired,) = json.loads(call(*words[:-2]).stdout)
    assert (retired["relation"], retired["rows"]) == (RELATION, 1)
    assert (tables.count("readings"), tables.count("reading_identity")) == (1, 2)


def until_half_detached(tables: Tables) -> None:
    deadline = time.monotonic() + 30
    pending = "select count(*) from pg_inherits where inhdetachpending"
    while not tables.one(pending):
        assert time.monotonic() < deadline
