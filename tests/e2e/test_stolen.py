"""The drill: a gateway is stolen, its card copied. What the thief can read, and what he can do."""

from __future__ import annotations

import asyncio
import shutil
from contextlib import closing
from datetime import UTC, datetime
from pathlib import Path
from random import Random

import psycopg
import pytest

from device_drivers.wire.downlink import Speak
from device_drivers.wire.signing import public_hex
from gateway.enrolment import held, joining
from gateway.enrolment.asking import AskedInVainError
from gateway.outbox.keyring import KeyringError
from gateway.outbox.store import Outbox, Surroundings
from gateway.trust import keys
from gateway.trust.sealing import Signer
from ingest.downlink import due
from ingest.downlink.orders import give
from ingest.fleet import registry
from tests.e2e.downlinks import now
from tests.e2e.test_enrolment import Cloud, cloud, deliver, door, join
from tests.gateway.home import draft

__all__ = ["cloud"]

OFF_THE_CARD = bytes(range(32))
SECRETS = (
    b"780050006200",
    bytes.fromhex("780050006200"),
    b"ea070301080000",
    b"blood_pressure",
    b'"systolic"',
)
"""What of a reading a thief would look for: its raw words, its values, its kind. Not the meter's own number
and address: those stand on its back, and in the outbox's table of meters in clear."""


def a_night_offline(folder: Path, signer: Signer, root: str) -> None:
    """Twenty readings that nobody has received, some sealed, some not."""
    around = Surroundings(root, now, Random(1).randbytes, wrap=OFF_THE_CARD)
    with closing(Outbox(folder / "outbox.db", signer, around)) as outbox:
        transfer = outbox.begin(sends_once=True)
        for number in range(20):
            outbox.keep(draft(heard=now()), (), transfer=transfer)
            if number == 9:
                outbox.seal()
        outbox.end(transfer)


@pytest.fixture
def box(cloud: Cloud, tmp_path: Path) -> Path:
    """A gateway that joined and has a night's readings; its outbox is locked by a key elsewhere."""
    folder = tmp_path / "box"
    join(cloud, folder)
    a_night_offline(folder, _signer(folder), cloud.keyring.root_public)
    return folder


def _signer(folder: Path) -> Signer:
    return keys.load_or_make(folder)


def image_of(folder: Path) -> Path:
    """The thief's copy of the card."""
    return Path(shutil.copytree(folder, folder.with_name("image")))


def test_no_byte_of_a_reading_can_be_read_on_the_card(box: Path) -> None:
    image = b"".join(path.read_bytes() for path in sorted(image_of(box).rglob("*")) if path.is_file())
    assert len(image) > 20_000
    assert [secret for secret in SECRETS if secret in image] == []


def test_the_card_alone_does_not_open_its_outbox(box: Path) -> None:
    image = image_of(box)
    around = Surroundings("ab" * 32, now, Random(1).randbytes, wrap=None)
    with pytest.raises(KeyringError):
        Outbox(image / "outbox.db", _signer(image), around)


def test_after_the_revocation_the_card_neither_renews_nor_joins(cloud: Cloud, box: Path) -> None:
    image, signer = image_of(box), _signer(box)
    papers = held.read(image)
    assert papers is not None
    cloud.revoke(signer.gateway)
    with pytest.raises(AskedInVainError, match="claim this gateway again"):
        joining.renew(image, papers)


def test_what_the_thief_sends_is_refused_and_stored_nowhere(cloud: Cloud, box: Path, tmp_path: Path) -> None:
    image = image_of(box)
    (image / "outbox.db").unlink()
    (image / "outbox.keys").unlink()
    cloud.revoke(_signer(image).gateway)
    with door(cloud, tmp_path) as (url, ca), pytest.raises(TimeoutError):
        asyncio.run(impatiently(cloud, image, url, ca))
    with psycopg.connect(cloud.database_url) as connection:
        assert connection.execute("select count(*) from ingest.reading_identity").fetchone() == (0,)


async def impatiently(cloud: Cloud, folder: Path, url: str, ca: Path) -> None:
    async with asyncio.timeout(5):
        await deliver(cloud, folder, url, ca)


def test_the_thief_hears_no_command_for_the_home(cloud: Cloud, box: Path) -> None:
    gateway = _signer(box).gateway
    moment = datetime.now(UTC)
    with psycopg.connect(cloud.database_url, autocommit=True) as connection:
        give(connection, gateway, Speak("looked", None), now=moment)
        registry.revoke(connection, gateway, now=moment)
        assert due.of_gateway(connection, gateway, moment, most=16) == ([], None)


def test_the_home_goes_on_with_a_new_box_by_a_new_code(cloud: Cloud, box: Path, tmp_path: Path) -> None:
    old = _signer(box)
    cloud.revoke(old.gateway)
    fresh = tmp_path / "fresh"
    answer = join(cloud, fresh)
    assert answer.gateway != old.gateway
    assert public_hex(_signer(fresh).key) != public_hex(old.key)
    with door(cloud, tmp_path) as (url, ca):
        assert asyncio.run(deliver(cloud, fresh, url, ca)) == 0
