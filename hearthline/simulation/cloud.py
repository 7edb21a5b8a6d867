"""Ingest without its networks and threads: the same doors, the same commit, the same receipts."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from pathlib import Path
from uuid import UUID
from zoneinfo import ZoneInfo

import psycopg

from device_drivers.wire.codec import encode
from device_drivers.wire.signing import public_hex
from gateway.trust.sealing import Signer as Gateway
from ingest.answers import REFUSED, Signer
from ingest.door.intake import Message
from ingest.door.post import Post
from ingest.fleet import registry
from ingest.keys import open_keyring
from ingest.lineage.life import announcement, read_life
from ingest.store.group import Group, Store

REGION = ZoneInfo("Asia/Shanghai")
Answer = tuple[UUID, bytes]
"""A gateway and an encoded receipt for it."""


class Cloud:
    """Of one database with all tables. Time is an argument; it comes from the scenario."""

    def __init__(self, connection: psycopg.Connection, folder: Path) -> None:
        """`folder` holds its keys, and its life begins there."""
        self._connection = connection
        self._keyring = open_keyring(folder)
        life = read_life(folder)
        self._signer = Signer(self._keyring, life.n)
        self._store = Store(connection, lineage=life.n, region=REGION, at=lambda _point: None)
        self._fleet = registry.fleet(connection)
        self.root = self._keyring.root_public
        self.greeting = encode(announcement(life, self._keyring))
        """What each gateway is told when it connects."""

    def open(self, now: datetime) -> None:
        self._store.prepare(now)

    def enrol(self, gateway: Gateway, *, home: UUID, now: datetime) -> None:
        registry.enrol(self._connection, gateway.gateway, public=public_hex(gateway.key), home=home, now=now)
        self._fleet = registry.fleet(self._connection)

    def bind(self, *, home: UUID, meter: str, slot: int | None, resident: UUID, now: datetime) -> None:
        binding = registry.forever(slot, resident)
        registry.bind(self._connection, home=home, meter=meter, binding=binding, now=now)

    def take(self, messages: Iterable[Message], now: datetime) -> list[Answer]:
        """Judge, commit, and only then answer. A batch for which quarantine has no room is not answered."""
        post = Post.of(messages, self._fleet)
        verdicts = self._store.commit(Group(post.batches, post.strays), now)
        answered = [
            (batch.sealed, verdict) for batch, verdict in zip(post.batches, verdicts, strict=True) if verdict
        ]
        refused = [(one.sealed, REFUSED) for one in post.refused]
        return [
            (sealed.gateway, encode(self._signer.receipt(sealed, verdict, now)))
            for sealed, verdict in (*answered, *refused)
        ]
