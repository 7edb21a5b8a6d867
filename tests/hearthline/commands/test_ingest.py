"""`hearthline ingest` and `hearthline db` as they are typed."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from uuid import uuid4

import psycopg
import pytest
from typer.testing import CliRunner, Result

from hearthline.commands import db, ingest
from ingest.chores import chores_of
from ingest.keys import open_keyring
from ingest.lineage.life import FIRST
from ingest.postgres import Server
from tests.ingest.evidence import SHANGHAI
from tests.ingest.making import NOON, Gateway, make_body, make_reading
from tests.ingest.store.tables import Tables

Call = Callable[..., Result]


@pytest.fixture
def call(database_url: str, tmp_path: Path) -> Call:
    """A sub-command on a test's database and data folder."""

    def run(*words: object) -> Result:
        where = ("--database-url", database_url, "--data", str(tmp_path))
        return CliRunner().invoke(ingest.app, [*map(str, words), *where])

    return run


def enrol(call: Call, gateway: Gateway, *more: object) -> Result:
    who = ("--gateway", gateway.gateway, "--public-key", gateway.public, "--home", gateway.home)
    return call("enrol", *who, *more)


def test_enrolling_answers_the_root_key_to_pin(call: Call, tmp_path: Path) -> None:
    gateway = Gateway()
    result = enrol(call, gateway)
    assert result.exit_code == 0
    assert json.loads(result.stdout) == {
        "gateway": str(gateway.gateway),
        "home": str(gateway.home),
        "root": open_keyring(tmp_path / "keys").root_public,
    }


def test_binding_a_meter_attributes_what_waits(call: Call, database_url: str) -> None:
    gateway, resident = Gateway(), uuid4()
    tables = Tables.at(database_url)
    tables.send(gateway, gateway.seal(make_reading(1)))
    result = enrol(call, gateway, "--bind", f"BP-1001:1={resident}")
    assert "1 readings found their resident" in result.stderr
    assert tables.count("readings") == 1
    tables.connection.close()


def test_a_meters_key_may_hold_colons(call: Call, database_url: str) -> None:
    assert enrol(call, Gateway(), "--bind", f"C0:FF:EE:00:10:01:*={uuid4()}").exit_code == 0
    with psycopg.connect(database_url) as connection:
        bound = connection.execute("select meter, slot from ingest.meter_binding").fetchall()
    assert bound == [("C0:FF:EE:00:10:01", None)]


def test_a_binding_that_is_none_is_a_wrong_call(call: Call) -> None:
    assert enrol(call, Gateway(), "--bind", "nonsense").exit_code == 2


def test_the_ledger_is_one_json_value(call: Call) -> None:
    enrol(call, gateway := Gateway())
    statement = json.loads(call("ledger", "--json").stdout)
    assert (statement["complete"], statement["missing"], statement["unknown"]) == (False, 0, 1)
    assert [each["gateway"] for each in statement["gateways"]] == [str(gateway.gateway)]


def test_the_ledger_tells_people_what_is_missing(call: Call, database_url: str) -> None:
    gateway = Gateway()
    enrol(call, gateway)
    gateway.seal()
    tables = Tables.at(database_url)
    tables.send(gateway, gateway.seal())
    tables.connection.close()
    told = call("ledger", "--gateway", gateway.gateway).stdout
    assert f"missing in stream {gateway.stream}: 1" in told
    assert "1 sealed batches have not arrived and may still come." in told


def test_a_day_of_a_gateway_is_one_json_value(call: Call, database_url: str) -> None:
    gateway = Gateway()
    enrol(call, gateway)
    tables = Tables.at(database_url)
    tables.send(gateway, gateway.seal())
    tables.connection.close()
    asked = ("ledger", "--gateway", gateway.gateway, "--day", f"{NOON:%Y-%m-%d}")
    statement = json.loads(call(*asked, "--json").stdout)
    assert (statement["arrived"], statement["readings"], statement["missing"]) == (1, 1, [])
    assert "1 batches with 1 readings arrived" in call(*asked).stdout


