"""Whether a command is to be obeyed, given what is known. Decides only; says, writes and restarts nothing."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Literal
from uuid import UUID

from device_drivers.wire.downlink import LONGEST, Command, Keep, Order
from device_drivers.wire.signing import is_signed_by
from gateway.trust.receipts import Trust

Reason = Literal[
    "other_gateway", "unknown_key", "bad_signature", "repeated", "too_long", "no_clock", "expired"
]


@dataclass(frozen=True, slots=True)
class Obey:
    """Carry it out within so many seconds, or not at all."""

    id: UUID
    order: Order
    within_s: float


@dataclass(frozen=True, slots=True)
class Decline:
    """Nothing is carried out. `is_authentic`: it came from the cloud, which may hear what became of it."""

    id: UUID
    reason: Reason
    is_authentic: bool


def judge(command: Command, trust: Trust, *, now: datetime | None, seen: Collection[UUID]) -> Obey | Decline:
    """`now`: a moment that has certainly passed, None where no clock can be believed; `seen`: the commands
    judged before. A command that is late is worth nothing (a question answered by another morning), so what
    cannot be dated is declined, but for the one that only confirms."""
    if (doubt := _doubt(command, trust, seen)) is not None:
        return Decline(command.id, doubt, is_authentic=False)
    left = LONGEST if isinstance(command.order, Keep) else _left(command, now)
    if not isinstance(left, timedelta):
        return Decline(command.id, left, is_authentic=True)
    return Obey(command.id, command.order, left.total_seconds())


def _doubt(command: Command, trust: Trust, seen: Collection[UUID]) -> Reason | None:
    if command.gateway != trust.gateway:
        return "other_gateway"
    public = trust.keys.get(command.kid)
    if public is None:
        return "unknown_key"
    if not is_signed_by(command, command.sig, public):
        return "bad_signature"
    return "repeated" if command.id in seen else None


def _left(command: Command, now: datetime | None) -> timedelta | Reason:
    if not timedelta(0) < command.expires_at - command.issued_at <= LONGEST:
        return "too_long"
    if now is None:
        return "no_clock"
    # A clock of ours that is behind gives a command no longer life than it was issued with.
    left = min(command.expires_at - now, command.expires_at - command.issued_at)
    return left if left > timedelta(0) else "expired"
