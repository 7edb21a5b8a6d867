"""`hearthline audit`: whether the record of who did and read what is as it was sealed, here and in a file."""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Annotated

import typer
from sqlalchemy.exc import OperationalError
from sqlalchemy.orm import Session

from clinician_api.audit import files, service
from clinician_api.audit.files import Anchors
from clinician_api.audit.rules import Report
from clinician_api.db import connect, sessions
from hearthline.commands import new_app
from hearthline.output import answer, fail, tell

app = new_app("Check the record of who did and read what, and take it elsewhere.")

_Database = Annotated[
    str, typer.Option(envvar="CARE_DATABASE_URL", help="PostgreSQL, as libpq understands it.")
]
_Kept = Annotated[
    Path | None, typer.Option("--anchors", help="A file of N:HASH lines, kept out of the database's reach.")
]
_Json = Annotated[bool, typer.Option("--json", help="One JSON value on one line.")]


@app.command()
def verify(
    file: Annotated[Path | None, typer.Argument(help="What `export` wrote: no database is asked.")] = None,
    database_url: Annotated[
        str | None, typer.Option(envvar="CARE_DATABASE_URL", help="PostgreSQL, as libpq understands it.")
    ] = None,
    expect: Annotated[
        str | None, typer.Option(help="N:HASH of a link, as it was printed or logged before.")
    ] = None,
    anchors: _Kept = None,
    as_json: _Json = False,
) -> None:
    """Recompute the chain, and say where an entry was changed, removed, inserted, moved or cut off."""
    kept = {**_anchors(anchors), **_expected(expect)}
    report = _of_database(database_url, kept) if file is None else _of_file(file, kept)
    if as_json:
        answer(report)
    for fault in () if as_json else report.faults:
        typer.echo(f"{fault.kind} {fault.at}")
    tell(f"{report.sealed} entries in {report.links} links, {report.unsealed} wait; {report.head}")
    raise typer.Exit(1 if report.faults else 0)


@app.command()
def export(
    file: Annotated[Path, typer.Argument(help="Is made, for its owner alone; one that is there stays.")],
    database_url: _Database,
    after: Annotated[int, typer.Option(help="Only what follows the link of this number.", min=0)] = 0,
) -> None:
    """Write the sealed record to a file that `verify` checks without the database."""
    with _session(database_url) as db:
        before = service.link(db, after) if after else None
        if after and before is None:
            fail(f"there is no link {after}")
        _write(file, files.written(service.links(db, after=before), service.COLUMNS, after=before))
    tell(f"written to {file}; keep what `hearthline audit anchors` prints somewhere else")


@app.command()
def anchors(database_url: _Database) -> None:
    """Print N:HASH of each day's last link and of the newest, to be kept out of the database's reach."""
    with _session(database_url) as db:
        for n, found in service.anchors(db):
            typer.echo(f"{n}:{found.hex()}")


@contextmanager
def _session(database_url: str) -> Iterator[Session]:
    engine = connect(database_url, pool=2)
    try:
        with sessions(engine)() as db:
            yield db
    except OperationalError as error:
        fail(f"the database does not answer: {error.orig}")
    finally:
        engine.dispose()


def _of_database(database_url: str | None, kept: Anchors) -> Report:
    if database_url is None:
        raise typer.BadParameter("a FILE, or --database-url")
    with _session(database_url) as db:
        return service.verify(db, anchors=kept)


def _of_file(file: Path, kept: Anchors) -> Report:
    try:
        with file.open("rb") as lines:
            return files.check(lines, kept)
    except OSError as error:
        fail(f"{file}: {error.strerror}")


def _write(file: Path, lines: Iterator[bytes]) -> None:
    """Whole, or not at all: what was begun and did not end is taken away."""
    try:
        with os.fdopen(os.open(file, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb") as out:
            try:
                out.writelines(lines)
            except BaseException:
                file.unlink()
                raise
    except OSError as error:
        fail(f"{file}: {error.strerror}")


def _anchors(file: Path | None) -> Anchors:
    """Raises a usage error on a line that is no anchor; empty lines and those that begin with # are none."""
    if file is None:
        return {}
    try:
        lines = [line.strip() for line in file.read_text(encoding="utf-8").splitlines()]
        return dict(files.read_anchor(line) for line in lines if line and not line.startswith("#"))
    except (OSError, ValueError) as error:
        raise typer.BadParameter(str(error), param_hint="--anchors") from None


def _expected(words: str | None) -> Anchors:
    """Raises a usage error on anything but a number, a colon and 64 hexadecimal digits."""
    try:
        return {} if words is None else dict([files.read_anchor(words)])
    except ValueError:
        raise typer.BadParameter("N:HASH", param_hint="--expect") from None
