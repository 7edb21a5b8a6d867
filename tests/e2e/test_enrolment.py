"""A box with nothing but a code becomes a gateway whose readings are stored, and stays one by renewing."""

from __future__ import annotations

import asyncio
import subprocess
import sys
from collections.abc import Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from uuid import UUID

import psycopg
import pytest

from device_drivers.wire.enrolment import Papers as Answer
from device_drivers.wire.signing import public_hex
from gateway.enrolment import held, joining
from gateway.enrolment.asking import AskedInVainError
from gateway.enrolment.invitation import Invitation
from gateway.enrolment.requests import PapersError
from gateway.settings import Settings
from gateway.trust import keys
from ingest.downlink.pending import Pending
from ingest.enrolment import codes
from ingest.enrolment.authority import open_authority
from ingest.enrolment.desk import Desk, enrolling
from ingest.enrolment.joining import Office
from ingest.fleet import registry
from ingest.keys import Keyring, open_keyring
from ingest.lineage.revocations import Revoked
from ingest.store.steps import Deed
from ingest.ways.https.door import Door
from ingest.ways.papers import NONE, Papers
from ingest.ways.transport import Inbox
from tests.certificates import Authority
from tests.e2e.downlinks import Box, running, working
from tests.ingest.making import Gateway

HOME = UUID(int=9)
NOW = datetime.now(UTC)


@dataclass
class Cloud:
    """An enrolment that is open at this address."""

    url: str
    office: Office
    keyring: Keyring
    database_url: str

    def code(self) -> str:
        with psycopg.connect(self.database_url, autocommit=True) as connection:
            return codes.make(connection, HOME, (), Deed("steward", "a test", datetime.now(UTC)))

    def invitation(self, root: str | None = None) -> Invitation:
        return Invitation(self.url, self.code(), root or self.keyring.root_public)

    def revoke(self, gateway: UUID) -> None:
        with psycopg.connect(self.database_url, autocommit=True) as connection:
            registry.revoke(connection, gateway, now=datetime.now(UTC))


@pytest.fixture
def cloud(database_url: str, tmp_path: Path) -> Iterator[Cloud]:
    keyring = open_keyring(tmp_path / "keys")
    office = Office(open_authority(tmp_path / "ca", datetime.now(UTC)), keyring, None, None)
    desk = Desk(database_url, office, Revoked)
    with enrolling(desk, host="127.0.0.1", port=0, papers=NONE) as port:
        yield Cloud(f"http://127.0.0.1:{port}", office, keyring, database_url)


def join(cloud: Cloud, folder: Path) -> Answer:
    return joining.claim(folder, cloud.invitation(), gateway=None, ca=None)


@contextmanager
def door(cloud: Cloud, folder: Path) -> Iterator[tuple[str, Path]]:
    """The cloud's door, for certificates of its authority alone; its address, and who vouches for it."""
    server = Authority(folder / "server")
    shown = server.issue("door")
    papers = Papers(folder / "ca" / "ca.crt", shown.certificate, shown.key)
    made: list[Door] = []

    def connect(inbox: Inbox) -> Door:
        made.append(Door(inbox, host="127.0.0.1", port=0, papers=papers, pending=pending))
        return made[0]

    with (
        closing(Pending(cloud.database_url, cloud.keyring)) as pending,
        working(cloud.database_url, cloud.keyring, connect),
    ):
        assert made[0].connected.wait(30)
        yield f"https://127.0.0.1:{made[0].port}", server.ca


async def deliver(cloud: Cloud, folder: Path, url: str, ca: Path) -> int:
    """Measure once, with what the folder holds; what then stays unsent."""
    bundle = folder / held.BUNDLE
    settings = Settings(
        data_dir=folder,
        root=cloud.keyring.root_public,
        https=url,
        https_ca=ca,
        https_certificate=bundle,
        https_key=bundle,
    )
    signer = keys.load_or_make(folder)
    box = Box(settings, Gateway(gateway=signer.gateway, key=signer.key))
    async with running(box):
        box.measure()
        assert box.outbox is not None
        outbox = box.outbox
        await box.until(lambda: outbox.counts().unsent == 0)
        return outbox.counts().unsent


def test_from_a_code_to_a_stored_reading_and_on_with_the_next_certificate(
    cloud: Cloud, tmp_path: Path
) -> None:
    folder = tmp_path / "box"
    join(cloud, folder)
    first = public_hex(keys.load_or_make(folder).key)
    with door(cloud, tmp_path) as (url, ca):
        assert asyncio.run(deliver(cloud, folder, url, ca)) == 0
        before = held.read(folder)
        assert before is not None
        joining.renew(folder, before)
        assert public_hex(keys.load_or_make(folder).key) != first
        assert asyncio.run(deliver(cloud, folder, url, ca)) == 0
    with psycopg.connect(cloud.database_url) as connection:
        assert connection.execute("select count(*) from ingest.unattributed").fetchone() == (2,)


def test_the_process_that_renews_says_whether_it_did(cloud: Cloud, tmp_path: Path) -> None:
    folder = tmp_path / "box"
    gateway = join(cloud, folder).gateway
    assert renew_in_a_process(folder).returncode == 0
    cloud.revoke(gateway)
    refused = renew_in_a_process(folder)
    assert (refused.returncode, "claim this gateway again" in refused.stderr) == (1, True)


def renew_in_a_process(folder: Path) -> subprocess.CompletedProcess[str]:
    words = [sys.executable, "-m", "gateway.enrolment", str(folder)]
    return subprocess.run(words, capture_output=True, text=True, check=False, timeout=120)


def test_an_answer_that_was_lost_is_asked_for_again_with_the_same_key(cloud: Cloud, tmp_path: Path) -> None:
    folder, invitation = tmp_path / "box", cloud.invitation()
    joining.claim(folder, invitation, gateway=None, ca=None)
    mine = keys.load_or_make(folder).gateway
    # As if nothing had been written: the key it asked with is still the next one.
    (folder / "gateway.key").rename(folder / "next.key")
    (folder / "papers.json").unlink()
    assert joining.claim(folder, invitation, gateway=None, ca=None).gateway == mine


def test_another_cloud_than_the_qr_code_named_is_not_joined(cloud: Cloud, tmp_path: Path) -> None:
    folder = tmp_path / "box"
    with pytest.raises(PapersError, match="another cloud"):
        joining.claim(folder, cloud.invitation(root="ab" * 32), gateway=None, ca=None)
    assert held.read(folder) is None


def test_a_wrong_code_says_what_to_do(cloud: Cloud, tmp_path: Path) -> None:
    wrong = Invitation(cloud.url, "0" * 16, None)
    with pytest.raises(AskedInVainError, match="ask for another"):
        joining.claim(tmp_path / "box", wrong, gateway=None, ca=None)


def test_a_code_travels_in_clear_to_nobody_else(tmp_path: Path) -> None:
    with pytest.raises(AskedInVainError, match="TLS alone"):
        joining.claim(tmp_path, Invitation("http://cloud.example", "0" * 16, None), gateway=None, ca=None)


def test_a_revoked_gateway_joins_again_by_a_new_code_with_a_new_key(cloud: Cloud, tmp_path: Path) -> None:
    folder = tmp_path / "box"
    gateway = join(cloud, folder).gateway
    cloud.revoke(gateway)
    assert join(cloud, folder).gateway == gateway
    with psycopg.connect(cloud.database_url) as connection:
        (enrolled,) = registry.fleet(connection).values()
    assert [(key.claim, key.revoked) for key in enrolled.keys] == [(2, False), (1, True)]
    found = held.read(folder)
    assert found is not None
    assert found.is_claimed_anew
