"""`hearthline sim`: meters on a virtual air, and a gateway that meets them there. Parses and calls."""

from __future__ import annotations

import asyncio
from pathlib import Path
from typing import Annotated

import typer
from msgspec.structs import replace

from firmware_sim import air, fingerstick
from firmware_sim.plan import Kind, Scenario
from firmware_sim.scenario.file import ScenarioError, Trial, read, shipped
from hearthline.commands import command_app
from hearthline.output import answer, fail, tell

app = command_app("sim")

Seed = Annotated[int, typer.Option(help="The same seed plans the same measurements.")]
Factor = Annotated[float, typer.Option(help="Seconds of physiology in one second.")]
Seconds = Annotated[float, typer.Option("--for", help="Measure for that many seconds; stay on air after.")]
Every = Annotated[float, typer.Option("--measure-every", help="Seconds between measurements of one meter.")]
Records = Annotated[
    str | None,
    typer.Option(help=f"Fill a glucometer's memory with a person's: {', '.join(fingerstick.PERSONS)}."),
]
Html = Annotated[Path | None, typer.Option(help="Write the report to this file, as a page.")]
AsJson = Annotated[bool, typer.Option("--json", help="One JSON value on one line.")]
Witness = Annotated[Path | None, typer.Option(help="Append each record taken to this file, as a JSON line.")]


@app.command()
def home(  # noqa: PLR0913, PLR0917  # each is an option
    homes: Annotated[int, typer.Option(min=1, help="How many homes, each a cuff and a glucometer.")] = 1,
    seed: Seed = 1,
    factor: Factor = 600,
    seconds: Seconds = 60,
    every: Every = 8,
    records: Records = None,
    clockless: Annotated[list[int] | None, typer.Option(help="A home whose cuff has no clock.")] = None,
    enhanced: Annotated[
        list[int] | None, typer.Option(help="A home whose cuff tells its results in the enhanced form, 2B34.")
    ] = None,
    crisis: Annotated[
        list[float] | None, typer.Option(help="A second at which home 0's first user measures 186/112.")
    ] = None,
    waits: Annotated[bool, typer.Option("--waits", help="Measure only from the command `start` on.")] = False,
    witness: Witness = None,
    idle: Annotated[float, typer.Option(help="Seconds without traffic after which a meter hangs up.")] = 1.5,
) -> None:
    """Run homes until stdin closes; tells events and takes commands as JSON lines."""
    scenario = Scenario(
        seed=seed,
        homes=homes,
        factor=factor,
        seconds=seconds,
        every_s=every,
        crisis_at_s=tuple(crisis or ()),
    )
    config = air.AirConfig(
        scenario=scenario,
        person=_person(records),
        clockless=frozenset(clockless or ()),
        enhanced=frozenset(enhanced or ()),
        is_waiting=waits,
        witness=witness,
        idle_s=idle,
    )
    asyncio.run(air.run(config))


@app.command()
def meter(
    model: Annotated[Kind, typer.Option(help="Which meter.")] = Kind.BLOOD_PRESSURE,
    seed: Seed = 1,
    factor: Factor = 600,
    seconds: Seconds = 60,
    every: Every = 8,
    records: Records = None,
) -> None:
    """Run one meter on air until stdin closes, like a home in which nothing else is used."""
    scenario = Scenario(seed=seed, homes=1, factor=factor, seconds=seconds, every_s=every, kinds=(model,))
    asyncio.run(air.run(air.AirConfig(scenario=scenario, person=_person(records))))


@app.command()
def gateway(
    arguments: Annotated[list[str], typer.Argument(help="What `hearthline gateway run` takes, after `--`.")],
    hci: Annotated[str, typer.Option(help="The controller, as `ready` names it: tcp-client:HOST:PORT.")],
    bonds: Annotated[Path | None, typer.Option(help="Where bonds outlive the process.")] = None,
) -> None:
    """Run the real gateway on a simulated radio."""
    # Here, so that meters alone need nothing of the gateway installed.
    from hearthline.simulated_gateway import run  # noqa: PLC0415

    raise typer.Exit(run(hci, arguments, bonds=bonds))


