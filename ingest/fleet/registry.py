"""The fleet's tables: gateways, their keys, and whose each meter slot is. Judges no message."""

from __future__ import annotations

from datetime import datetime
from hashlib import sha256
from typing import Final
from uuid import UUID

from psycopg import Connection

from ingest.door.attribution import Binding
from ingest.door.clock import EARLIEST
from ingest.door.enrolled import Enrolled, Fleet, GatewayKey
from ingest.store import rebound
from ingest.store.steps import Deed

_FLEET: Final = """
select g.id, g.home, encode(k.public, 'hex'), k.claim, k.revoked_at is not null
from ingest.gateway g join ingest.gateway_key k on k.gateway = g.id
where %(only)s::uuid is null or g.id = %(only)s
order by g.id, k.claim desc, k.enrolled_at desc
"""

_ADD_KEY: Final = """
insert into ingest.gateway_key (gateway, public, claim, enrolled_at)
values (%(gateway)s, %(public)s, %(claim)s, %(now)s)
on conflict do nothing
"""

_IS_ANOTHERS: Final = """
select from ingest.gateway_key where public = %(public)s and gateway <> %(gateway)s
"""

_ENROL_KEY: Final = """
insert into ingest.gateway_key (gateway, public, claim, enrolled_at)
select %(gateway)s, %(public)s, coalesce(max(claim), 0) + 1, %(now)s
from ingest.gateway_key where gateway = %(gateway)s
on conflict do nothing
"""

_IS_REVOKED: Final = """
select from ingest.gateway_key
where gateway = %(gateway)s and public = %(public)s and revoked_at is not null
"""

_REVOKE: Final = "update ingest.gateway_key set revoked_at = %s where gateway = %s and revoked_at is null"

_END: Final = """
update ingest.meter_binding set until = %(since)s, changed_tx = pg_current_xact_id()
where home = %(home)s and meter = %(meter)s and slot is not distinct from %(slot)s
  and until is null and resident <> %(resident)s and since < %(since)s
"""

_RELEASE: Final = """
update ingest.meter_binding
set until = %(until)s, by = coalesce(%(by)s, by), why = coalesce(%(why)s, why),
    changed_tx = pg_current_xact_id()
where home = %(home)s and meter = %(meter)s and slot is not distinct from %(slot)s
  and until is null and since < %(until)s
"""

_OTHER: Final = """
select from ingest.meter_binding
where home = %(home)s and meter = %(meter)s and slot is not distinct from %(slot)s
  and until is null and resident <> %(resident)s
"""

_BIND: Final = """
insert into ingest.meter_binding (home, meter, slot, resident, since, by, why, changed_tx)
values (%(home)s, %(meter)s, %(slot)s, %(resident)s, %(since)s, %(by)s, %(why)s, pg_current_xact_id())
on conflict do nothing
"""

_CERTIFY: Final = """
insert into ingest.gateway_certificate (gateway, fingerprint, issued_at, expires_at)
values (%s, %s, %s, %s) on conflict do nothing
"""

_REVOKE_CERTIFICATES: Final = """
update ingest.gateway_certificate set revoked_at = %s where gateway = %s and revoked_at is null
"""


def fleet(connection: Connection, *, only: UUID | None = None) -> Fleet:
    """Every gateway, or one, with every key ever enrolled for it, the newest first."""
    keys: dict[UUID, tuple[UUID, tuple[GatewayKey, ...]]] = {}
    for gateway, home, public, claim, revoked in connection.execute(_FLEET, {"only": only}):
        _, known = keys.get(gateway, (home, ()))
        keys[gateway] = (home, (*known, GatewayKey(public, claim, revoked)))
    return {gateway: Enrolled(home, known) for gateway, (home, known) in keys.items()}


class RegistryError(Exception):
    """What was asked for contradicts what stands; the message says what to do."""


