"""`hearthline audit`: whether the record of who did and read what is as it was sealed."""

from __future__ import annotations

from typing import Annotated

import typer
from sqlalchemy.exc import OperationalError

from clinician_api.audit import service
from clinician_api.db import connect, sessions
from hearthline.commands import new_app
from hearthline.output import answer, fail, tell

app = new_app("Check the record of who did and read what.")


@app.callback()
def _audit() -> None:
    """Keeps `verify` a word of its own, although it is the only one."""


@app.command()
def verify(
    database_url: Annotated[
        str, typer.Option(envvar="CARE_DATABASE_URL", help="PostgreSQL, as libpq understands it.")
    ],
    expect: Annotated[
        str | None, typer.Option(help="N:HASH of a link, as it was printed or logged before.")
    ] = None,
    as_json: Annotated[bool, typer.Option("--json", help="One JSON value on one line.")] = False,
) -> None:
    """Recompute the chain, and say where an entry was changed, removed or inserted."""
    kept, engine = _expected(expect), connect(database_url, pool=2)
    try:
        with sessions(engine)() as db:
            report = service.verify(db, expect=kept)
    except OperationalError as error:
        fail(f"the database does not answer: {error.orig}")
    finally:
        engine.dispose()
    if as_json:
        answer(report)
    for fault in () if as_json else report.faults:
        typer.echo(f"{fault.kind} {fault.at}")
    tell(f"{report.sealed} entries in {report.links} links, {report.unsealed} wait; {report.head}")
    raise typer.Exit(1 if report.faults else 0)


def _expected(words: str | None) -> tuple[int, bytes] | None:
    """Raises a usage error on anything but a number, a colon and 64 hexadecimal digits."""
    if words is None:
        return None
    number, _, digits = words.partition(":")
    try:
        return int(number), bytes.fromhex(digits)
    except ValueError:
        raise typer.BadParameter("N:HASH", param_hint="--expect") from None
