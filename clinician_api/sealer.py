"""The loop that seals the audit each second. How many of it run does not matter: one at a time seals."""

from __future__ import annotations

from threading import Event
from typing import Final

import structlog
from sqlalchemy.exc import OperationalError

from clinician_api.audit import service as audit
from clinician_api.clock import Clock
from clinician_api.db import Sessions

log = structlog.get_logger()

_EVERY: Final = 1.0


def seal_until(stop: Event, sessions: Sessions, *, clock: Clock, every: float = _EVERY) -> None:
    """While the database is away nothing is written that could wait for a seal."""
    while not stop.wait(every):
        try:
            seal_once(sessions, clock=clock)
        except OperationalError as error:
            log.warning("audit.seal_failed", error=type(error.orig).__name__)


def seal_once(sessions: Sessions, *, clock: Clock) -> None:
    with sessions.begin() as db:
        sealed = audit.seal(db, now=clock())
    if sealed and sealed.anchor:
        # The log is kept elsewhere: who rewrites the chain cannot rewrite this line.
        log.info("audit.anchored", n=sealed.anchor.n, hash=sealed.anchor.hash.hex())
