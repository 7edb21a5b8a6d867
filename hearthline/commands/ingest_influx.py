"""`hearthline ingest influx`: the copy of the readings in InfluxDB 2. Decides nothing."""

from __future__ import annotations

import signal
from datetime import UTC, datetime, timedelta
from threading import Event
from typing import Annotated
from zoneinfo import ZoneInfo

import typer

from hearthline import ingesting
from hearthline.commands import new_app
from hearthline.ingesting import AsJson, Data, DatabaseUrl
from hearthline.output import answer, tell
from ingest import logs
from ingest.door.clock import EARLIEST
from ingest.influx import main
from ingest.influx.daily import Daily
from ingest.influx.main import open_bucket, open_daily
from ingest.influx.projection import Projection, alone
from ingest.influx.refusals import listed
from ingest.influx.verification import Finding, Verification

app = new_app("The copy of the readings in InfluxDB 2 (INFLUX_…).")

Since = Annotated[datetime | None, typer.Option(help="Only what was taken since, in UTC.")]
Until = Annotated[datetime | None, typer.Option(help="Only what was taken before, in UTC.")]


@app.command()
def setup() -> None:
    """Make the buckets of readings and of daily figures, or give them the retention that is set."""
    settings = ingesting.read_influx()
    with ingesting.telling_influx(), open_bucket(settings) as bucket, open_daily(settings) as days:
        bucket.set_up(settings.retention_days)
        days.set_up(0)
    tell(f"bucket {settings.bucket} keeps {settings.retention_days or 'all'} days, {days.name} all")


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
        region = ZoneInfo(settings.region)
        main.run(copy, connection, stop, region=region, ready=lambda: tell("ready: copying"))


@app.command()
def rebuild(database_url: DatabaseUrl = None, data: Data = None) -> None:
    """Delete the copy and begin anew with the first reading: `run` then copies all of them."""
    settings = ingesting.read_settings(data=data, database_url=database_url)
    copy = ingesting.read_influx()
    with (
        ingesting.telling_influx(),
        ingesting.connect(settings) as connection,
        open_bucket(copy) as bucket,
        open_daily(copy) as days,
        alone(connection),
    ):
        Projection(connection, bucket).rebuild(datetime.now(UTC))
        Daily(connection, days, ZoneInfo(settings.region)).rebuild(datetime.now(UTC))
    tell("the copy is empty; `hearthline ingest influx run` fills it")


@app.command()
def verify(
    since: Since = None,
    until: Until = None,
    as_json: AsJson = False,
    database_url: DatabaseUrl = None,
    data: Data = None,
) -> None:
    """Read the copy back and compare it with the readings, point by point; fails where they differ."""
    settings = ingesting.read_settings(data=data, database_url=database_url)
    copy, now = ingesting.read_influx(), datetime.now(UTC)
    with (
        ingesting.telling_influx(),
        ingesting.connect(settings) as connection,
        open_bucket(copy) as bucket,
    ):
        compared = Verification(connection, bucket, keeps=copy.keeps)
        _say(compared.verify(*_span(since, until, now), now), as_json=as_json)


@app.command()
def repair(
    since: Since = None,
    until: Until = None,
    as_json: AsJson = False,
    database_url: DatabaseUrl = None,
    data: Data = None,
) -> None:
    """Write again what the copy lacks or holds wrongly, erase what it has too much; `run` must not run."""
    settings = ingesting.read_settings(data=data, database_url=database_url)
    copy, now = ingesting.read_influx(), datetime.now(UTC)
    with (
        ingesting.telling_influx(),
        ingesting.connect(settings) as connection,
        open_bucket(copy) as bucket,
        alone(connection),
    ):
        compared = Verification(connection, bucket, keeps=copy.keeps)
        _say(compared.repair(*_span(since, until, now), now), as_json=as_json)


@app.command()
def refusals(
    most: Annotated[int, typer.Option(min=1, help="How many, those refused last.")] = 50,
    settled: Annotated[
        bool, typer.Option("--settled", help="Also those that the copy has by now, or need not have.")
    ] = False,
    as_json: AsJson = False,
    database_url: DatabaseUrl = None,
    data: Data = None,
) -> None:
    """What the server would not have: which points, why, how often."""
    with ingesting.connect(ingesting.read_settings(data=data, database_url=database_url)) as connection:
        found = listed(connection, most, settled=settled)
    if as_json:
        return answer(found)
    for one in found:
        seen = one.last_at.isoformat(timespec="seconds")
        typer.echo(f"{seen}  {one.times:4} x  {one.name}  {one.reason}  {one.point}")
    return None


def _span(since: datetime | None, until: datetime | None, now: datetime) -> tuple[datetime, datetime]:
    """Whole seconds; without a word everything, readings of clocks that run ahead included."""
    begin = since.replace(microsecond=0, tzinfo=UTC) if since else EARLIEST
    end = (
        until.replace(microsecond=0, tzinfo=UTC) if until else now.replace(microsecond=0) + timedelta(days=1)
    )
    return begin, end


def _say(finding: Finding, *, as_json: bool) -> None:
    if as_json:
        answer(finding)
    tell(
        f"{finding.readings} readings, {finding.waiting} of them not copied yet; {finding.missing} missing,"
        f" {finding.wrong} wrong, {finding.extra} extra, {finding.mended} mended, {finding.refused} refused"
    )
    if not finding.equal:
        raise SystemExit(1)
