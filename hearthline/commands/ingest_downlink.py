"""`hearthline ingest ask`: commands and configuration for gateways."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Annotated, get_args
from uuid import UUID, uuid4

import msgspec
import psycopg
import typer

from device_drivers.wire.downlink import Ask, Order, Pair, Phrase, Question, Repeat, Restart, Speak, Wanted
from hearthline import ingesting
from hearthline.commands import new_app
from hearthline.ingesting import AsJson, Data, DatabaseUrl
from hearthline.output import answer, fail, tell
from ingest.downlink import configurations
from ingest.downlink.asked import asked
from ingest.downlink.orders import give
from ingest.store.steps import Deed

app = new_app("Ask something of a gateway, signed: a command, or other settings.")

Gateway = Annotated[UUID, typer.Argument(help="The gateway's id.")]


@app.command()
def speak(
    gateway: Gateway,
    sentence: Annotated[str, typer.Argument(help="Its name: " + ", ".join(get_args(Phrase)) + ".")],
    database_url: DatabaseUrl = None,
    data: Data = None,
) -> None:
    """Let it say a sentence, within a quarter of an hour or not at all."""
    _give(gateway, {"do": "speak", "say": sentence, "about": None}, database_url, data)


@app.command()
def question(
    gateway: Gateway,
    name: Annotated[str, typer.Argument(help="Its name: " + ", ".join(get_args(Question)) + ".")],
    database_url: DatabaseUrl = None,
    data: Data = None,
) -> None:
    """Let it ask the home something."""
    _give(gateway, {"do": "ask", "ask": name, "question": str(uuid4()), "about": None}, database_url, data)


@app.command()
def repeat(
    gateway: Gateway,
    after: Annotated[int, typer.Option(help="Seconds of rest, 60 to 900.")] = 300,
    database_url: DatabaseUrl = None,
    data: Data = None,
) -> None:
    """Ask for another measurement after a rest."""
    _give(gateway, {"do": "repeat", "after_s": after, "about": None}, database_url, data)


@app.command()
def pair(
    gateway: Gateway,
    minutes: Annotated[int, typer.Option(help="For so long, 1 to 15.")] = 10,
    database_url: DatabaseUrl = None,
    data: Data = None,
) -> None:
    """Let a new meter be paired."""
    _give(gateway, {"do": "pair", "minutes": minutes}, database_url, data)


@app.command()
def restart(gateway: Gateway, database_url: DatabaseUrl = None, data: Data = None) -> None:
    """Let its process end in order and begin again."""
    _give(gateway, {"do": "restart"}, database_url, data)


@app.command()
def configure(
    gateway: Gateway,
    by: Annotated[str, typer.Option(help="Who wants it.")],
    why: Annotated[str, typer.Option(help="And why.")],
    setting: Annotated[
        list[str] | None,
        typer.Option("--set", help="NAME=VALUE, of: " + ", ".join(Wanted.__struct_fields__) + "."),
    ] = None,
    database_url: DatabaseUrl = None,
    data: Data = None,
) -> None:
    """Want these settings over what was installed, and no others from afar. On trial in the gateway until it
    has reported them; otherwise it goes back by itself."""
    deed = Deed(by, why, datetime.now(UTC))
    if deed.lack:
        fail(deed.lack)
    with ingesting.connect(ingesting.read_settings(data=data, database_url=database_url)) as connection:
        try:
            version = configurations.give(connection, gateway, _wanted(setting or []), deed)
        except configurations.UnknownGatewayError:
            fail(f"no gateway {gateway} was ever enrolled")
    answer({"gateway": gateway, "version": version})


@app.command(name="list")
def list_asked(
    gateway: Gateway,
    most: Annotated[int, typer.Option(min=1, help="How many.")] = 20,
    as_json: AsJson = False,
    database_url: DatabaseUrl = None,
    data: Data = None,
) -> None:
    """What was asked of it, the last first, and what became of it."""
    now = datetime.now(UTC)
    with ingesting.connect(ingesting.read_settings(data=data, database_url=database_url)) as connection:
        found = asked(connection, gateway, most=most)
    if as_json:
        return answer(found)
    for one in found:
        what = msgspec.json.encode(one.wanted).decode()
        typer.echo(f"{one.issued_at:%Y-%m-%d %H:%M:%S}  {one.state(now):8}  {one.kind} {one.name}  {what}")
    return tell(f"{len(found)} asked")


def _give(gateway: UUID, said: dict[str, object], database_url: str | None, data: Data) -> None:
    settings = ingesting.read_settings(data=data, database_url=database_url)
    with ingesting.connect(settings) as connection:
        try:
            order: Order = msgspec.convert(said, Speak | Ask | Repeat | Pair | Restart)
            command = give(connection, gateway, order, now=datetime.now(UTC))
        except msgspec.ValidationError as error:
            fail(str(error))
        except psycopg.errors.ForeignKeyViolation:
            fail(f"no gateway {gateway} was ever enrolled")
    answer({"gateway": gateway, "command": command})


def _wanted(settings: list[str]) -> Wanted:
    said: dict[str, object] = {}
    for word in settings:
        name, separator, value = word.partition("=")
        if not separator:
            raise typer.BadParameter(f"{word!r} is not NAME=VALUE", param_hint="--set")
        said[name] = [one.strip() for one in value.split(",")] if name == "meters" else value
    try:
        return msgspec.convert(said, Wanted, strict=False)
    except msgspec.ValidationError as error:
        raise typer.BadParameter(str(error), param_hint="--set") from error
