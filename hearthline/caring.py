"""Who answers an episode, chosen for `hearthline alerts run`. Cares for nobody itself."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

import structlog
from sqlalchemy.orm import Session

from alerts.care import Care, Concern

log = structlog.get_logger(__name__)


def care(_session: Session) -> Care:
    """Until there are rooms that care, whoever reads the log."""
    return LogCare()


class LogCare:
    """Says in the log that nobody answers; ids only."""

    def attend(self, concern: Concern, now: datetime) -> UUID:
        log.warning(
            "episode.unattended",
            episode=str(concern.episode),
            resident=str(concern.resident),
            version=concern.version,
            changes=concern.changes,
            at=now.isoformat(),
        )
        return concern.episode
