"""`hearthline ingest fleet`: how gateways and meters are."""

from __future__ import annotations

from collections import Counter
from dataclasses import asdict
from datetime import UTC, datetime, timedelta
from typing import Annotated
from uuid import UUID
from zoneinfo import ZoneInfo

import typer

from hearthline import ingesting
from hearthline.commands import new_app
from hearthline.ingesting import AsJson, Data, DatabaseUrl
from hearthline.output import answer, fail, tell
from ingest.fleet import gateway_page
from ingest.fleet.missing import bound
from ingest.fleet.missing import missing as find_missing
from ingest.fleet.report import age, words_of_gateway, words_of_row, words_of_tally, words_of_ticket
from ingest.fleet.table import Trouble, Which, fleet, tally
from ingest.fleet.tickets import tickets as read_tickets
from ingest.fleet.tickets import watched_until

app = new_app("How gateways and meters are.")


@app.command(name="list")
def list_rows(
    trouble: Annotated[Trouble | None, typer.Option(help="Only with this trouble.")] = None,
    region: Annotated[str | None, typer.Option(help="Only in this region, by its code.")] = None,
    institution: Annotated[UUID | None, typer.Option(help="Only of this institution.")] = None,
    most: Annotated[int, typer.Option(min=1, help="How many rows.")] = 50,
    as_json: AsJson = False,
    database_url: DatabaseUrl = None,
    data: Data = None,
) -> None:
    """A row for each meter of each gateway, with what is wrong there; then the sums over all of them."""
    houses = None if institution is None else (institution,)
    settings = ingesting.read_settings(data=data, database_url=database_url)
    which = Which(houses, region, trouble=trouble, zone=ZoneInfo(settings.region))
    now = datetime.now(UTC)
    with ingesting.connect(settings) as connection:
        rows = fleet(connection, which, now=now, most=most)
        sums = tally(connection, which, now=now)
    if as_json:
        return answer(rows)
    for row in rows:
        typer.echo(words_of_row(row, now))
    return tell(words_of_tally(sums))


@app.command()
def show(
    gateway: Annotated[UUID, typer.Argument(help="The gateway's id.")],
    as_json: AsJson = False,
    database_url: DatabaseUrl = None,
    data: Data = None,
) -> None:
    """One gateway with its meters, keys, certificates, and when it was silent."""
    now = datetime.now(UTC)
    settings = ingesting.read_settings(data=data, database_url=database_url)
    with ingesting.connect(settings) as connection:
        page = gateway_page.one(connection, Which(gateway=gateway, zone=ZoneInfo(settings.region)), now=now)
    if page is None:
        fail(f"no gateway {gateway} was ever enrolled")
    if as_json:
        return answer(page)
    return typer.echo(words_of_gateway(page, now))


@app.command()
def tickets(
    closed: Annotated[bool, typer.Option("--closed", help="Those that are closed, the last first.")] = False,
    most: Annotated[int, typer.Option(min=1, help="How many.")] = 50,
    as_json: AsJson = False,
    database_url: DatabaseUrl = None,
    data: Data = None,
) -> None:
    """Why gateways and meters are out of sight: one ticket for each cause, the widest first."""
    with ingesting.connect(ingesting.read_settings(data=data, database_url=database_url)) as connection:
        found = read_tickets(connection, standing=not closed, most=most)
        judged_at = watched_until(connection)
    if as_json:
        return answer(found)
    for ticket in found:
        typer.echo(words_of_ticket(ticket))
    return tell(f"judged last: {age(judged_at, datetime.now(UTC))}")


@app.command()
def missing(
    days: Annotated[int, typer.Option(min=1, help="For how many days nothing was measured.")] = 7,
    as_json: AsJson = False,
    database_url: DatabaseUrl = None,
    data: Data = None,
) -> None:
    """Residents with a meter of whom nothing was measured, why, and whose errand that is. Ids only."""
    now = datetime.now(UTC)
    with ingesting.connect(ingesting.read_settings(data=data, database_url=database_url)) as connection:
        found = find_missing(
            connection, bound(connection, now=now), since=now - timedelta(days=days), now=now
        )
    if as_json:
        return answer([{"resident": resident, **asdict(each)} for resident, each in found.items()])
    for resident, each in found.items():
        typer.echo(f"{resident}  {each.cause:12}  {each.to:10}  {each.subject or ''}".rstrip())
    sums = Counter(each.to for each in found.values())
    return tell("; ".join(f"{count} {to}" for to, count in sorted(sums.items())) or "nobody is missing")
