"""What is wrong with the database and not with what was asked of it: the whole transaction is done again."""

from __future__ import annotations

from typing import Final

import psycopg
import sqlalchemy.exc

AWAY: Final = (
    psycopg.OperationalError,
    psycopg.InternalError,
    psycopg.InterfaceError,
    sqlalchemy.exc.OperationalError,
    sqlalchemy.exc.InternalError,
    sqlalchemy.exc.InterfaceError,
)
"""Connection lost, deadlock, timeout, a transaction that outlived its guard."""
