"""`hearthline regions`: what holds in a region, from a file: looked at first, then put in force."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from pathlib import Path
from typing import Annotated
from uuid import UUID

import typer

from clinician_api.audit.rules import By
from clinician_api.clock import utc_now
from clinician_api.errors import NotFoundError
from clinician_api.identity import service as identity
from clinician_api.packages.years import day_of
from clinician_api.regions import service
from clinician_api.regions.rules import NATIONAL, Change, Held, changes
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


@app.command()
def show(
    code: Annotated[str, typer.Argument(help="Of the region.")],
    database_url: Url,
    on: Annotated[datetime | None, typer.Option(formats=["%Y-%m-%d"], help="Day; today if left out.")] = None,
    as_json: AsJson = False,
) -> None:
    """Say every number that holds in a region, which region it is from, and what is not gone by yet."""
    day = on.date() if on else day_of(utc_now())
    with refusals(), care_session(database_url) as db:
        region = identity.region_by_code(db, code)
        if region is None:
            raise NotFoundError("region.unknown", code)
        found = service.holding(db, region, day)
        codes = identity.region_codes(db, {each.region for each in found if each.region})
    _show([_of(each, codes) for each in found], as_json=as_json)


def _of(each: Held, codes: Mapping[UUID, str]) -> dict[str, str]:
    origin = codes[each.region] if each.region else "nation"
    return {"place": each.place, "value": each.value, "from": origin, "waits_for": each.waits_for}


def _show(found: Sequence[Mapping[str, str]], *, as_json: bool) -> None:
    if as_json:
        answer(found)
        return
    wide = max(len(each["place"]) for each in found)
    for each in found:
        waits = f"   (kept for {each['waits_for']})" if each["waits_for"] else ""
        typer.echo(f"{each['place']:{wide}}  {each['value'] or '-':<10} {each['from']}{waits}")


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
