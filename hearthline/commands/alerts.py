"""`hearthline alerts`: run the rules over stored readings. Judges nothing itself and sends nothing."""

from __future__ import annotations

import os
import signal
from pathlib import Path
from threading import Event
from typing import Annotated

import typer
from pydantic import ValidationError

from alerts import main
from alerts.engine_settings import Settings
from alerts.episodes import Episode
from alerts.history_file import HistoryError, parse
from alerts.replay import replay as replayed
from alerts.replay import report
from clinician_api.settings import Settings as CareSettings
from clinician_api.triage import casework
from clinician_api.triage.care import care
from hearthline import faults
from hearthline.commands import command_app
from hearthline.output import answer, fail, tell
from ingest import logs

app = command_app("alerts")


@app.command()
def run(
    database_url: Annotated[
        str, typer.Option(envvar="ALERTS_DATABASE_URL", help="PostgreSQL, as libpq understands it.")
    ],
    shards: Annotated[
        str | None, typer.Option(help="K/N: the K-th of N shares; else whatever no other engine holds.")
    ] = None,
) -> None:
    """Judge what is stored and what will be, until stopped."""
    try:
        settings = Settings(database_url=database_url, share=shards)
    except ValidationError as error:
        raise typer.BadParameter(error.errors()[0]["msg"], param_hint="--shards") from None
    stop = Event()
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, lambda *_: stop.set())
    logs.configure()
    at = faults.from_environment(os.environ)
    team = care(casework.clocks_of(CareSettings(database_url=database_url)))
    main.run(settings, team, at=at, stop=stop, ready=lambda: tell("ready: alerts"))


@app.command()
def replay(
    file: Annotated[
        Path, typer.Argument(exists=True, dir_okay=False, readable=True, help="Readings as CSV.")
    ],
    as_json: Annotated[bool, typer.Option("--json", help="One JSON value on one line.")] = False,
) -> None:
    """Print what the rules make of a history."""
    try:
        episodes = replayed(parse(file.read_bytes()))
    except HistoryError as error:
        fail(f"{file}: {error}")
    if as_json:
        answer([report(episode) for episode in episodes])
    for episode in () if as_json else episodes:
        typer.echo(_line(episode))


def _line(episode: Episode) -> str:
    said = report(episode)
    opened = said.opened_at.isoformat(timespec="minutes")
    state = "closed" if said.closed_at else "open"
    how = (
        f"confirmed by {said.confirmed_by}"
        if said.confirmed_by
        else "provisional"
        if said.provisional
        else ""
    )
    worst = max(episode.findings, key=lambda finding: finding.level)
    words = ", ".join(word for word in ("late" if said.late else "", how, state) if word)
    return f"{opened}  {said.resident}  {said.level:8}  {worst.reason.en} ({worst.value}); {words}"