def enrol(connection: Connection, gateway: UUID, *, public: str, home: UUID, now: datetime) -> None:
    """Claim a gateway for a home. Another key than before is a new claim; the old keys stay good for what
    they sealed until they are revoked. Raises RegistryError on a key that was revoked."""
    values = {"gateway": gateway, "public": bytes.fromhex(public), "home": home, "now": now}
    with connection.transaction():
        if connection.execute(_IS_REVOKED, values).rowcount:
            raise RegistryError(
                "this key was revoked: remove gateway.key in the gateway's folder, enrol its new one"
            )
        connection.execute("insert into ingest.home (id) values (%(home)s) on conflict do nothing", values)
        connection.execute(
            "insert into ingest.gateway (id, home) values (%(gateway)s, %(home)s)"
            " on conflict (id) do update set home = excluded.home",
            values,
        )
        connection.execute(_ENROL_KEY, values)


def add_key(connection: Connection, gateway: UUID, *, public: str, claim: int, now: datetime) -> None:
    """The next key of an enrolled gateway, under the claim of the one before. Raises RegistryError on a key
    that was revoked or is another gateway's."""
    values = {"gateway": gateway, "public": bytes.fromhex(public), "claim": claim, "now": now}
    with connection.transaction():
        if (
            connection.execute(_IS_REVOKED, values).rowcount
            or connection.execute(_IS_ANOTHERS, values).rowcount
        ):
            raise RegistryError("this key was revoked, or is another gateway's: make another")
        connection.execute(_ADD_KEY, values)


def certify(
    connection: Connection, gateway: UUID, certificate: bytes, *, issued_at: datetime, expires_at: datetime
) -> str:
    """Note a certificate (DER) that was made for an enrolled gateway; its fingerprint in hexadecimal."""
    fingerprint = sha256(certificate)
    connection.execute(_CERTIFY, (gateway, fingerprint.digest(), issued_at, expires_at))
    return fingerprint.hexdigest()


def revoke(connection: Connection, gateway: UUID, *, now: datetime) -> int:
    """Revoke every key and certificate of a gateway; how many keys were in force."""
    with connection.transaction():
        connection.execute(_REVOKE_CERTIFICATES, (now, gateway))
        return connection.execute(_REVOKE, (now, gateway)).rowcount


def bind(
    connection: Connection,
    *,
    home: UUID,
    meter: str,
    binding: Binding,
    now: datetime,
    deed: Deed | None = None,
) -> int:
    """Give a meter's slot to a resident, ending an older binding; `deed` says who did it and why. Returns how
    many readings changed hands: those that waited, and those that an older binding had given to another.
    Raises RegistryError where another resident has the slot from that very moment on or later."""
    values = {
        "by": deed.by if deed else None,
        "why": deed.why if deed else None,
        "home": home,
        "meter": meter,
        "slot": binding.slot,
        "resident": binding.resident,
        "since": binding.since,
    }
    with connection.transaction(), connection.cursor() as cursor:
        cursor.execute(_END, values)
        if cursor.execute(_OTHER, values).rowcount:
            raise RegistryError(
                f"slot {binding.slot} of {meter} belongs to another: say since when it does not"
            )
        cursor.execute(_BIND, values)
        return rebound.follow(connection, home=home, meter=meter, since=binding.since, now=now)


def release(
    connection: Connection, *, home: UUID, meter: str, slot: int | None, until: datetime, deed: Deed
) -> int:
    """End a slot's binding; what was taken since then waits for an owner again. How many readings that were.
    Raises RegistryError where no binding held before that moment."""
    values = {"home": home, "meter": meter, "slot": slot, "until": until, "by": deed.by, "why": deed.why}
    with connection.transaction():
        if not connection.execute(_RELEASE, values).rowcount:
            raise RegistryError(f"slot {slot} of {meter} belongs to nobody, or only from then on")
        return rebound.follow(connection, home=home, meter=meter, since=until, now=deed.at)


def forever(slot: int | None, resident: UUID) -> Binding:
    """A binding that holds for every reading there can be."""
    return Binding(slot, resident, EARLIEST)
