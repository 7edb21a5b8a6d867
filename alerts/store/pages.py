"""Tells open pages that there is something new of a resident: ids only, in the transaction."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Final
from uuid import UUID

from msgspec.json import encode
from psycopg import Connection

CHANNEL: Final = "care"

_TELL: Final = "select pg_notify(%s, word) from unnest(%s::text[]) word"


def tell(connection: Connection, residents: Iterable[UUID]) -> None:
    words = [encode({"kind": "reading", "id": each, "version": 0}).decode() for each in residents]
    if words:
        connection.execute(_TELL, (CHANNEL, words))
