"""`hearthline bench`: figures of this machine, each beside the raw limit measured in the same run."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import msgspec
import typer

from hearthline.bench import alerts as alerts_bench
from hearthline.bench import curves as curves_bench
from hearthline.bench import gateway as gateway_bench
from hearthline.bench import ingest as ingest_bench
from hearthline.bench import peak as peak_bench
from hearthline.bench import search as search_bench
from hearthline.bench import series as series_bench
from hearthline.bench import web as web_bench
from hearthline.bench.crowd import TooManyError
from hearthline.bench.curves import Axis
from hearthline.bench.ingest import Load
from hearthline.bench.plot import draw
from hearthline.bench.servers import MissingError
from hearthline.commands import new_app
from hearthline.output import answer, fail, tell

app = new_app("Measure against the raw limit of this machine.")

AsJson = Annotated[bool, typer.Option("--json", help="One JSON value on one line.")]


@app.callback()
def _bench() -> None:
    """Keeps each measurement a word of its own."""


@app.command()
def ingest(
    readings: Annotated[int, typer.Option(min=100, help="About how many.")] = 60_000,
    batch: Annotated[int, typer.Option(min=1, max=50, help="Readings in a batch.")] = 10,
    gateways: Annotated[
        int | None, typer.Option(min=1, help="So many, each with a connection of its own; else one for all.")
    ] = None,
    as_json: AsJson = False,
) -> None:
    """From a broker through one worker into PostgreSQL, until the last receipt is back."""
    load = Load(readings, batch) if gateways is None else Load(readings, batch, gateways, connected=True)
    try:
        figures = ingest_bench.measure(load)
    except (MissingError, TooManyError) as error:
        fail(str(error))
    if as_json:
        answer(figures)
    else:
        typer.echo(f"{figures.readings_per_s} readings/s of {figures.raw_rows_per_s} raw ({figures.ratio})")


@app.command()
def curves(
    axis: Annotated[Axis, typer.Argument(help="What the speed depends on.")],
    rows: Annotated[
        int, typer.Option(min=25_000, help="Readings that are stored at the end of the axis `rows`.")
    ] = 2_000_000,
    tries: Annotated[int, typer.Option(min=1, help="Measurements at each point.")] = curves_bench.TRIES,
    to: Annotated[Path | None, typer.Option(help="A folder for the figures and their picture.")] = None,
    as_json: AsJson = False,
) -> None:
    """Ingest's speed along an axis, several times at each point, beside the raw limit."""
    try:
        curve = curves_bench.measure(axis, rows, tell, tries=tries)
    except (MissingError, TooManyError) as error:
        fail(str(error))
    if to is not None:
        to.mkdir(parents=True, exist_ok=True)
        (to / f"{axis}.json").write_bytes(msgspec.json.format(msgspec.json.encode(curve)) + b"\n")
        (to / f"{axis}.svg").write_text(draw(curve))
    if as_json:
        answer(curve)
        return
    for point in curve.points:
        typer.echo(f"{point.at}: {max(point.whole)} readings/s of {max(point.raw)} raw")


@app.command()
def peak(
    gateways: Annotated[int, typer.Option(min=1, help="Each with a connection of its own.")] = 50_000,
    seconds: Annotated[float, typer.Option(min=1, help="In which the hour passes.")] = 60,
    as_json: AsJson = False,
) -> None:
    """A city's morning: an hour of sittings in a minute, from each gateway to its receipt."""
    try:
        figures = peak_bench.measure(gateways, seconds, tell)
    except (MissingError, TooManyError) as error:
        fail(str(error))
    if as_json:
        answer(figures)
        return
    typer.echo(
        f"{figures.gateways} gateways, {figures.readings} readings and {figures.heartbeats} heartbeats"
        f" in {figures.seconds} s: lost {figures.lost}, doubled {figures.doubled}"
    )
    typer.echo(
        f"to the receipt p50 {figures.p50_ms} ms, p95 {figures.p95_ms} ms, p99 {figures.p99_ms} ms,"
        f" at most {figures.max_ms} ms; the broker alone p95 {figures.raw_p95_ms} ms ({figures.ratio})"
    )


