"""`hearthline demo`: the whole system on this machine. Parses, runs, prints."""

from __future__ import annotations

import signal
import tempfile
from dataclasses import asdict
from pathlib import Path
from typing import Annotated

import typer

from hearthline.commands import command_app
from hearthline.demo.air import AirError
from hearthline.demo.logins import Logins, lines
from hearthline.demo.running import run
from hearthline.demo.summary import Summary
from hearthline.demo.system import StartError, Wish
from hearthline.output import answer, fail, tell
from ingest.postgres import PostgresError

app = command_app("demo")

FOR_EVER_S = 4 * 3600
"""Without `--for`, measuring ends after four hours, or with Ctrl-C."""


@app.callback(invoke_without_command=True)
def demo(
    seconds: Annotated[
        float | None, typer.Option("--for", min=1, help="End by itself after that many seconds of measuring.")
    ] = None,
    homes: Annotated[int, typer.Option(min=1, max=50, help="Homes, each a cuff and a glucometer.")] = 12,
    port: Annotated[int, typer.Option(min=0, max=65535, help="Of the page; 0 is any free one.")] = 8000,
    seed: Annotated[int, typer.Option(help="The same seed plans the same measurements.")] = 1,
    as_json: Annotated[
        bool, typer.Option("--json", help="The summary as one JSON object on one line.")
    ] = False,
) -> None:
    """Run meters, gateways, broker, ingest and database together, and count that nothing was lost."""
    signal.signal(signal.SIGTERM, signal.default_int_handler)  # to end by either is to end in order
    with tempfile.TemporaryDirectory(prefix="hearthline-demo-") as folder:
        # PostgreSQL runs as another account when this is root, and has to reach its folder.
        Path(folder).chmod(0o755)
        wish = Wish(homes, seed, seconds or FOR_EVER_S, Path(folder), port)
        try:
            summary = run(wish, ready=_say_ready, tell=tell)
        except (StartError, AirError, PostgresError) as error:
            fail(f"hearthline demo: {error}")
        except KeyboardInterrupt:
            fail("hearthline demo: interrupted before everything was counted")
    if as_json:
        answer(asdict(summary))
    else:
        typer.echo(_words(summary))
    raise typer.Exit(1 if summary.lost or summary.doubled else 0)


def _say_ready(url: str, logins: Logins) -> None:
    tell(f"ready {url}")
    tell(f"password of every login of this run: {logins.password}")
    for words in lines(logins.all):
        tell(f"  {words}")
    tell(f"Check a downloaded agreement: hearthline agreements verify FILE --keys {logins.keys}")
    tell("Within 20 s a resident measures 186/112. Ctrl-C ends the demo and counts.")


def _words(summary: Summary) -> str:
    rows = asdict(summary).items()
    return "\n".join(f"{name:12}{'-' if value is None else value}" for name, value in rows)
