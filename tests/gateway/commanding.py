"""Commands and configurations as a cloud would sign them."""

from __future__ import annotations

from datetime import datetime, timedelta
from uuid import UUID

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from device_drivers.wire.downlink import Command, Configuration, Order, Speak, Wanted
from device_drivers.wire.signing import key_id, public_hex, sign
from gateway.trust.receipts import Trust
from tests.gateway.home import CLOUD, GATEWAY, NOON

COMMAND = UUID(int=77)
LOOKED = Speak("looked", None)
TRUST = Trust(GATEWAY, {key_id(public_hex(CLOUD)): public_hex(CLOUD)}, 1)


def command(
    order: Order = LOOKED,
    *,
    id_: UUID = COMMAND,
    gateway: UUID = GATEWAY,
    issued_at: datetime = NOON,
    minutes: float = 15,
    signing: Ed25519PrivateKey = CLOUD,
) -> Command:
    until = issued_at + timedelta(minutes=minutes)
    draft = Command(key_id(public_hex(signing)), gateway, id_, issued_at, until, order, "")
    return sign(draft, signing)


def configuration(
    version: int = 1,
    wanted: Wanted | None = None,
    *,
    gateway: UUID = GATEWAY,
    signing: Ed25519PrivateKey = CLOUD,
) -> Configuration:
    wanted = wanted or Wanted(heartbeat_s=30)
    draft = Configuration(key_id(public_hex(signing)), gateway, version, NOON, wanted, "")
    return sign(draft, signing)