@app.command()
def gateway(
    readings: Annotated[int, typer.Option(min=50, help="The backlog to deliver.")] = 100_000,
    meters: Annotated[
        int, typer.Option(min=1, max=200, help="Bonded with it, at rest.")
    ] = gateway_bench.METERS,
    as_json: AsJson = False,
) -> None:
    """The gateway's weight and start, and a backlog sealed and sent until the last receipt is back."""
    try:
        figures = gateway_bench.measure(readings, meters)
    except MissingError as error:
        fail(str(error))
    if as_json:
        answer(figures)
        return
    typer.echo(
        f"{figures.meters} meters: {figures.rss_mb} MB resident, at most {figures.peak_rss_mb};"
        f" {figures.idle_cpu_percent} % CPU idle"
    )
    typer.echo(f"{figures.start_s} s to scanning")
    typer.echo(
        f"{figures.readings} readings delivered in {figures.drain_s} s, {figures.drain_cpu_s} s of them"
        f" computing; bare MQTT {figures.raw_drain_s} s ({figures.ratio}); load {figures.load}"
    )


@app.command()
def alerts(
    residents: Annotated[int, typer.Option(min=10, help="With 40 days of readings each.")] = 200,
    as_json: AsJson = False,
) -> None:
    """Stored readings judged by the full rule set until the episodes are committed, by one engine."""
    figures = alerts_bench.measure(residents)
    if as_json:
        answer(figures)
        return
    typer.echo(
        f"{figures.readings_per_s} readings/s of {figures.raw_readings_per_s} raw ({figures.ratio});"
        f" {figures.residents_per_s} residents/s whose days are loaded; {figures.episodes} episodes"
    )


@app.command()
def series(
    rows: Annotated[
        int, typer.Option(min=1_460, help="About how many readings, a year of each resident.")
    ] = (2_000_000),
    as_json: AsJson = False,
) -> None:
    """Ninety days of one resident, and the newest of a thousand, out of so many readings."""
    figures = series_bench.measure(rows, lambda step: typer.echo(step, err=True))
    if as_json:
        answer(figures)
        return
    typer.echo(f"{figures.rows} readings of {figures.residents} residents")
    typer.echo(
        f"90 days, {figures.window_rows} readings: p50 {figures.window_p50_ms} ms,"
        f" p95 {figures.window_p95_ms} ms; raw {figures.raw_window_p50_ms} ms ({figures.window_ratio})"
    )
    typer.echo(f"the same as daily figures: p50 {figures.days_p50_ms} ms")
    typer.echo(
        f"newest of 1000: p50 {figures.latest_p50_ms} ms, p95 {figures.latest_p95_ms} ms;"
        f" raw {figures.raw_latest_p50_ms} ms ({figures.latest_ratio})"
    )


@app.command()
def search(
    residents: Annotated[int, typer.Option(min=1_000, help="Of one institution with fifty teams.")] = 100_000,
    searches: Annotated[int, typer.Option(min=20, help="By name, initials and digits in turn.")] = 300,
    as_json: AsJson = False,
) -> None:
    """Finding a resident by what people remember, among so many."""
    figures = search_bench.measure(residents=residents, searches=searches)
    if as_json:
        answer(figures)
        return
    typer.echo(f"{figures.residents} residents, {figures.terms} terms, {figures.searches} searches")
    typer.echo(
        f"who sees all: p50 {figures.supervisor_p50_ms} ms, p95 {figures.supervisor_p95_ms} ms;"
        f" raw {figures.raw_ms} ms ({figures.ratio})"
    )
    typer.echo(f"a doctor: p50 {figures.doctor_p50_ms} ms, p95 {figures.doctor_p95_ms} ms")


@app.command()
def web(
    residents: Annotated[int, typer.Option(min=50, help="Of one institution with five teams.")] = 10_000,
    episodes: Annotated[int, typer.Option(min=50, help="Open, at most one a resident.")] = 2_000,
    requests: Annotated[int, typer.Option(min=20, help="Of each page.")] = 300,
    as_json: AsJson = False,
) -> None:
    """The worklist over HTTP, as whoever sees the whole institution gets it."""
    if episodes > residents:
        fail("each resident has one open episode at most")
    figures = web_bench.measure(residents, episodes=episodes, requests=requests)
    if as_json:
        answer(figures)
        return
    typer.echo(
        f"worklist p50 {figures.worklist_p50_ms} ms, p95 {figures.worklist_p95_ms} ms;"
        f" its {figures.statements} statements alone {figures.raw_ms} ms ({figures.ratio})"
    )
    typer.echo(f"list p95 {figures.list_p95_ms} ms, pane p95 {figures.pane_p95_ms} ms")
    typer.echo(
        f"of a doctor: worklist p95 {figures.doctor_worklist_p95_ms} ms,"
        f" pane p95 {figures.doctor_pane_p95_ms} ms"
    )
