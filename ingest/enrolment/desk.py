"""Where gateways ask to join, over HTTPS: reads what they say, has it carried out, and answers.

Whoever comes has no certificate yet: a code or a signature is all that counts, so it stands on a port of its
own. Guesses are bounded by their number in a second, for everybody together.
"""

from __future__ import annotations

import asyncio
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from typing import Final
from uuid import UUID

import psycopg
import structlog

from device_drivers.wire.codec import WireError, decode, encode
from device_drivers.wire.enrolment import CLAIMS, RENEWALS, Claim, Papers, Renewal
from ingest.enrolment import joining
from ingest.enrolment.joining import Office, RefusedError
from ingest.lineage.revocations import Revoked
from ingest.rate import Rate
from ingest.ways.https.exchange import Answer, Request
from ingest.ways.https.server import Server
from ingest.ways.papers import Papers as ServerPapers

log = structlog.get_logger(__name__)

_GUESSES_PER_S: Final = 5.0
_OK: Final = 200
_MALFORMED: Final = 400
_REFUSED: Final = 403
_NOT_FOUND: Final = 404
_WRONG_METHOD: Final = 405
_LATER: Final = Answer(503, headers={"Retry-After": "5"})


class Desk:
    """Answers requests one after the other, each with a connection of its own: few gateways join in a day."""

    def __init__(self, database_url: str, office: Office, revoked: Callable[[], Revoked]) -> None:
        self._url = database_url
        self._office = office
        self._revoked = revoked
        self._guesses = Rate(_GUESSES_PER_S)

    async def attend(self, request: Request, _caller: UUID | None) -> Answer:
        if request.path not in {CLAIMS, RENEWALS}:
            return Answer(_NOT_FOUND)
        if request.method != "POST":
            return Answer(_WRONG_METHOD, headers={"Allow": "POST"})
        if not self._guesses.allows(time.monotonic()):
            return _LATER
        return await asyncio.to_thread(self._answer, request)

    def _answer(self, request: Request) -> Answer:
        try:
            papers = self._carry_out(request)
        except WireError:
            return Answer(_MALFORMED)
        except RefusedError as refused:
            log.warning("gateway.not_enrolled", route=request.path, reason=refused.code)
            return Answer(_REFUSED, refused.why.encode(), {"Content-Type": "text/plain; charset=utf-8"})
        except psycopg.Error as error:
            log.warning("database.away", error=type(error).__name__)
            return _LATER
        log.info("gateway.enrolled", gateway=str(papers.gateway), route=request.path)
        return Answer(_OK, encode(papers), {"Content-Type": "application/json"})

    def _carry_out(self, request: Request) -> Papers:
        now = datetime.now(UTC)
        if request.path == CLAIMS:
            said = decode(request.body, Claim)
            with psycopg.connect(self._url, autocommit=True, connect_timeout=5) as connection:
                return joining.claim(connection, said, self._office, self._revoked(), now)
        renewal = decode(request.body, Renewal)
        with psycopg.connect(self._url, autocommit=True, connect_timeout=5) as connection:
            return joining.renew(connection, renewal, self._office, self._revoked(), now)


@contextmanager
def enrolling(desk: Desk, *, host: str, port: int, papers: ServerPapers) -> Iterator[int]:
    """Open until the block ends; the port. Raises OSError where it is taken."""
    server = Server(desk.attend, host=host, port=port, papers=papers, name="enrolment")
    server.start()
    try:
        yield server.port
    finally:
        server.stop()
