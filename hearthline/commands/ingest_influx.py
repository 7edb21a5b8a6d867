"""`hearthline ingest influx`: the copy of the readings in InfluxDB 2. Decides nothing."""

from __future__ import annotations

import signal
from datetime import UTC, datetime
from threading import Event

from hearthline import ingesting
from hearthline.commands import new_app
from hearthline.ingesting import Data, DatabaseUrl
from hearthline.output import tell
from ingest import logs
from ingest.influx import main
from ingest.influx.main import open_bucket
from ingest.influx.projection import Projection, alone

app = new_app("The copy of the readings in InfluxDB 2 (INFLUX_…).")


@app.command()
def setup() -> None:
    """Make the bucket, or give it the retention that is set."""
    settings = ingesting.read_influx()
    with ingesting.telling_influx(), open_bucket(settings) as bucket:
        bucket.set_up(settings.retention_days)
    tell(f"bucket {settings.bucket} keeps {settings.retention_days or 'all'} days")


@app.command()
def run(database_url: DatabaseUrl = None, data: Data = None) -> None:
    """Copy what is stored and what will be, until stopped."""
    settings = ingesting.read_settings(data=data, database_url=database_url)
    copy = ingesting.read_influx()
    stop = Event()
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, lambda *_: stop.set())
    logs.configure()
    with ingesting.telling_influx(), ingesting.connect(settings) as connection:
        main.run(copy, connection, stop, ready=lambda: tell("ready: copying"))


@app.command()
def rebuild(database_url: DatabaseUrl = None, data: Data = None) -> None:
    """Delete the copy and begin anew with the first reading: `run` then copies all of them."""
    settings = ingesting.read_settings(data=data, database_url=database_url)
    copy = ingesting.read_influx()
    with (
        ingesting.telling_influx(),
        ingesting.connect(settings) as connection,
        open_bucket(copy) as bucket,
        alone(connection),
    ):
        Projection(connection, bucket).rebuild(datetime.now(UTC))
    tell("the copy is empty; `hearthline ingest influx run` fills it")
