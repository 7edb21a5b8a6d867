"""One-time codes: each stands for a home, for a while, and opens it to one key. Only digests are stored."""

from __future__ import annotations

import secrets
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from hashlib import sha256
from typing import Any, Final
from uuid import UUID

from psycopg import Connection
from psycopg.types.json import Jsonb

from device_drivers.wire.enrolment import CODE_LENGTH, CODE_LETTERS
from ingest.store.steps import Deed

LIFE: Final = timedelta(days=7)
"""From the desk to the wall of the home."""

_MAKE: Final = """
insert into ingest.claim_code (digest, home, bindings, by, why, made_at, expires_at)
values (%(digest)s, %(home)s, %(bindings)s, %(by)s, %(why)s, %(now)s, %(until)s)
"""

_TAKE: Final = """
select home, bindings, expires_at, encode(used_by, 'hex') from ingest.claim_code where digest = %s for update
"""

_USE: Final = """
update ingest.claim_code set used_by = decode(%(public)s, 'hex'), used_at = %(now)s, gateway = %(gateway)s
where digest = %(digest)s
"""

_WITHDRAW: Final = """
update ingest.claim_code set expires_at = greatest(made_at + interval '1 microsecond', %(now)s)
where home = %(home)s and used_by is null and expires_at > %(now)s
"""


@dataclass(frozen=True, slots=True)
class Slot:
    """A meter's slot that is to be this resident's; None is whoever uses the meter."""

    meter: str
    slot: int | None
    resident: UUID


@dataclass(frozen=True, slots=True)
class Held:
    """What a code stands for. `used_by`: the public key that it let in (hex)."""

    home: UUID
    slots: tuple[Slot, ...]
    expires_at: datetime
    used_by: str | None


def make(
    connection: Connection, home: UUID, slots: Sequence[Slot], deed: Deed, *, life: timedelta = LIFE
) -> str:
    """A code for this home, told once and stored nowhere."""
    code = "".join(secrets.choice(CODE_LETTERS) for _ in range(CODE_LENGTH))
    values = {
        "digest": _digest(code),
        "home": home,
        "bindings": Jsonb([[one.meter, one.slot, str(one.resident)] for one in slots]),
        "by": deed.by,
        "why": deed.why,
        "now": deed.at,
        "until": deed.at + life,
    }
    connection.execute(_MAKE, values)
    return code


def take(connection: Connection, code: str) -> Held | None:
    """What this code stands for, ours until the transaction ends."""
    row = connection.execute(_TAKE, (_digest(code),)).fetchone()
    if row is None:
        return None
    home, bindings, expires_at, used_by = row
    return Held(home, tuple(_slot(one) for one in bindings), expires_at, used_by)


def use(connection: Connection, code: str, gateway: UUID, *, public: str, now: datetime) -> None:
    """It let this key in, and lets no other."""
    connection.execute(_USE, {"digest": _digest(code), "gateway": gateway, "public": public, "now": now})


def withdraw(connection: Connection, home: UUID, *, now: datetime) -> int:
    """A home's unused codes open nothing any more; how many there were."""
    return connection.execute(_WITHDRAW, {"home": home, "now": now}).rowcount


def grouped(code: str) -> str:
    """For reading aloud: four letters at a time."""
    return "-".join(code[begin : begin + 4] for begin in range(0, len(code), 4))


def _digest(code: str) -> bytes:
    # 80 random bits need no salt and no slow function.
    return sha256(b"hearthline/claim\n" + code.encode()).digest()


def _slot(said: Sequence[Any]) -> Slot:
    meter, slot, resident = said
    return Slot(meter, slot, UUID(resident))
