"""`hearthline packages`: a catalogue from a file, for everybody or for one institution."""

from __future__ import annotations

from datetime import datetime
from pathlib import Path
from typing import Annotated
from uuid import UUID

import typer

from clinician_api.audit.rules import By
from clinician_api.clock import utc_now
from clinician_api.packages import starter
from clinician_api.packages.rules import Offer, fingerprint
from clinician_api.packages.years import day_of
from hearthline.caring import care_session, refusals
from hearthline.commands import command_app
from hearthline.output import answer, fail

app = command_app("packages")

Url = Annotated[str, typer.Option(envvar="CARE_DATABASE_URL", help="PostgreSQL, as libpq understands it.")]
AsJson = Annotated[bool, typer.Option("--json", help="One JSON value on one line.")]
File = Annotated[
    Path | None,
    typer.Argument(
        exists=True, dir_okay=False, readable=True, help="TOML; the starter catalogue if left out."
    ),
]
From = Annotated[
    datetime | None,
    typer.Option(
        "--from", formats=["%Y-%m-%d"], help="The first day on which it is offered; today if left out."
    ),
]
Institution = Annotated[UUID | None, typer.Option(help="Whose catalogue; everybody's if left out.")]


@app.command()
def check(file: File = None, as_json: AsJson = False) -> None:
    """Say what a catalogue's file offers, without storing anything."""
    with refusals():
        found = _offers(file)
    if as_json:
        answer([{"code": each.code, "fingerprint": fingerprint(each)} for each in found])
        return
    for each in found:
        typer.echo(f"{each.code} {each.kind} {each.price} {len(each.items)} services")


@app.command()
def apply(
    database_url: Url,
    file: File = None,
    institution: Institution = None,
    begin: From = None,
    as_json: AsJson = False,
) -> None:
    """Publish what a file says, as far as it differs from what is published. What it leaves out stays."""
    now = utc_now()
    day = begin.date() if begin else day_of(now)
    with refusals(), care_session(database_url) as db:
        loaded = starter.load(db, By(), _offers(file), institution=institution, effective_from=day, now=now)
        db.commit()
    if as_json:
        answer([{"code": each.code, "what": each.what, "fingerprint": each.fingerprint} for each in loaded])
        return
    for each in loaded:
        typer.echo(f"{each.code} {each.what.replace('_', ' ')} {each.fingerprint[:12]}")


def _offers(file: Path | None) -> list[Offer]:
    if file is None:
        return starter.starter()
    try:
        return starter.offers(file.read_text(encoding="utf-8"))
    except UnicodeDecodeError:
        fail(f"{file} is not UTF-8")
