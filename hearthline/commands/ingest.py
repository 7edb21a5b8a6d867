"""`hearthline ingest`: run the cloud's door, enrol gateways, and ask what was lost."""

from __future__ import annotations

import os
import signal
from datetime import UTC, datetime
from pathlib import Path
from threading import Event
from typing import Annotated
from uuid import UUID

import typer

from hearthline import faults, ingesting
from hearthline.commands import new_app
from hearthline.output import answer, fail, tell
from ingest import logs, main, registry, wire_schema
from ingest.day import DayStatement
from ingest.influx import main as influx_main
from ingest.influx.main import open_bucket
from ingest.influx.projection import Projection, alone
from ingest.keys import open_keyring
from ingest.keys import rotate as rotate_keys
from ingest.nats_users import users
from ingest.report import Report, words, words_of_alarms, words_of_day
from ingest.store.quarantined import quarantined

app = new_app("Run and look after the cloud's door.")
quarantine = new_app("What could not be accepted.")
app.add_typer(quarantine, name="quarantine")
influx = new_app("The copy of the readings in InfluxDB 2 (INFLUX_…).")
app.add_typer(influx, name="influx")

Data = Annotated[Path | None, typer.Option(help="Folder of keys, lineage and the embedded database.")]
DatabaseUrl = Annotated[str | None, typer.Option(help="PostgreSQL, as libpq understands it.")]
AsJson = Annotated[bool, typer.Option("--json", help="One JSON value on one line.")]
Gateway = Annotated[UUID, typer.Option(help="The gateway's id.")]


@app.command()
def run(
    database_url: DatabaseUrl = None,
    mqtt: Annotated[str | None, typer.Option(help="Broker: mqtt:// or mqtts://.")] = None,
    embedded_broker: Annotated[
        bool, typer.Option("--embedded-broker", help="A broker of our own, even if one is set.")
    ] = False,
    data: Data = None,
) -> None:
    """Take in what gateways send, until stopped. Without a database or a broker it runs its own."""
    settings = ingesting.read_settings(data=data, database_url=database_url, mqtt_url=mqtt)
    if embedded_broker:
        settings = settings.model_copy(update={"mqtt_url": None})
    logs.configure()
    main.run(settings, at=faults.from_environment(os.environ), ready=ingesting.say_ready)


@app.command()
def enrol(
    gateway: Gateway,
    public_key: Annotated[str, typer.Option(help="Its Ed25519 public key, 64 hexadecimal digits.")],
    home: Annotated[UUID, typer.Option(help="The home it stands in.")],
    bind: Annotated[
        list[str] | None, typer.Option(help="METERKEY:SLOT=RESIDENT; slot * is whoever uses the meter.")
    ] = None,
    since: Annotated[
        datetime | None, typer.Option(help="From when the bindings hold (UTC); else from the beginning.")
    ] = None,
    database_url: DatabaseUrl = None,
    data: Data = None,
) -> None:
    """For development: claim a gateway for a home. Prints the root key that it must pin."""
    settings = ingesting.read_settings(data=data, database_url=database_url)
    with ingesting.connect(settings) as connection:
        try:
            registry.enrol(connection, gateway, public=public_key, home=home, now=datetime.now(UTC))
            begin = since.replace(tzinfo=UTC) if since else None
            found = sum(ingesting.bind(connection, home, word, since=begin) for word in bind or ())
        except registry.RegistryError as error:
            fail(str(error))
    tell(f"{found} waiting readings found their resident")
    answer({"gateway": gateway, "home": home, "root": open_keyring(settings.data / "keys").root_public})


@app.command()
def keys(
    rotate: Annotated[bool, typer.Option("--rotate", help="First put a new signing key in force.")] = False,
    data: Data = None,
) -> None:
    """The root key that gateways pin, and the keys that sign receipts. A running worker keeps its key."""
    folder = ingesting.read_settings(data=data).data / "keys"
    ring = rotate_keys(folder) if rotate else open_keyring(folder)
    answer({"root": ring.root_public, "signing": ring.kid, "valid": [key.kid for key in ring.key_set.keys]})


