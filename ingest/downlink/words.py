"""Signed messages to gateways. Chooses none of them."""

from __future__ import annotations

from device_drivers.wire.codec import encode
from device_drivers.wire.downlink import Command, Configuration
from device_drivers.wire.signing import sign
from ingest.downlink.due import DueCommand, DueConfiguration
from ingest.keys import Keyring


def command(due: DueCommand, keyring: Keyring) -> bytes:
    """The same bytes each time it is said."""
    draft = Command(keyring.kid, due.gateway, due.id, due.issued_at, due.expires_at, due.order, "")
    return encode(sign(draft, keyring.signing))


def configuration(due: DueConfiguration, keyring: Keyring) -> bytes:
    draft = Configuration(keyring.kid, due.gateway, due.version, due.issued_at, due.wanted, "")
    return encode(sign(draft, keyring.signing))
