"""One's own inbox through the client."""

from __future__ import annotations

from uuid import UUID, uuid4

import pytest
from fastapi.testclient import TestClient
from sqlalchemy import select

from clinician_api.audit.models import AuditEntry
from clinician_api.audit.rules import By
from clinician_api.contracts import service as contracts
from clinician_api.db import Sessions
from clinician_api.notices import service
from clinician_api.notices.rules import Message, Recipient
from tests.clinician_api.making import NOW, Clinic, clinic, enter

INBOX = "/api/v1/notices"


@pytest.fixture
def people(care: Sessions) -> Clinic:
    with care.begin() as db:
        return clinic(db)


def tell(care: Sessions, to: Recipient) -> UUID:
    with care.begin() as db:
        (notice,) = service.queue(db, [to], Message("case.opened", "episode", uuid4(), "1"), now=NOW)
        service.deliver(db, notice, now=NOW)
    return notice


def test_a_notice_is_fetched_and_then_seen(client: TestClient, care: Sessions, people: Clinic) -> None:
    notice = tell(care, Recipient("account", people.doctor))
    enter(client, people.doctor)
    inbox = client.get(INBOX).json()
    assert ([each["id"] for each in inbox["notices"]], inbox["unseen"]) == ([str(notice)], 1)
    assert client.post(f"{INBOX}/{notice}/seen").json()["seen_at"] is not None
    assert client.get(INBOX).json()["unseen"] == 0


def test_a_resident_is_told_as_the_person(client: TestClient, care: Sessions, people: Clinic) -> None:
    notice = tell(care, Recipient("resident", people.resident))
    enter(client, people.own_account)
    assert [each["id"] for each in client.get(INBOX).json()["notices"]] == [str(notice)]


def test_a_notice_of_somebody_out_of_sight_by_now_is_gone_from_the_inbox(
    client: TestClient, care: Sessions, people: Clinic
) -> None:
    """After the end of a contract the former team sees nothing, to the second."""
    facts = {"resident": str(people.resident), "level": "critical"}
    with care.begin() as db:
        message = Message("case.opened", "episode", uuid4(), "1", facts)
        (notice,) = service.queue(db, [Recipient("account", people.doctor)], message, now=NOW)
        service.deliver(db, notice, now=NOW)
    enter(client, people.doctor)
    assert [each["id"] for each in client.get(INBOX).json()["notices"]] == [str(notice)]
    with care.begin() as db:
        reads = select(AuditEntry.resident).where(AuditEntry.purpose == "notices")
        assert db.scalars(reads).all() == [people.resident]
        contracts.end(db, By(), people.contract, why="moved", now=NOW)
    assert client.get(INBOX).json() == {"notices": [], "unseen": 0}
    assert client.post(f"{INBOX}/{notice}/seen").status_code == 404


def test_somebody_elses_notice_is_not_found(client: TestClient, care: Sessions, people: Clinic) -> None:
    notice = tell(care, Recipient("account", people.nurse))
    enter(client, people.doctor)
    assert client.get(INBOX).json()["notices"] == []
    assert client.post(f"{INBOX}/{notice}/seen").status_code == 404
