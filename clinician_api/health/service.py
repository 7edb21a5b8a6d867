"""Puts together how the system is: from the database and from this machine."""

from __future__ import annotations

from datetime import datetime, timedelta
from pathlib import Path
from typing import Final

from sqlalchemy import func, select, text
from sqlalchemy.orm import Session

import alerts.migrations
import clinician_api.migrations
import ingest.migrations
from clinician_api import jobs
from clinician_api.audit import service as audit
from clinician_api.health import finding, rules
from clinician_api.health.rules import Check, Facts
from clinician_api.notices import service as notices
from clinician_api.reaching import service as reaching
from clinician_api.settings import Settings
from ingest.schema import newest_version

_SCHEMAS: Final = {
    package.SCHEMA: Path(str(package.__file__)).parent
    for package in (ingest.migrations, alerts.migrations, clinician_api.migrations)
}
_LATE: Final = text(f"""
    select count(*), min(coalesce(job.scheduled_at, (
        select min(event.at) from {jobs.SCHEMA}.procrastinate_events event
        where event.job_id = job.id and event.type = 'deferred'
    ))) from {jobs.SCHEMA}.procrastinate_jobs job
    where job.status = 'todo' and coalesce(job.scheduled_at, :now) <= :now
""")  # noqa: S608 (no input)


def look(db: Session, settings: Settings, *, now: datetime) -> tuple[Check, ...]:
    """Everything, good or not."""
    return rules.checks(_facts(db, settings, now))


def _facts(db: Session, settings: Settings, now: datetime) -> Facts:
    files = [Path(each) for each in settings.certificates.split(":") if each]
    return Facts(
        now=now,
        installed=finding.installed(),
        locked=finding.locked(settings.lock),
        migrations=_migrations(db),
        backup_at=finding.backup_at(settings.backups),
        drill_at=finding.drill_at(settings.backups),
        certificates=finding.certificates(files),
        free=finding.free(settings),
        jobs=_late(_jobs(db, now), now),
        notices=_late(notices.waiting(db), now),
        calls=_late(reaching.waiting(db), now),
        unsealed=_late(audit.waiting(db), now),
        anchor_at=audit.anchored_at(db),
        database_now=db.execute(select(func.clock_timestamp())).scalar_one(),
    )


def _jobs(db: Session, now: datetime) -> tuple[int, datetime | None]:
    count, oldest = db.execute(_LATE, {"now": now}).one()
    return count, oldest


def _late(waiting: tuple[int, datetime | None], now: datetime) -> tuple[int, timedelta]:
    count, oldest = waiting
    return count, timedelta() if oldest is None else max(timedelta(), now - oldest)


def _migrations(db: Session) -> dict[str, tuple[str, str]]:
    """Of each schema the version that is there, and the newest of the code."""
    return {schema: (_version(db, schema), newest_version(scripts)) for schema, scripts in _SCHEMAS.items()}


def _version(db: Session, schema: str) -> str:
    return str(db.execute(text(f"select version_num from {schema}.alembic_version")).scalar_one())  # noqa: S608 (a name of ours)
