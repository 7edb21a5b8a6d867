"""`hearthline ingest fleet` as it is typed."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from uuid import uuid4

import pytest
from typer.testing import CliRunner, Result

from hearthline.commands import ingest
from tests.ingest.making import Gateway

Call = Callable[..., Result]


@pytest.fixture
def call(database_url: str, tmp_path: Path) -> Call:
    """A sub-command on a test's database and data folder."""

    def run(*words: object) -> Result:
        where = ("--database-url", database_url, "--data", str(tmp_path))
        return CliRunner().invoke(ingest.app, [*map(str, words), *where])

    return run


@pytest.fixture
def gateway(call: Call) -> Gateway:
    gateway = Gateway()
    who = ("--gateway", gateway.gateway, "--public-key", gateway.public, "--home", gateway.home)
    assert call("enrol", *who).exit_code == 0
    return gateway


def test_the_fleet_is_one_json_value(call: Call, gateway: Gateway) -> None:
    (row,) = json.loads(call("fleet", "list", "--json").stdout)
    assert row["gateway"]["gateway"] == str(gateway.gateway)
    assert (row["meter"], row["troubles"]) == (None, ["never_heard"])


def test_the_fleet_is_told_to_people_with_its_sums(call: Call, gateway: Gateway) -> None:
    told = call("fleet", "list")
    assert str(gateway.gateway) in told.stdout
    assert told.stderr == "1 gateways, 0 meters; 1 never_heard\n"


def test_only_what_is_in_trouble_can_be_asked_for(call: Call, gateway: Gateway) -> None:
    assert json.loads(call("fleet", "list", "--trouble", "silent", "--json").stdout) == []
    assert call("fleet", "list", "--trouble", "lonely").exit_code == 2


def test_one_gateway_is_shown_with_its_keys(call: Call, gateway: Gateway) -> None:
    shown = json.loads(call("fleet", "show", gateway.gateway, "--json").stdout)
    assert [key["public"] for key in shown["keys"]] == [gateway.public]
    assert gateway.public[:16] in call("fleet", "show", gateway.gateway).stdout


def test_a_gateway_that_nobody_enrolled_is_not_shown(call: Call) -> None:
    unknown = call("fleet", "show", uuid4())
    assert (unknown.exit_code, "was ever enrolled" in unknown.stderr) == (1, True)


def test_where_nobody_went_round_yet_no_ticket_is_no_good_news(call: Call, gateway: Gateway) -> None:
    told = call("fleet", "tickets")
    assert (told.exit_code, told.stdout, told.stderr) == (0, "", "judged last: ?\n")
    assert json.loads(call("fleet", "tickets", "--closed", "--json").stdout) == []


def test_who_is_missing_is_told_with_whose_errand_it_is(
    call: Call, gateway: Gateway, database_url: str
) -> None:
    resident = uuid4()
    who = ("--gateway", gateway.gateway, "--public-key", gateway.public, "--home", gateway.home)
    assert call("fleet", "missing").stderr == "nobody is missing\n"
    assert call("enrol", *who, "--bind", f"BP-1001:1={resident}").exit_code == 0
    (found,) = json.loads(call("fleet", "missing", "--days", 3, "--json").stdout)
    assert (found["resident"], found["cause"], found["to"]) == (str(resident), "platform", "operations")
    assert call("fleet", "missing").stderr == "1 operations\n"