@app.command()
def revoke(gateway: Gateway, database_url: DatabaseUrl = None, data: Data = None) -> None:
    """Refuse everything that a gateway's present keys sign, from a minute on at the latest."""
    with ingesting.connect(ingesting.read_settings(data=data, database_url=database_url)) as connection:
        tell(f"{registry.revoke(connection, gateway, now=datetime.now(UTC))} keys revoked")


@app.command()
def ledger(
    gateway: Annotated[UUID | None, typer.Option(help="One gateway; else all.")] = None,
    day: Annotated[
        datetime | None, typer.Option(formats=["%Y-%m-%d"], help="What one gateway sealed on a local day.")
    ] = None,
    as_json: AsJson = False,
    database_url: DatabaseUrl = None,
    data: Data = None,
) -> None:
    """The loss statement: what arrived, what is missing, and what is unknown."""
    settings = ingesting.read_settings(data=data, database_url=database_url)
    if day is not None and gateway is None:
        raise typer.BadParameter("a day is of one gateway: give --gateway too", param_hint="--day")
    with ingesting.connect(settings) as connection:
        if day is not None and gateway is not None:
            said: DayStatement | Report = ingesting.day_of(connection, settings, gateway, day.date())
        else:
            said = ingesting.loss_report(connection, settings.data, gateway)
    if as_json:
        answer(said)
    else:
        typer.echo(words(said) if isinstance(said, Report) else words_of_day(said))


@app.command()
def alarms(as_json: AsJson = False, database_url: DatabaseUrl = None, data: Data = None) -> None:
    """What about the ledger somebody must look at: holes older than an hour, forks. Ends with 1 if any."""
    settings = ingesting.read_settings(data=data, database_url=database_url)
    with ingesting.connect(settings) as connection:
        found = ingesting.ringing(connection, settings.data)
    if as_json:
        answer(found)
    else:
        typer.echo(words_of_alarms(found))
    if found:
        raise typer.Exit(1)


@quarantine.callback()
def _quarantine() -> None:
    """Keeps `list` a word of its own, although it is the only one."""


@quarantine.command(name="list")
def list_quarantine(
    most: Annotated[int, typer.Option(min=1, help="How many, those seen last.")] = 50,
    as_json: AsJson = False,
    database_url: DatabaseUrl = None,
    data: Data = None,
) -> None:
    """What could not be accepted, with the reason."""
    with ingesting.connect(ingesting.read_settings(data=data, database_url=database_url)) as connection:
        items = quarantined(connection, most)
    if as_json:
        answer(items)
    for item in () if as_json else items:
        seen = item.last_at.isoformat(timespec="seconds")
        typer.echo(f"{item.id:8}  {seen}  {item.times:4} x  {item.kind:15}  {item.source}  {item.reason}")


@influx.command()
def setup() -> None:
    """Make the bucket, or give it the retention that is set."""
    settings = ingesting.read_influx()
    with ingesting.telling_influx(), open_bucket(settings) as bucket:
        bucket.set_up(settings.retention_days)
    tell(f"bucket {settings.bucket} keeps {settings.retention_days or 'all'} days")


@influx.command(name="run")
def run_influx(database_url: DatabaseUrl = None, data: Data = None) -> None:
    """Copy what is stored and what will be, until stopped."""
    settings = ingesting.read_settings(data=data, database_url=database_url)
    copy = ingesting.read_influx()
    stop = Event()
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, lambda *_: stop.set())
    logs.configure()
    with ingesting.telling_influx(), ingesting.connect(settings) as connection:
        influx_main.run(copy, connection, stop, ready=lambda: tell("ready: copying"))


@influx.command()
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


@app.command()
def nats_users(
    name: Annotated[str, typer.Option("--ingest", help="The name in ingest's own certificate.")] = "ingest",
    database_url: DatabaseUrl = None,
    data: Data = None,
) -> None:
    """Who may touch what on a NATS cluster, for its servers to include: ingest and every gateway, the revoked
    ones too, so that they can be told."""
    with ingesting.connect(ingesting.read_settings(data=data, database_url=database_url)) as connection:
        fleet = registry.fleet(connection)
    for line in users(fleet, ingest=name):
        typer.echo(line)


@app.command()
def schema() -> None:
    """The messages between gateway and cloud as JSON Schema."""
    typer.echo(wire_schema.text(), nl=False)
