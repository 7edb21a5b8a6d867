"""`hearthline worker`: timers, deliveries and the audit's seal, until stopped."""

from __future__ import annotations

import os
import signal
from threading import Event
from typing import Annotated, Any

import typer
from pydantic import ValidationError

from clinician_api import worker
from clinician_api.settings import Settings
from hearthline import faults
from hearthline.commands import command_app
from hearthline.output import tell
from ingest import logs

app = command_app("worker")


@app.command()
def run(
    database_url: Annotated[str | None, typer.Option(help="PostgreSQL, as libpq understands it.")] = None,
) -> None:
    """Work on what is due: tell whoever must be told, deliver notices, seal the audit."""
    settings = read_settings(database_url)
    stop = Event()
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, lambda *_: stop.set())
    logs.configure()
    at = faults.from_environment(os.environ)
    worker.run(settings, stop, ready=lambda: tell("ready: the worker takes jobs"), at=at)


def read_settings(database_url: str | None) -> Settings:
    """The environment's, but for what the command line gives. A missing one is a usage error."""
    given: dict[str, Any] = {} if database_url is None else {"database_url": database_url}
    try:
        return Settings(**given)
    except ValidationError as error:
        raise typer.BadParameter(f"neither --database-url nor CARE_… will do: {error}") from error
