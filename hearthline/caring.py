"""What commands over the rooms' database share: a session of their own, and refusals in one line."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from sqlalchemy.exc import OperationalError
from sqlalchemy.orm import Session

from clinician_api.db import connect, sessions
from clinician_api.errors import CareError
from hearthline.output import fail


@contextmanager
def care_session(database_url: str) -> Iterator[Session]:
    """Nothing is kept unless the command commits."""
    engine = connect(database_url, pool=1)
    try:
        with sessions(engine)() as db:
            yield db
    finally:
        engine.dispose()


@contextmanager
def refusals() -> Iterator[None]:
    """Exit 1 with the reason."""
    try:
        yield
    except CareError as error:
        fail(str(error))
    except OperationalError as error:
        fail(f"the database cannot be reached: {type(error.orig).__name__}")
