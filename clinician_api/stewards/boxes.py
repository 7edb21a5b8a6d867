"""What a steward does to a gateway: revoke, restart, a code for its home. Each with a reason."""

from __future__ import annotations

from typing import Final
from uuid import UUID

from clinician_api.errors import InvalidError
from clinician_api.stewards import fleet
from clinician_api.stewards.acting import Acting
from device_drivers.wire.downlink import Restart
from ingest.downlink.asked import Asked, asked
from ingest.downlink.orders import give
from ingest.enrolment import codes
from ingest.fleet import registry
from ingest.store.steps import Deed

_ASKED: Final = 12


def last_asked(acts: Acting, which: UUID) -> list[Asked]:
    """Of a gateway that the caller has made sure is in reach."""
    return asked(acts.connection, which, most=_ASKED)


def revoke(acts: Acting, which: UUID, *, why: str) -> None:
    """Its keys and certificates are worth nothing from now on; ingest heeds it within a minute. Raises
    NotFoundError."""
    deed = _deed(acts, which, why)
    keys = registry.revoke(acts.connection, which, now=deed.at)
    acts.note("gateway.revoked", {"keys": keys, "why": why}, target=("gateway", which))


def restart(acts: Acting, which: UUID, *, why: str) -> None:
    """Ask it to begin anew, within a quarter of an hour or not at all. Raises NotFoundError."""
    deed = _deed(acts, which, why)
    give(acts.connection, which, Restart(), now=deed.at)
    acts.note("gateway.restart_asked", {"why": why}, target=("gateway", which))


def make_code(acts: Acting, which: UUID, *, why: str) -> str:
    """A one-time code for the home that this gateway stands in, told once: for a new box, or for this one
    again. Raises NotFoundError."""
    deed = _deed(acts, which, why)
    home = fleet.gateway(acts, which).rows[0].gateway.home
    code = codes.make(acts.connection, home, (), deed)
    acts.note("gateway.code_made", {"why": why}, target=("gateway", which))
    return codes.grouped(code)


def _deed(acts: Acting, which: UUID, why: str) -> Deed:
    fleet.gateway(acts, which)
    deed = acts.deed(why)
    if deed.lack is not None:
        raise InvalidError("quarantine.no_words", "why")
    return deed
