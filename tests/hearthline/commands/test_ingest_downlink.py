"""`hearthline ingest ask` as it is typed."""

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
DEED = ("--by", "a steward", "--why", "the broker moves")


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


ORDERS = [("speak", "looked"), ("question", "red_flag"), ("repeat",), ("pair",), ("restart",)]


@pytest.mark.parametrize("order", ORDERS, ids=lambda order: order[0])
def test_an_order_waits_for_its_gateway(call: Call, gateway: Gateway, order: tuple[str, ...]) -> None:
    given = call("ask", order[0], gateway.gateway, *order[1:])
    assert given.exit_code == 0, given.stderr
    (asked,) = json.loads(call("ask", "list", gateway.gateway, "--json").stdout)
    assert (asked["kind"], asked["outcome"]) == ("command", None)
    assert asked["name"] == json.loads(given.stdout)["command"]


def test_a_sentence_that_does_not_exist_is_not_asked_for(call: Call, gateway: Gateway) -> None:
    said = call("ask", "speak", gateway.gateway, "you are cured")
    assert said.exit_code == 1
    assert "Invalid enum value" in said.stderr


def test_an_unknown_gateway_is_asked_nothing(call: Call) -> None:
    assert call("ask", "restart", uuid4()).exit_code == 1
    assert call("ask", "configure", uuid4(), *DEED).exit_code == 1


def test_settings_get_a_version_with_who_and_why(call: Call, gateway: Gateway) -> None:
    given = call("ask", "configure", gateway.gateway, *DEED, "--set", "heartbeat_s=30")
    assert json.loads(given.stdout)["version"] == 1
    (asked,) = json.loads(call("ask", "list", gateway.gateway, "--json").stdout)
    assert (asked["wanted"], asked["by"]) == ({"heartbeat_s": 30}, "a steward")


@pytest.mark.parametrize("word", ["root=00", "heartbeat_s", "heartbeat_s=0", "heartbeat_s=often"])
def test_a_setting_that_may_not_be_set_from_afar_is_refused(call: Call, gateway: Gateway, word: str) -> None:
    assert call("ask", "configure", gateway.gateway, *DEED, "--set", word).exit_code == 2


def test_nobody_configures_without_a_reason(call: Call, gateway: Gateway) -> None:
    assert call("ask", "configure", gateway.gateway, "--by", "a steward", "--why", " ").exit_code == 1


def test_what_was_asked_is_told_to_people(call: Call, gateway: Gateway) -> None:
    call("ask", "speak", gateway.gateway, "looked")
    assert "waiting   command" in call("ask", "list", gateway.gateway).stdout
