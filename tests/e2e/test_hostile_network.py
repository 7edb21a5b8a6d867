"""Somebody else on the homes' broker says whatever he likes: it is kept as evidence, and delivery goes on."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from contextlib import suppress
from datetime import UTC, datetime
from typing import Final
from uuid import UUID, uuid4

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from msgspec.structs import replace

from device_drivers.wire.batch import Sealed, is_sealed_by, open_envelope
from device_drivers.wire.codec import WireError, encode
from device_drivers.wire.receipt import Receipt
from device_drivers.wire.signing import key_id, public_hex, sign
from device_drivers.wire.topics import Channel, topic
from ingest.keys import Keyring, open_keyring
from ingest.lineage.life import FIRST, announcement
from ingest.postgres import Server
from tests.e2e.servers import fresh_database
from tests.e2e.world import Setting, World, eventually, world
from tests.ingest.making import Gateway

STRANGER: Final = Ed25519PrivateKey.generate()

Said = tuple[UUID, Channel, bytes]
"""Of which gateway, on which channel, what."""


@pytest.fixture(scope="module")
def home(tmp_path_factory: pytest.TempPathFactory, postgres: Server) -> Iterator[World]:
    """One home that has delivered something, so that there is something to forge from."""
    with fresh_database(postgres) as database_url:
        folder = tmp_path_factory.mktemp("hostile")
        with world(Setting(folder=folder, database_url=database_url)) as running:
            running.measure(["bp"])
            running.drain()
            yield running


def last(home: World) -> Sealed:
    """The batch that passed last of those that the home's own gateway sealed."""
    own = public_hex(home.homes[0].signer.key)
    return next(batch for batch in reversed(envelopes(home)) if is_sealed_by(batch, own))


def envelopes(home: World) -> list[Sealed]:
    """Of all messages that have one."""
    found = []
    for _, payload in home.by.heard("up"):
        with suppress(WireError):
            found.append(open_envelope(payload))
    return found


def forged(home: World) -> Said:
    victim = home.homes[0].signer.gateway
    return victim, "up", encode(Gateway(gateway=victim, key=STRANGER).seal())


def on_a_foreign_topic(home: World) -> Said:
    return uuid4(), "up", encode(last(home))


def resequenced(home: World) -> Said:
    batch = last(home)
    return batch.gateway, "up", encode(replace(batch, seq=batch.seq + 100))


def cut(home: World) -> Said:
    batch = last(home)
    return batch.gateway, "up", encode(batch)[:-1]


def spelled_otherwise(home: World) -> Said:
    batch = last(home)
    return batch.gateway, "up", encode(batch) + b" "


def a_forged_heartbeat(home: World) -> Said:
    name, payload = home.by.heard("state")[-1]
    return UUID(name.split("/")[2]), "state", payload.replace(b'"at_risk":0', b'"at_risk":9')


HOSTILE: Final[dict[Callable[[World], Said], str]] = {
    forged: "forged",
    on_a_foreign_topic: "foreign_topic",
    resequenced: "forged",
    cut: "malformed",
    spelled_otherwise: "not_canonical",
    a_forged_heartbeat: "forged",
}


@pytest.mark.parametrize(
    ("made", "reason"), HOSTILE.items(), ids=lambda made: getattr(made, "__name__", None)
)
def test_a_hostile_message_is_kept_with_its_reason_and_its_exact_bytes(
    home: World, made: Callable[[World], Said], reason: str
) -> None:
    gateway, channel, payload = made(home)
    home.by.say(topic(gateway, channel), payload)
    query = "select split_part(reason, ':', 1), times from ingest.quarantine where payload = %s"
    eventually(lambda: home.ask(query, payload) == [(reason, 1)], lambda: str(home.ask(query, payload)))


def test_homes_deliver_everything_while_all_of_it_is_said(home: World) -> None:
    for made in HOSTILE:
        home.measure(["bp"])
        gateway, channel, payload = made(home)
        home.by.say(topic(gateway, channel), payload)
    summary = home.drain()
    assert (summary.lost, summary.doubled) == (0, 0)
    assert home.ledger()["complete"]


def test_a_replayed_batch_is_answered_again_and_changes_nothing(home: World) -> None:
    before, batch = home.whereabouts(), last(home)
    known = len(home.by.heard("receipt"))
    home.by.say(topic(batch.gateway, "up"), encode(batch))
    home.by.wait_for("receipt", known + 1)
    assert home.whereabouts() == before


def test_forged_receipts_purge_nothing(home: World) -> None:
    """While the cloud is silent, a stranger answers in its name."""
    home.end("ingest")
    home.measure(["bp"])
    eventually(lambda: home.unsent() > 0, lambda: f"nothing to purge; {home.logs}")
    batch = last(home)
    cloud = open_keyring(home.data / "keys")
    log = home.log("gateway-1")
    begins = len(log.read_text())
    for channel, payload in lies(batch, cloud):
        home.by.say(topic(batch.gateway, channel), payload)
    expected = [
        "bad_signature",
        "receipt.unknown_key",
        "other_gateway",
        "no_such_batch",
        "malformed",
        "bad_key_set",
    ]
    eventually(lambda: sorted(doubts(log.read_text()[begins:])) == sorted(expected), log.read_text)
    assert home.unsent() > 0

    home.start("ingest")
    summary = home.drain()
    assert (summary.lost, summary.doubled) == (0, 0)


def lies(batch: Sealed, cloud: Keyring) -> list[tuple[Channel, bytes]]:
    true = Receipt(
        kid=cloud.kid,
        lineage=1,
        gateway=batch.gateway,
        stream=batch.stream,
        seq=batch.seq,
        link=batch.link,
        outcome="stored",
        rejected=(),
        cloud_time=datetime.now(UTC),
        sig="",
    )
    stranger = Keyring(public_hex(STRANGER), STRANGER, cloud.key_set)
    new_life = announcement(replace(FIRST, n=99), replace_root(stranger))
    return [
        ("receipt", encode(sign(true, STRANGER))),
        ("receipt", encode(sign(replace(true, kid=key_id(public_hex(STRANGER))), STRANGER))),
        ("receipt", encode(sign(replace(true, gateway=uuid4()), cloud.signing))),
        ("receipt", encode(sign(replace(true, link="00" * 32), cloud.signing))),
        ("receipt", encode(true)[:-1]),
        ("lineage", encode(new_life)),
    ]


def replace_root(keyring: Keyring) -> Keyring:
    """Its key set signed by a root that nobody pinned."""
    return Keyring(keyring.root_public, keyring.signing, sign(keyring.key_set, keyring.signing))


def doubts(log: str) -> list[str]:
    """Why the gateway followed none of the messages. Receipts wait a turn of its loop: the order varies."""
    events = [json.loads(line) for line in log.splitlines()]
    return [
        event.get("reason", event["event"])
        for event in events
        if event["event"] in {"message.ignored", "receipt.unknown_key"}
        and event.get("reason") != "repeated"  # the cloud's own last word may come twice
    ]
