"""A table as a file that outlives the database: packed CSV with its columns' names, and what proves it whole.

Values stand as PostgreSQL's text; an empty field is null and a quoted one an empty text (its documentation,
COPY, "CSV Format").
"""

from __future__ import annotations

import gzip
import hashlib
import os
from dataclasses import dataclass
from pathlib import Path
from typing import Final, LiteralString

from psycopg import Connection, sql

_CHUNK: Final = 1 << 20

_OUT: Final[LiteralString] = """
copy (select * from ingest.{table} order by resident, taken_at, reading_id, revision)
to stdout with (format csv, header)
"""

_IN: Final[LiteralString] = "copy {table} ({columns}) from stdin with (format csv, header match)"

# A column that is younger than the file has its default.
_MAKE: Final[LiteralString] = """
create temp table archived (like ingest.{table} including defaults) on commit drop
"""

_DIFFER: Final[LiteralString] = """
select exists (select * from ingest.{table} except all select * from archived)
    or exists (select * from archived except all select * from ingest.{table})
"""


class ArchiveError(Exception):
    """The file is not what was written, or not what the table holds."""


@dataclass(frozen=True, slots=True)
class Archive:
    """`digest` is SHA-256 of what is packed."""

    file: Path
    rows: int
    digest: bytes


def write(connection: Connection, table: str, folder: Path) -> Archive:
    """Pack a table into a new file, which is on the disk when this returns."""
    file = folder / f"{table}.csv.gz"
    being_written = file.with_suffix(".part")
    digest = hashlib.sha256()
    with connection.cursor() as cursor, being_written.open("wb") as raw:
        with (
            gzip.GzipFile(filename="", fileobj=raw, mode="wb", compresslevel=6, mtime=0) as packed,
            cursor.copy(sql.SQL(_OUT).format(table=sql.Identifier(table))) as copy,
        ):
            for block in copy:
                digest.update(block)
                packed.write(block)
        rows = cursor.rowcount
        raw.flush()
        os.fsync(raw.fileno())
    being_written.rename(file)
    _sync(folder)
    return Archive(file, rows, digest.digest())


def verify(connection: Connection, table: str, archive: Archive) -> None:
    """Read the file into a table for the moment and compare each row. Raises ArchiveError."""
    with connection.transaction():
        rows = load(connection, archive.file, like=table, digest=archive.digest)
        (differs,) = connection.execute(sql.SQL(_DIFFER).format(table=sql.Identifier(table))).fetchall()[0]
        connection.execute("drop table archived")
    if differs or rows != archive.rows:
        raise ArchiveError(f"{archive.file.name} does not hold what {table} does")


def load(connection: Connection, file: Path, *, like: str, digest: bytes) -> int:
    """Read a file into the temporary table `archived`, of the transaction that is open; how many rows. Raises
    ArchiveError where it is broken, or not the one with this digest."""
    connection.execute(sql.SQL(_MAKE).format(table=sql.Identifier(like)))
    found = hashlib.sha256()
    try:
        with gzip.open(file) as packed:
            columns = packed.readline()
            found.update(columns)
            names = columns.decode().rstrip("\n").split(",")
            into = sql.SQL(_IN).format(
                table=sql.Identifier("archived"), columns=sql.SQL(", ").join(map(sql.Identifier, names))
            )
            with connection.cursor() as cursor:
                with cursor.copy(into) as copy:
                    copy.write(columns)
                    while block := packed.read(_CHUNK):
                        found.update(block)
                        copy.write(block)
                rows = cursor.rowcount
    except (OSError, EOFError, UnicodeDecodeError) as error:
        raise ArchiveError(f"{file.name} cannot be read: {error}") from error
    if found.digest() != digest:
        raise ArchiveError(f"{file.name} is not the file that was written")
    return rows


def _sync(folder: Path) -> None:
    """The file's name is on the disk too."""
    descriptor = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