@app.command()
def run(
    file: Annotated[str, typer.Argument(help="A scenario file (TOML), or the name of one that is shipped.")],
    seed: Annotated[int | None, typer.Option(help="Another seed than the file's.")] = None,
    seeds: Annotated[int, typer.Option(min=1, help="Play it with so many seeds, one after the other.")] = 1,
    html: Html = None,
    as_json: AsJson = False,
) -> None:
    """Play a scenario in simulated time, through a real gateway into a database; exit 1 if it fails."""
    try:
        trial = _trial(file)
    except ScenarioError as error:
        fail(str(error))
    chosen = trial if seed is None else replace(trial, seed=seed)
    # Here, so that meters alone need nothing of gateway and server installed.
    from hearthline.simulation import playing, report  # noqa: PLC0415

    outcomes = playing.play_all(playing.seeded(chosen, seeds), lambda one: tell(report.in_words(one)))
    if html is not None:
        html.write_text(report.as_html(outcomes, title=f"Scenario {trial.name}"), encoding="utf-8")
    if as_json:
        answer(report.as_json(outcomes))
    raise typer.Exit(0 if report.is_passed(outcomes) else 1)


@app.command()
def matrix(
    seeds: Annotated[int, typer.Option(min=1, help="Of each scenario.")] = 100,
    only: Annotated[list[str] | None, typer.Option(help="A shipped scenario; else all of them.")] = None,
    as_json: AsJson = False,
) -> None:
    """Play each shipped scenario with many seeds; a table of what was lost, doubled or false."""
    known = shipped()
    if unknown := set(only or ()) - set(known):
        raise typer.BadParameter(f"no such scenario: {', '.join(sorted(unknown))}")
    from hearthline.simulation import matrix as figures  # noqa: PLC0415  as in `run`
    from hearthline.simulation import playing  # noqa: PLC0415

    rows = []
    for name in only or known:
        rows.append(figures.row(playing.play_all(playing.seeded(known[name], seeds), playing.unheard)))
        tell(figures.as_markdown(rows[-1:]).splitlines()[-1])
    if as_json:
        answer(rows)
    else:
        typer.echo(figures.as_markdown(rows))
    raise typer.Exit(1 if any(row.failed for row in rows) else 0)


@app.command()
def fleet(
    gateways: Annotated[int, typer.Option(min=1, help="Each with a connection of its own.")] = 1000,
    seconds: Annotated[float, typer.Option("--for", min=1, help="In which they all speak.")] = 60,
    seed: Seed = 1,
    as_json: AsJson = False,
) -> None:
    """Run many gateways at the level of MQTT against brokers, workers and a database; exit 1 on a loss."""
    from hearthline.bench.crowd import TooManyError  # noqa: PLC0415  as in `run`
    from hearthline.bench.servers import MissingError  # noqa: PLC0415
    from hearthline.simulation import fleet as fleets  # noqa: PLC0415
    from hearthline.simulation.fleet_plan import Fleet  # noqa: PLC0415

    try:
        outcome = fleets.run(Fleet(gateways=gateways, seconds=seconds, seed=seed), tell)
    except (MissingError, TooManyError, TimeoutError) as error:
        fail(str(error) or "receipts stopped")
    tell(
        f"{outcome.readings} readings of {gateways} gateways: lost {outcome.lost}, doubled {outcome.doubled}"
    )
    if as_json:
        answer(outcome)
    raise typer.Exit(0 if outcome.is_passed else 1)


app.command("scenario", help="The same as `run`.")(run)


def _trial(file: str) -> Trial:
    """Raises ScenarioError."""
    known = shipped()
    return known[file] if file in known else read(Path(file))


def _person(name: str | None) -> str | None:
    if name is not None and name not in fingerstick.PERSONS:
        raise typer.BadParameter(f"{name} is none of {', '.join(fingerstick.PERSONS)}")
    return name
