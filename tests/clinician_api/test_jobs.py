"""Work is put down in the caller's transaction, whatever schemas the caller's session looks into."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path

from procrastinate.schema import SchemaManager
from sqlalchemy import text
from sqlalchemy.orm import Session

from clinician_api import jobs
from clinician_api.db import connect, sessions

AT = datetime(2026, 3, 2, 1, 0, tzinfo=UTC)
COUNT = text("select count(*) from procrastinate.procrastinate_jobs")


def test_a_job_is_there_when_its_transaction_commits_and_not_before(either_database_url: str) -> None:
    engine = connect(either_database_url)
    care = sessions(engine)
    with care() as one, care() as other:
        jobs.defer(one, "some.task", at=AT, episode="7")
        assert other.scalar(COUNT) == 0
        one.commit()
        row = other.execute(
            text("select task_name, args, scheduled_at, status::text from procrastinate.procrastinate_jobs")
        )
        assert [tuple(each) for each in row] == [("some.task", {"episode": "7"}, AT, "todo")]
    engine.dispose()


def test_the_queues_schema_is_the_one_that_our_migration_took_over() -> None:
    """A newer procrastinate brings files of its own: write a migration that runs them, then move this on."""
    files = sorted(file.name for file in Path(SchemaManager.get_migrations_path()).glob("*.sql"))
    assert files[-1] == "03.04.00_50_post_add_retry_failed_job_procedure.sql"


def test_a_job_is_gone_with_its_transaction(db: Session) -> None:
    jobs.defer(db, "some.task")
    assert db.scalar(COUNT) == 1
    db.rollback()
    assert db.scalar(COUNT) == 0
