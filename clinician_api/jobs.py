"""Work for the worker, put down in the caller's transaction: it exists if, and only if, that commits."""

from __future__ import annotations

import json
from datetime import datetime
from typing import Final

from sqlalchemy import text
from sqlalchemy.orm import Session

SCHEMA: Final = "procrastinate"
"""Procrastinate's tables and functions have a schema of their own."""

QUEUE: Final = "care"

# Its own function for many jobs at once; the arguments after the name are priority, lock and queueing lock.
_DEFER: Final = text(f"""
    select {SCHEMA}.procrastinate_defer_jobs_v1(array[
        row(:queue, cast(:task as text), 0, null, null, cast(:args as jsonb), cast(:at as timestamptz))
    ]::{SCHEMA}.procrastinate_job_to_defer_v1[])
""")


def defer(db: Session, task: str, *, at: datetime | None = None, **args: str) -> None:
    """Have `task` done with these arguments, at once or not before `at`. It may be done more than once."""
    db.execute(_DEFER, {"queue": QUEUE, "task": task, "args": json.dumps(args), "at": at})
