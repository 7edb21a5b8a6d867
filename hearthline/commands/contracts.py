"""`hearthline contracts`: the last day of a term, and the states of a contract as their table has them."""

from __future__ import annotations

from datetime import date
from typing import Annotated

import typer

from clinician_api.contracts import dates, states
from clinician_api.errors import InvalidError
from hearthline.commands import command_app
from hearthline.output import answer, fail

app = command_app("contracts")


@app.command()
def period(
    begin: Annotated[str, typer.Argument(help="The first day, like 2026-03-01.")],
    years: Annotated[int, typer.Option(help="Whole years, 1 to 3.")] = 1,
    as_json: Annotated[bool, typer.Option("--json", help="One JSON value on one line.")] = False,
) -> None:
    """Print the last day of a contract that begins then: the day before the anniversary."""
    try:
        begins = date.fromisoformat(begin)
    except ValueError:
        fail(f"{begin} is no day of the calendar; give it like 2026-03-01")
    try:
        ends = dates.last_day(begins, years)
    except InvalidError as error:
        fail(_WHY[error.code])
    if as_json:
        answer({"begins": begins.isoformat(), "ends": ends.isoformat()})
    else:
        typer.echo(ends.isoformat())


@app.command("states")
def show_states() -> None:
    """Print the table of states as a Mermaid diagram, the one of the docs."""
    typer.echo(states.diagram(), nl=False)


_WHY = {
    "contract.years": f"a contract lasts 1 to {dates.PACE.most_years} years",
    "contract.date": "the calendar ends before that contract would",
}
