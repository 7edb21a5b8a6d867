"""`hearthline ingest`: run the cloud's door, enrol gateways, and ask what was lost."""

from __future__ import annotations

import os
from datetime import UTC, datetime
from typing import Annotated
from uuid import UUID

import typer

from hearthline import faults, ingesting
from hearthline.commands import (
    ingest_downlink,
    ingest_enrolment,
    ingest_fleet,
    ingest_influx,
    ingest_months,
    ingest_quarantine,
    ingest_reading,
    ingest_unattributed,
    new_app,
)
from hearthline.ingesting import AsJson, Data, DatabaseUrl
from hearthline.output import answer, fail, tell
from ingest import logs, main, wire_schema
from ingest.fleet import registry
from ingest.keys import open_keyring
from ingest.keys import rotate as rotate_keys
from ingest.lineage import revocations
from ingest.loss.day import DayStatement
from ingest.loss.report import Report, words, words_of_alarms, words_of_day
from ingest.store.watching import forget
from ingest.ways.mosquitto_acl import denials
from ingest.ways.nats_users import users

app = new_app("Run and look after the cloud's door.")
app.add_typer(ingest_quarantine.app, name="quarantine")
app.add_typer(ingest_influx.app, name="influx")
app.add_typer(ingest_fleet.app, name="fleet")
app.add_typer(ingest_downlink.app, name="ask")
app.add_typer(ingest_enrolment.app, name="code")
app.add_typer(ingest_reading.app, name="reading")
app.add_typer(ingest_months.app, name="months")
app.command()(ingest_months.retire)
app.add_typer(ingest_unattributed.app, name="unattributed")

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
    tell(f"{found} readings found their resident")
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
    settings, now = ingesting.read_settings(data=data, database_url=database_url), datetime.now(UTC)
    with ingesting.connect(settings) as connection:
        revocations.note(connection, settings.data, gateway, now)
        tell(f"{registry.revoke(connection, gateway, now=now)} keys revoked")


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
    """What somebody must look at, as the rounds of a running worker found it. Ends with 1 if there is any."""
    settings = ingesting.read_settings(data=data, database_url=database_url)
    with ingesting.connect(settings) as connection:
        found = ingesting.ringing(connection, settings)
    if as_json:
        answer(found)
    else:
        typer.echo(words_of_alarms(found))
    if found:
        raise typer.Exit(1)


@app.command()
def forget_worker(
    name: Annotated[str, typer.Argument(help="As the alarm names it.")],
    database_url: DatabaseUrl = None,
    data: Data = None,
) -> None:
    """A worker that died and will not come back is missed no more."""
    with ingesting.connect(ingesting.read_settings(data=data, database_url=database_url)) as connection:
        if not forget(connection, name):
            fail(f"no worker {name} was ever at work")


@app.command(name="round")
def walk_round(database_url: DatabaseUrl = None, data: Data = None) -> None:
    """Look after the door once: ledgers, meters, folding. A running worker does so every ten seconds."""
    settings = ingesting.read_settings(data=data, database_url=database_url)
    with ingesting.connect(settings) as connection:
        ingesting.walk_round(connection, settings)


@app.command()
def fold(
    gateway: Annotated[UUID | None, typer.Option(help="One gateway; else all.")] = None,
    as_json: AsJson = False,
    database_url: DatabaseUrl = None,
    data: Data = None,
) -> None:
    """Fold the ledger's verified rows of more than 30 days ago, and forget what was folded an hour ago. A
    running worker does so by itself; the statements stay the same."""
    settings = ingesting.read_settings(data=data, database_url=database_url)
    with ingesting.connect(settings) as connection:
        folded = ingesting.fold_all(connection, settings, gateway)
    if as_json:
        answer(folded)
    else:
        tell(
            f"{folded.batches} batches folded into {folded.ranges} ranges, {folded.forgotten} rows forgotten"
        )


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
def mosquitto_denials(database_url: DatabaseUrl = None, data: Data = None) -> None:
    """Lines that shut revoked gateways out of Mosquitto, to stand at the end of its access list."""
    settings = ingesting.read_settings(data=data, database_url=database_url)
    with ingesting.connect(settings) as connection:
        fleet = revocations.without(registry.fleet(connection), revocations.read_revoked(settings.data))
    for line in denials(fleet):
        typer.echo(line)


@app.command()
def schema() -> None:
    """The messages between gateway and cloud as JSON Schema."""
    typer.echo(wire_schema.text(), nl=False)
