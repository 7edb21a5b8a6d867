"""Logging in, staying in and being refused, as a browser sees it."""

from __future__ import annotations

from uuid import UUID

import pytest
from fastapi.testclient import TestClient
from sqlalchemy import select

from clinician_api.audit.models import AuditEntry
from clinician_api.db import Sessions
from tests.clinician_api.making import PASSWORD, Clinic, clinic, login_name


@pytest.fixture
def there(care: Sessions) -> Clinic:
    with care.begin() as db:
        return clinic(db)


@pytest.fixture
def name(care: Sessions, there: Clinic) -> str:
    with care() as db:
        return login_name(db, there.doctor)


def refusals(care: Sessions) -> list[tuple[str, UUID | None]]:
    """What was refused, and to whom."""
    rows = select(AuditEntry.action, AuditEntry.account).where(AuditEntry.outcome == "refused")
    with care() as db:
        return [(action, account) for action, account in db.execute(rows.order_by(AuditEntry.seq))]


def log_in(client: TestClient, name: str, password: str = PASSWORD) -> int:
    return client.post("/api/v1/logins", json={"name": name, "password": password}).status_code


def test_the_right_password_lets_in_and_says_who_one_is(client: TestClient, name: str, there: Clinic) -> None:
    answer = client.post("/api/v1/logins", json={"name": name, "password": PASSWORD})
    assert answer.status_code == 201
    assert answer.json()["account"] == str(there.doctor)
    assert client.get("/api/v1/me").json()["roles"] == ["doctor"]
