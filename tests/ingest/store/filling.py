"""Puts evidence into the tables as if it had come, with links and streams that the tables take."""

from __future__ import annotations

import hashlib
from dataclasses import replace
from uuid import UUID, uuid5

import msgspec
from msgspec.structs import replace as altered
from psycopg import sql

from device_drivers.wire.batch import GENESIS, Opens
from ingest.loss.history import Claim, History, Place, Resync, SignedHead
from tests.ingest.store.tables import Tables

Piece = Place | SignedHead | Resync | Claim


def storable(history: History, gateway: UUID) -> History:
    """The same evidence of another gateway."""
    return History(
        gateway,
        places=tuple(_place(each, gateway) for each in history.places),
        heads=tuple(
            replace(each, stream=_stream(each.stream, gateway), link=_link(each.link))
            for each in history.heads
        ),
        resyncs=tuple(replace(each, stream=_stream(each.stream, gateway)) for each in history.resyncs),
        claims=history.claims,
        restores=history.restores,
    )


def _place(place: Place, gateway: UUID) -> Place:
    return replace(
        place,
        stream=_stream(place.stream, gateway),
        link=_link(place.link),
        prev_link=_link(place.prev_link),
        opens=place.opens and _opens(place.opens, gateway),
    )


def _opens(opens: Opens, gateway: UUID) -> Opens:
    return altered(opens, stream=_stream(opens.stream, gateway), link=_link(opens.link))


def _stream(word: str, gateway: UUID) -> str:
    return uuid5(gateway, word).hex


def _link(word: str) -> str:
    return GENESIS if word == GENESIS else hashlib.sha256(word.encode()).hexdigest()


def put(tables: Tables, gateway: UUID, piece: Piece) -> None:
    match piece:
        case Place():
            _insert(tables, "batch", _batch(gateway, piece))
        case SignedHead():
            _insert(tables, "signed_head", _head(gateway, piece))
        case Resync():
            _insert(tables, "quarantine", _quarantined(gateway, piece))
        case Claim():
            tables.connection.execute(
                "insert into ingest.home values (%s) on conflict do nothing", (gateway,)
            )
            _insert(tables, "gateway", {"id": gateway, "home": gateway})
            _insert(tables, "gateway_key", _key(gateway, piece))


def _insert(tables: Tables, table: str, row: dict[str, object]) -> None:
    query = sql.SQL("insert into ingest.{} ({}) values ({}) on conflict do nothing").format(
        sql.Identifier(table),
        sql.SQL(", ").join(map(sql.Identifier, row)),
        sql.SQL(", ").join([sql.Placeholder()] * len(row)),
    )
    tables.connection.execute(query, list(row.values()))


def _batch(gateway: UUID, place: Place) -> dict[str, object]:
    return {
        "gateway": gateway,
        "stream": UUID(hex=place.stream),
        "seq": place.seq,
        "link": bytes.fromhex(place.link),
        "prev_link": bytes.fromhex(place.prev_link),
        "opens": place.opens and msgspec.json.encode(place.opens).decode(),
        "outcome": place.outcome,
        "refusals": msgspec.json.encode([{}] * place.refused).decode(),
        "readings": place.readings,
        "claim": place.claim,
        "lineage": place.lineage,
        "sealed_at": place.sealed_at,
        "stored_at": place.at,
        "resends": place.resends,
    }


def _head(gateway: UUID, head: SignedHead) -> dict[str, object]:
    return {
        "gateway": gateway,
        "stream": UUID(hex=head.stream),
        "seq": head.seq,
        "link": bytes.fromhex(head.link),
        "rewound": head.rewound,
        "claim": head.claim,
        "lineage": head.lineage,
        "heard_at": head.at,
        "said_at": head.said_at,
    }


def _quarantined(gateway: UUID, resync: Resync) -> dict[str, object]:
    return {
        "source": str(gateway),
        "kind": "fork" if resync.is_fork else "folded",
        "reason": "",
        "payload": b"",
        "size": 0,
        "digest": hashlib.sha256().digest(),
        "gateway": gateway,
        "stream": UUID(hex=resync.stream),
        "seq": resync.seq,
        "first_at": resync.at,
        "last_at": resync.at,
    }


def _key(gateway: UUID, claim: Claim) -> dict[str, object]:
    public = hashlib.sha256(f"{gateway} {claim.number}".encode()).digest()
    return {"gateway": gateway, "public": public, "claim": claim.number, "enrolled_at": claim.at}
