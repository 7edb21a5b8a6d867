"""`hearthline health`: what of the system somebody has to look at. Changes nothing."""

from __future__ import annotations

from typing import Annotated

import typer
from sqlalchemy.exc import OperationalError

from clinician_api.clock import utc_now
from clinician_api.db import connect, sessions
from clinician_api.health import rules, service
from clinician_api.settings import Settings
from hearthline.commands import command_app
from hearthline.output import answer, fail, tell

app = command_app("health")
app.info.no_args_is_help = False


@app.callback(invoke_without_command=True)
def health(
    database_url: Annotated[
        str, typer.Option(envvar="CARE_DATABASE_URL", help="PostgreSQL, as libpq understands it.")
    ],
    as_json: Annotated[bool, typer.Option("--json", help="One JSON value on one line.")] = False,
) -> None:
    """Versions, tables, backups, certificates, disk, queues, the audit's seal and the clock.

    Ends with 1 where something is to be done now. Look at CARE_BACKUPS, CARE_CERTIFICATES, CARE_LOCK.
    """
    settings, engine = Settings(database_url=database_url), connect(database_url, pool=1)
    try:
        with sessions(engine)() as db:
            found = service.look(db, settings, now=utc_now())
    except OperationalError as error:
        fail(f"the database does not answer: {error.orig}")
    finally:
        engine.dispose()
    if as_json:
        answer({"state": rules.worst(found), "checks": found})
    for each in found:
        tell(f"{each.state:8} {each.code:13} {each.value or '-':14} {each.what}")
    raise typer.Exit(1 if rules.worst(found) == "act" else 0)
