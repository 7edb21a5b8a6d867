"""`hearthline retention`: how long what is kept, what stops its end, and forgetting on time."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Annotated
from uuid import UUID

import typer
from sqlalchemy.exc import OperationalError

from clinician_api.audit.rules import By
from clinician_api.clock import utc_now
from clinician_api.db import Sessions, connect, sessions
from clinician_api.errors import CareError
from clinician_api.kms import FolderKms
from clinician_api.retention import rules, service
from clinician_api.vault import DiskVault
from hearthline.commands import command_app
from hearthline.output import answer, fail, tell

app = command_app("retention")

Url = Annotated[str, typer.Option(envvar="CARE_DATABASE_URL", help="PostgreSQL, as libpq understands it.")]
AsJson = Annotated[bool, typer.Option("--json", help="One JSON value on one line.")]
Keys = Annotated[Path | None, typer.Option(envvar="CARE_KEYS", help="The folder of master keys.")]
Folder = Annotated[Path | None, typer.Option(envvar="CARE_VAULT", help="The folder of signed documents.")]


@app.command()
def matrix(as_json: AsJson = False) -> None:
    """How long each kind of record is kept, from when on, and how it ends."""
    if as_json:
        answer(rules.MATRIX)
    for row in () if as_json else rules.MATRIX:
        typer.echo(f"{row.kind:13} {row.kept:3} years after {row.since:15} {row.way:9} {row.source}")


@app.command()
def due(database_url: Url, as_json: AsJson = False) -> None:
    """Residents whose time is over by now, and who is held."""
    with _sessions(database_url) as factory, factory() as db:
        found = service.due(db, now=utc_now())
    if as_json:
        answer(found)
    for each in () if as_json else found:
        typer.echo(f"{each.resident} {each.due_on}{' held' if each.is_held else ''}")


@app.command()
def hold(
    resident: Annotated[UUID, typer.Argument(help="Of whom nothing is destroyed from now on.")],
    reason: Annotated[str, typer.Option(help="For which case; it stands beside the hold.")],
    database_url: Url,
) -> None:
    """Stop the clock for a resident, and print the hold's id."""
    with _sessions(database_url) as factory, factory.begin() as db:
        typer.echo(service.hold(db, By(), resident, reason, now=utc_now()))


@app.command()
def lift(
    which: Annotated[UUID, typer.Argument(metavar="HOLD", help="As `hold` printed it.")], database_url: Url
) -> None:
    """Let the clock go on."""
    with _sessions(database_url) as factory, factory.begin() as db:
        service.lift(db, By(), which, now=utc_now())


@app.command()
def shred(
    database_url: Url,
    vault: Folder = None,
    keys: Keys = None,
    most: Annotated[int, typer.Option(min=1, help="Of residents in this run.")] = 100,
    as_json: AsJson = False,
) -> None:
    """Forget those that are due and not held: documents, keys, names, search terms. And old logins.

    Bare ids and digests stay. Older backups still hold them: see that those go too.
    """
    store = DiskVault(vault, FolderKms(keys)) if vault and keys else None
    with _sessions(database_url) as factory:
        found = service.shred(factory, store, now=utc_now(), most=most)
        service.forget_logins(factory, now=utc_now())
    if as_json:
        answer({"forgotten": found})
    tell(f"{len(found)} residents are forgotten")


@contextmanager
def _sessions(database_url: str) -> Iterator[Sessions]:
    engine = connect(database_url, pool=2)
    try:
        yield sessions(engine)
    except OperationalError as error:
        fail(f"the database does not answer: {error.orig}")
    except CareError as error:
        fail(str(error))
    finally:
        engine.dispose()
