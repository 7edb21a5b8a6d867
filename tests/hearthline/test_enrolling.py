"""What a claim leaves behind can be printed and read as settings."""

from __future__ import annotations

from pathlib import Path

import msgspec
from typer.testing import CliRunner

from hearthline.commands import ingest
from hearthline.enrolling import Joined
from tests.ingest.making import NOON, Gateway


def test_what_a_claim_came_to_is_one_json_value() -> None:
    one = Gateway()
    said = Joined(one.gateway, one.home, NOON, "ab" * 32, str(Path("/etc/hearthline/gateway.toml")))
    assert b"gateway.toml" in msgspec.json.encode(said)


def test_the_authoritys_certificate_is_made_and_its_place_said(tmp_path: Path) -> None:
    said = CliRunner().invoke(ingest.app, ["code", "authority", "--data", str(tmp_path)])
    place = msgspec.json.decode(said.stdout)["certificate"]
    assert Path(place).read_bytes().startswith(b"-----BEGIN CERTIFICATE-----")
