"""Where homes are: the region and institution that each belongs to, and whose network carries it.

Institutions are known by id alone; people's names and addresses are the rooms' of care.
"""

from __future__ import annotations

from typing import Final
from uuid import UUID

from psycopg import Connection
from psycopg.errors import CheckViolation, ForeignKeyViolation

_REGION: Final = """
insert into ingest.region (code, name) values (%s, %s)
on conflict (code) do update set name = excluded.name
"""

_INSTITUTION: Final = """
insert into ingest.institution (id, region) values (%s, %s)
on conflict (id) do update set region = excluded.region
"""

_HOME: Final = """
insert into ingest.home (id, institution, operator) values (%s, %s, %s)
on conflict (id) do update set institution = excluded.institution, operator = excluded.operator
"""


class PlaceError(Exception):
    """A place was named that is not known, or in letters that none may have."""


def place_region(connection: Connection, code: str, *, name: str) -> None:
    """`code` as the administrative divisions have it (GB/T 2260), or any other of up to 40 letters."""
    try:
        connection.execute(_REGION, (code, name))
    except CheckViolation as error:
        raise PlaceError("a region has a code of 1 to 40 letters and a name of 1 to 80") from error


def place_institution(connection: Connection, institution: UUID, *, region: str) -> None:
    """Raises PlaceError where there is no such region."""
    try:
        connection.execute(_INSTITUTION, (institution, region))
    except ForeignKeyViolation as error:
        raise PlaceError(f"no region {region}: name it first") from error


def place_home(
    connection: Connection, home: UUID, *, institution: UUID | None, operator: str | None = None
) -> None:
    """Give a home to an institution, or to none. Raises PlaceError where there is no such institution."""
    try:
        connection.execute(_HOME, (home, institution, operator))
    except ForeignKeyViolation as error:
        raise PlaceError(f"no institution {institution}: say in which region it is first") from error
    except CheckViolation as error:
        raise PlaceError("an operator has a name of 1 to 40 letters") from error