def test_rounds_that_nobody_walks_are_an_alarm(call: Call) -> None:
    result = call("alarms", "--json")
    assert result.exit_code == 1
    assert {(each["code"], each["subject"]) for each in json.loads(result.stdout)} == {
        ("rounds", name) for name in chores_of(FIRST, SHANGHAI, is_listening=lambda: False)
    }


def test_no_alarm_is_said_to_be_none(call: Call) -> None:
    assert call("round").exit_code == 0
    assert json.loads(call("alarms", "--json").stdout) == []
    assert call("alarms").stdout == "No alarm.\n"


def test_an_old_hole_ends_the_command_with_1(call: Call, database_url: str) -> None:
    gateway = Gateway()
    enrol(call, gateway)
    gateway.seal()
    tables = Tables.at(database_url)
    tables.send(gateway, gateway.seal())
    tables.connection.close()
    call("round")
    result = call("alarms", "--json")
    assert result.exit_code == 1
    assert [each["code"] for each in json.loads(result.stdout)] == ["hole"]
    assert f"hole        {gateway.gateway}/{gateway.stream}  batches 1  since" in call("alarms").stdout


def test_the_quarantine_is_listed_with_reasons(call: Call, database_url: str) -> None:
    gateway = Gateway()
    tables = Tables.at(database_url)
    tables.send(gateway, gateway.seal_body(b"[]"))
    tables.connection.close()
    (item,) = json.loads(call("quarantine", "list", "--json").stdout)
    assert (item["kind"], item["source"]) == ("rejected", str(gateway.gateway))
    assert item["reason"].startswith("malformed")


@pytest.mark.parametrize("words", [("--day", "2026-03-05"), ("--day", "5 March"), ("--gateway", "x")])
def test_a_day_without_its_gateway_or_no_day_at_all_is_a_wrong_call(
    call: Call, words: tuple[str, str]
) -> None:
    assert call("ledger", *words).exit_code == 2


def test_of_a_gateway_that_nobody_enrolled_nothing_is_said(call: Call) -> None:
    result = call("ledger", "--gateway", uuid4(), "--day", "2026-03-05", "--json")
    assert (result.exit_code, result.stdout) == (1, "")


def test_folding_says_what_it_did(call: Call, database_url: str) -> None:
    gateway = Gateway()
    enrol(call, gateway)
    tables = Tables.at(database_url)
    tables.send(gateway, *(gateway.seal() for _ in range(4)))
    tables.connection.execute("update ingest.batch set stored_at = now() - interval '40 days'")
    tables.connection.close()
    assert json.loads(call("fold", "--json").stdout) == {"ranges": 1, "batches": 3, "forgotten": 0}
    assert "0 batches folded" in call("fold", "--gateway", gateway.gateway).stderr


WHO = ("--by", "steward-7", "--why", "a driver of March")


def test_an_item_is_put_right_replayed_and_shown(call: Call, database_url: str, tmp_path: Path) -> None:
    gateway = Gateway()
    enrol(call, gateway)
    tables = Tables.at(database_url)
    tables.send(gateway, gateway.seal_body(b"[]"))
    (corrected := tmp_path / "body.json").write_bytes(make_body(make_reading(1)))
    assert json.loads(call("quarantine", "fix", "1", corrected, *WHO, "--json").stdout)["step"] == "fixed"
    replayed = json.loads(call("quarantine", "replay", "1", *WHO, "--json").stdout)
    assert (replayed["outcome"], replayed["readings"]) == ("stored", [str(make_reading(1).reading_id)])
    shown = json.loads(call("quarantine", "show", "1", "--json").stdout)
    assert [step["step"] for step in shown["steps"]] == ["fixed", "replayed"]
    assert '"body":[]' in shown["payload"]
    assert json.loads(call("quarantine", "list", "--waiting", "--json").stdout) == []
    assert tables.count("unattributed") == 1
    tables.connection.close()


