"""`hearthline identity`: numbers of documents, the keys that lock them, and what people are found by."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import datetime
from enum import StrEnum
from pathlib import Path
from typing import Annotated
from uuid import UUID

import typer
from sqlalchemy.exc import OperationalError
from sqlalchemy.orm import Session

from clinician_api import rotation
from clinician_api.audit.rules import By
from clinician_api.clock import utc_now
from clinician_api.db import Sessions, connect, sessions
from clinician_api.errors import CareError, ConflictError
from clinician_api.identity import numbers, papers, search
from clinician_api.identity.minding import ZONE
from clinician_api.identity.numbers import NumberError
from clinician_api.kms import FolderKms, WrongKeyError
from hearthline.commands import command_app
from hearthline.output import answer, fail, tell

app = command_app("identity")

Url = Annotated[str, typer.Option(envvar="CARE_DATABASE_URL", help="PostgreSQL, as libpq understands it.")]
Keys = Annotated[Path, typer.Option(envvar="CARE_KEYS", help="The folder of master keys.")]


class Why(StrEnum):
    """As `papers.Why`; typer wants an enumeration."""

    asked = "asked"
    retention_over = "retention_over"


AsJson = Annotated[bool, typer.Option("--json", help="One JSON value on one line.")]


# A number may begin with a hyphen: it is wrong, and no option.
@app.command(context_settings={"ignore_unknown_options": True})
def check_id(
    number: Annotated[str, typer.Argument(help="As it stands on the card.")],
    as_json: AsJson = False,
) -> None:
    """Whether a resident identity number can be right (GB 11643): its shape, date, age and check digit."""
    try:
        found = numbers.read(number, datetime.now(ZONE).date())
    except NumberError as error:
        if as_json:
            answer({"valid": False, "fault": error.fault})
        tell(f"{error.fault}: {error}")
        raise typer.Exit(1) from None
    if as_json:
        answer({"valid": True, "born": str(found.born), "sex": found.sex, "former": found.is_former})
    else:
        typer.echo(
            f"born {found.born}, {found.sex}{', of 15 digits: a record only' if found.is_former else ''}"
        )


@app.command()
def rotate_keys(
    database_url: Url,
    keys: Keys,
    again: Annotated[
        bool, typer.Option(help="Make a newer master key first; off, finish what was broken off.")
    ] = True,
    vault: Annotated[
        Path | None, typer.Option(envvar="CARE_VAULT", help="The folder of signed documents.")
    ] = None,
    as_json: AsJson = False,
) -> None:
    """Make a newer master key, and wrap with it the keys of people, second factors and documents."""
    kms = FolderKms(keys)
    newest = kms.rotate() if again else None
    try:
        with _sessions(database_url) as factory:
            changed = rotation.wrap_again(factory, kms, vault)
    except ConflictError:
        fail("there are signed documents: name their folder with --vault, then run it again with --no-again")
    except WrongKeyError as error:
        fail(f"a key was wrapped by a master key that is not in {keys}: {error}")
    if as_json:
        answer({"master_key": newest, "wrapped_again": changed})
    tell(f"{changed} keys wrapped again" + (f" by master key {newest}" if newest else ""))


@app.command()
def sever(
    resident: Annotated[UUID, typer.Argument(help="Whose identity is to be destroyed.")],
    why: Annotated[Why, typer.Option(help="By what right; it stands in the audit.")],
    database_url: Url,
) -> None:
    """Destroy a person's key and name for good: readings stay, and nothing says any more whose they are."""
    try:
        with _sessions(database_url) as factory, factory.begin() as db:
            papers.sever(db, By(), resident, why=why.value, now=utc_now())
    except CareError as error:
        fail(error.code)
    tell(f"{resident} is severed")


@app.command()
def index(database_url: Url) -> None:
    """Make search terms for residents who have none, such as those from before there was a search."""
    with _sessions(database_url) as factory:
        made = _in_rounds(factory, search.index_some)
    tell(f"{made} residents can be found")


@contextmanager
def _sessions(database_url: str) -> Iterator[Sessions]:
    engine = connect(database_url, pool=2)
    try:
        yield sessions(engine)
    except OperationalError as error:
        fail(f"the database does not answer: {error.orig}")
    finally:
        engine.dispose()


def _in_rounds(factory: Sessions, some: Callable[[Session, UUID | None], tuple[int, UUID | None]]) -> int:
    """A transaction for some hundred at a time, so that nobody waits long."""
    total, after, is_first = 0, None, True
    while is_first or after is not None:
        is_first = False
        with factory.begin() as db:
            done, after = some(db, after)
        total += done
    return total
