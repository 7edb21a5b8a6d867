"""Who may speak: gateways and every key ever enrolled for them, as known at a moment. Reads no database."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from uuid import UUID

from device_drivers.wire.batch import Sealed, is_sealed_by


@dataclass(frozen=True, slots=True)
class GatewayKey:
    """A public Ed25519 key in hexadecimal. Renewals share their claim's number; claiming again raises it."""

    public: str
    claim: int = 1
    revoked: bool = False


@dataclass(frozen=True, slots=True)
class Enrolled:
    """A gateway, the home it stands in, and its keys."""

    home: UUID
    keys: tuple[GatewayKey, ...]

    def signer_of(self, sealed: Sealed) -> GatewayKey | None:
        """The key that sealed this batch, one still in force before a revoked one; None for a forgery."""
        in_force_first = sorted(self.keys, key=lambda key: key.revoked)
        return next((key for key in in_force_first if is_sealed_by(sealed, key.public)), None)


Fleet = Mapping[UUID, Enrolled]