def test_what_is_refused_again_fails_with_the_reason(call: Call, database_url: str) -> None:
    gateway = Gateway()
    enrol(call, gateway)
    tables = Tables.at(database_url)
    tables.send(gateway, gateway.seal_body(b"[]"))
    tables.connection.close()
    result = call("quarantine", "replay", "1", *WHO)
    assert result.exit_code == 1
    assert "nothing was stored: malformed" in result.stderr
    assert call("quarantine", "close", "1", *WHO).exit_code == 0
    assert "closed by steward-7: a driver of March" in call("quarantine", "show", "1").stdout


def test_who_and_why_must_be_said(call: Call) -> None:
    assert call("quarantine", "close", "1", "--by", "steward-7").exit_code == 2
    assert call("quarantine", "close", "1", "--by", "", "--why", "x").exit_code == 1


def test_an_item_that_is_not_there_is_said_not_to_be(call: Call) -> None:
    assert call("quarantine", "show", "9").exit_code == 1
    assert call("quarantine", "replay", "9", *WHO).exit_code == 1


def test_a_revoked_gateway_is_said_to_be(call: Call) -> None:
    enrol(call, gateway := Gateway())
    assert "1 keys revoked" in call("revoke", "--gateway", gateway.gateway).stderr


def test_who_may_touch_what_on_nats_is_ingest_and_every_gateway(call: Call) -> None:
    enrol(call, gateway := Gateway())
    said = call("nats-users", "--ingest", "cloud").stdout
    assert said.startswith("users: [\n")
    assert 'user: "CN=cloud"' in said
    assert f'user: "CN={gateway.gateway}"' in said


def test_without_a_database_it_says_what_to_do(tmp_path: Path) -> None:
    result = CliRunner().invoke(ingest.app, ["ledger", "--data", str(tmp_path)])
    assert result.exit_code == 1
    assert "--database-url" in result.stderr


def test_upgrading_twice_leaves_the_tables_up_to_date(postgres: Server, database_url: str) -> None:
    result = CliRunner().invoke(db.app, ["upgrade", "--database-url", database_url])
    assert result.exit_code == 0


def test_upgrading_what_does_not_answer_fails(tmp_path: Path) -> None:
    result = CliRunner().invoke(db.app, ["upgrade", "--database-url", f"postgresql:///x?host={tmp_path}"])
    assert result.exit_code == 1


def test_a_new_signing_key_leaves_the_root_and_the_old_key_valid(tmp_path: Path) -> None:
    folder = ("--data", str(tmp_path))
    before = json.loads(CliRunner().invoke(ingest.app, ["keys", *folder]).stdout)
    after = json.loads(CliRunner().invoke(ingest.app, ["keys", "--rotate", *folder]).stdout)
    assert after["root"] == before["root"]
    assert after["signing"] != before["signing"]
    assert after["valid"] == [after["signing"], before["signing"]]


@pytest.mark.parametrize("word", ["setup", "run", "rebuild"])
def test_without_a_place_for_the_copy_it_names_what_to_set(
    word: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name in ("URL", "TOKEN", "ORG"):
        monkeypatch.delenv(f"INFLUX_{name}", raising=False)
    result = CliRunner().invoke(ingest.app, ["influx", word])
    assert result.exit_code == 1
    assert "INFLUX_URL, INFLUX_TOKEN, INFLUX_ORG" in result.stderr


def test_a_copy_that_nobody_takes_is_said_in_one_line(monkeypatch: pytest.MonkeyPatch) -> None:
    for name, value in (("URL", "http://127.0.0.1:1"), ("TOKEN", "hidden"), ("ORG", "org")):
        monkeypatch.setenv(f"INFLUX_{name}", value)
    result = CliRunner().invoke(ingest.app, ["influx", "setup"])
    assert result.exit_code == 1
    assert "does not answer" in result.stderr
    assert "hidden" not in result.stderr
