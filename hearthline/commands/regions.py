"""`hearthline regions`: what holds in a region, from a file: looked at first, then put in force."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from clinician_api.audit.rules import By
from clinician_api.clock import utc_now
from clinician_api.regions import service
from clinician_api.regions.rules import NATIONAL, Change, changes
from clinician_api.regions.schemas import RegionFile, read
from hearthline.caring import care_session, refusals
from hearthline.commands import command_app
from hearthline.output import answer, fail, tell

app = command_app("regions")

Url = Annotated[str, typer.Option(envvar="CARE_DATABASE_URL", help="PostgreSQL, as libpq understands it.")]
MaybeUrl = Annotated[
    str | None,
    typer.Option(envvar="CARE_DATABASE_URL", help="With it, what would change against what holds there."),
]
File = Annotated[Path, typer.Argument(exists=True, dir_okay=False, readable=True)]
AsJson = Annotated[bool, typer.Option("--json", help="One JSON value on one line.")]


@app.command()
def check(file: File, database_url: MaybeUrl = None, as_json: AsJson = False) -> None:
    """Say what a file would change, without changing it; without a database, against the national rules."""
    with refusals():
        said = _read(file)
        alone = changes(NATIONAL, service.checked(said))
        found = alone
        if database_url:
            with care_session(database_url) as db:
                found = service.dry_run(db, said)
                db.rollback()
    _say(found, as_json=as_json)


@app.command()
def apply(file: File, database_url: Url, as_json: AsJson = False) -> None:
    """Put a file in force from its day on. Contracts that were signed keep what they have."""
    with refusals(), care_session(database_url) as db:
        said = _read(file)
        found = service.dry_run(db, said)
        applied = service.apply(db, By(), said, now=utc_now())
        db.commit()
    tell(f"number {applied.number} of {said.region.code}, from {applied.effective_from}")
    _say(found, as_json=as_json)


def _read(file: Path) -> RegionFile:
    try:
        return read(file.read_text(encoding="utf-8"))
    except UnicodeDecodeError:
        fail(f"{file} is not UTF-8")


def _say(found: tuple[Change, ...], *, as_json: bool) -> None:
    if as_json:
        answer([{"place": each.place, "before": each.before, "after": each.after} for each in found])
        return
    for each in found:
        typer.echo(f"{each.place}: {each.before or '-'} -> {each.after or '-'}")
    if not found:
        typer.echo("nothing would change")
