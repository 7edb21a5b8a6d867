"""`hearthline serve`: the pages and the API, until stopped. Puts settings and server together."""

from __future__ import annotations

import gc
from typing import Annotated

import typer
import uvicorn
from sqlalchemy.exc import DBAPIError

from clinician_api.agreements.press import Apart
from clinician_api.db import connect, sessions
from clinician_api.identity import locking
from clinician_api.kms import FolderKms
from clinician_api.main import create_app
from clinician_api.settings import Settings
from hearthline.commands import command_app
from hearthline.output import fail, tell
from ingest import logs
from ingest.probe import lacks_database, probed

app = command_app("serve")


@app.callback(invoke_without_command=True)
def serve(
    database_url: Annotated[
        str, typer.Option(envvar="CARE_DATABASE_URL", help="PostgreSQL, as libpq understands it.")
    ],
    host: Annotated[
        str, typer.Option(help="Where to listen; a reverse proxy stands before it.")
    ] = "127.0.0.1",
    port: Annotated[int, typer.Option(min=1, max=65535)] = 8000,
) -> None:
    """Serve staff and residents. The database is a server of your own: the embedded one is for trying out."""
    logs.configure()
    settings = Settings(database_url=database_url)
    if settings.second_factor == "staff" and settings.keys is None:
        fail("staff need a second factor: set CARE_KEYS to a folder, or CARE_SECOND_FACTOR=whoever_has_one")
    if not keys_fit(settings):
        fail(f"{settings.keys} has not the keys that locked what is in the database: is its disk there?")
    application = create_app(settings, press=Apart())
    tell(f"serving {settings.public_origin} on {host}:{port}")
    _calm_collector()
    # A stream of events has no end of its own; nobody is to wait for one.
    with probed(settings.serve_probe_port, application.state.registry, lambda: lacks_database(database_url)):
        uvicorn.run(application, host=host, port=port, log_level="warning", timeout_graceful_shutdown=3)


def keys_fit(settings: Settings) -> bool:
    """Of a database that is away it is not known; it may come back."""
    if settings.keys is None:
        return True
    engine = connect(settings.database_url, pool=1)
    try:
        with sessions(engine)() as db:
            return locking.fits(db, FolderKms(settings.keys))
    except DBAPIError:
        return True
    finally:
        engine.dispose()


def _calm_collector() -> None:
    """What is loaded by now lives as long as the process. Looking through it for garbage held up one page in
    six by 200 ms; and a page makes ten thousand objects that are gone with it."""
    gc.freeze()
    gc.set_threshold(5_000, 20, 100)
