"""The page and the command of health, over a real database and a folder of backups."""

from __future__ import annotations

import json
from datetime import datetime, timedelta
from pathlib import Path

from cryptography import x509
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import ed25519
from cryptography.x509.oid import NameOID
from fastapi.testclient import TestClient
from typer.testing import CliRunner

from clinician_api.db import Sessions
from clinician_api.health import finding, service
from clinician_api.identity import service as identity
from clinician_api.sealer import seal_once
from clinician_api.settings import Settings
from hearthline.commands import health
from tests.clinician_api.making import NOW, clinic, enter, make_account


def certificate(file: Path, until: datetime) -> Path:
    key = ed25519.Ed25519PrivateKey.generate()
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "care.example")])
    made = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(1)
        .not_valid_before(until - timedelta(days=90))
        .not_valid_after(until)
        .sign(key, algorithm=None)
    )
    file.write_bytes(made.public_bytes(serialization.Encoding.PEM))
    return file


def test_everything_is_found_where_the_settings_say(
    care: Sessions, database_url: str, tmp_path: Path
) -> None:
    broken = tmp_path / "broken.pem"
    broken.write_text("no certificate")
    good = certificate(tmp_path / "good.pem", NOW + timedelta(days=20))
    finding.drilled(tmp_path, NOW - timedelta(days=3))
    with care.begin() as db:
        clinic(db)
    seal_once(care, clock=lambda: NOW)
    settings = Settings(
        database_url=database_url, backups=tmp_path, certificates=f"{good}:{broken}", vault=tmp_path
    )
    with care() as db:
        found = {(each.code, each.what): each for each in service.look(db, settings, now=NOW)}
    assert found["migrations", "care"].state == "good"
    assert (found["certificates", "good.pem"].state, found["certificates", "good.pem"].value) == (
        "look",
        "20 d",
    )
    assert found["certificates", "broken.pem"].state == "unknown"
    assert (found["drill", ""].value, found["backup", ""].state) == ("3 d", "unknown")
    assert found["versions", ""].state == "good"  # the lock that the tests themselves run under
    assert found["seal", ""].value == "0"


def test_those_who_look_after_the_system_see_the_page_and_no_others(
    care: Sessions, client: TestClient
) -> None:
    with care.begin() as db:
        there = clinic(db)
        guard = make_account(db, "安全员", institution=there.institution, now=NOW)
        identity.join(db, guard, "security", team=None, since=NOW - timedelta(days=9))
    enter(client, guard)
    assert client.get("/", follow_redirects=False).headers["location"] == "/admin/health"
    assert client.get("/admin/health").status_code == 200
    codes = {each["code"] for each in client.get("/api/v1/health").json()}
    assert codes >= {"versions", "migrations", "backup", "jobs", "seal", "clock"}
    enter(client, there.doctor)
    assert [client.get(path).status_code for path in ("/admin/health", "/api/v1/health")] == [403, 403]


def test_the_command_says_one_json_value_and_ends_with_1_where_something_is_to_be_done(
    care: Sessions,
    database_url: str,
) -> None:
    result = CliRunner().invoke(health.app, ["--database-url", database_url, "--json"])
    said = json.loads(result.stdout)
    assert result.exit_code == (1 if said["state"] == "act" else 0)
    assert {each["state"] for each in said["checks"] if each["code"] == "migrations"} == {"good"}
