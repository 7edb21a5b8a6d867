"""What the commands of `hearthline ingest` share: settings, a connection, the statement, bindings."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Annotated, Any, Final
from uuid import UUID
from zoneinfo import ZoneInfo

import psycopg
import typer
from pydantic import ValidationError

from hearthline.output import fail, tell
from ingest.chores import chores_of
from ingest.door.attribution import Binding
from ingest.fleet import registry
from ingest.influx.projection import BusyError
from ingest.influx.settings import Settings as InfluxSettings
from ingest.influx.troubles import AwayError, RefusedError, WrongSettingError
from ingest.lineage.life import read_life
from ingest.loss.day import DayStatement, state_of_day
from ingest.loss.report import Report, report
from ingest.loss.ringing import Ringing, late
from ingest.loss.statement import state
from ingest.main import read_urls
from ingest.rounds import Chore
from ingest.series.port import bounds
from ingest.settings import Settings
from ingest.store.bells import standing
from ingest.store.folding import Folded, fold
from ingest.store.history import gateways, history
from ingest.store.rounds import done, last_done

Data = Annotated[Path | None, typer.Option(help="Folder of keys, lineage and the embedded database.")]
DatabaseUrl = Annotated[str | None, typer.Option(help="PostgreSQL, as libpq understands it.")]
AsJson = Annotated[bool, typer.Option("--json", help="One JSON value on one line.")]

_ANY_SLOT: Final = "*"


def read_settings(**given: Any) -> Settings:  # noqa: ANN401 - each as its setting
    """The environment's settings, but for what the command line gives."""
    return Settings(**{name: value for name, value in given.items() if value is not None})


def connect(settings: Settings) -> psycopg.Connection:
    """To the database that is named, or to the embedded one of a worker that is running."""
    url = settings.database_url or read_urls(settings.data).get("database_url")
    if url is None:
        fail("no database: give --database-url, or start `hearthline ingest run` with this --data")
    try:
        return psycopg.connect(url, autocommit=True)
    except psycopg.OperationalError as error:
        fail(f"the database does not answer: {error}")


def read_influx() -> InfluxSettings:
    """Where the copy goes, by the environment."""
    nothing: dict[str, Any] = {}
    try:
        return InfluxSettings(**nothing)
    except ValidationError as error:
        names = ", ".join(f"INFLUX_{one['loc'][0]}".upper() for one in error.errors())
        fail(f"no place for the copy: set {names}")


@contextmanager
def telling_influx() -> Iterator[None]:
    """End the command with the reason."""
    try:
        yield
    except AwayError as error:
        fail(f"InfluxDB does not answer ({error}): is INFLUX_URL right, and is it running?")
    except (RefusedError, WrongSettingError, BusyError) as error:
        fail(str(error))


def say_ready(database_url: str, mqtt_url: str) -> None:
    tell(f"ready: database {database_url} broker {mqtt_url}")


def loss_report(connection: psycopg.Connection, data: Path, gateway: UUID | None) -> Report:
    """The loss statement of one gateway or of all."""
    life = read_life(data)
    chosen = _chosen(connection, gateway)
    return report(state(history(connection, each, life)) for each in chosen)


def day_of(connection: psycopg.Connection, settings: Settings, gateway: UUID, day: date) -> DayStatement:
    """The loss statement of one gateway for a local day."""
    begin, end = bounds(day, day, ZoneInfo(settings.region))
    (chosen,) = _chosen(connection, gateway)
    evidence = history(connection, chosen, read_life(settings.data))
    return state_of_day(evidence, begin, end, now=datetime.now(UTC))


def fold_all(connection: psycopg.Connection, settings: Settings, gateway: UUID | None) -> Folded:
    """Fold one gateway's ledger or everybody's."""
    now, region = datetime.now(UTC), ZoneInfo(settings.region)
    done = [fold(connection, each, now=now, region=region) for each in _chosen(connection, gateway)]
    return Folded(
        sum(each.ranges for each in done),
        sum(each.batches for each in done),
        sum(each.forgotten for each in done),
    )


def _chosen(connection: psycopg.Connection, gateway: UUID | None) -> list[UUID]:
    """Of a gateway that was never enrolled nothing is known, and nothing must be said."""
    enrolled = gateways(connection)
    if gateway is not None and gateway not in enrolled:
        fail(f"no gateway {gateway} was ever enrolled")
    return enrolled if gateway is None else [gateway]


def ringing(connection: psycopg.Connection, settings: Settings) -> list[Ringing]:
    """What rings, and which rounds nobody walks."""
    return [*late(last_done(connection), _chores(settings), datetime.now(UTC)), *standing(connection)]


def walk_round(connection: psycopg.Connection, settings: Settings) -> None:
    """Each chore once. One that another round holds does nothing."""
    now = datetime.now(UTC)
    for name, chore in _chores(settings).items():
        chore(connection, now)
        done(connection, name, now)


def _chores(settings: Settings) -> Mapping[str, Chore]:
    """A command hears no gateway."""
    return chores_of(read_life(settings.data), ZoneInfo(settings.region), is_listening=lambda: False)


def bind(connection: psycopg.Connection, home: UUID, word: str, *, since: datetime | None) -> int:
    """Carry out one METERKEY:SLOT=RESIDENT, from the beginning unless told since when; how many waiting
    readings found their owner. Raises RegistryError."""
    meter, slot, resident = parse_binding(word)
    binding = Binding(slot, resident, since) if since else registry.forever(slot, resident)
    return registry.bind(connection, home=home, meter=meter, binding=binding, now=datetime.now(UTC))


def parse_binding(word: str) -> tuple[str, int | None, UUID]:
    """A meter's key may hold colons; `*` is any slot."""
    place, _, resident = word.rpartition("=")
    meter, _, slot = place.rpartition(":")
    try:
        return meter, None if slot == _ANY_SLOT else int(slot), UUID(resident)
    except ValueError as error:
        raise typer.BadParameter(f"{word!r} is not METERKEY:SLOT=RESIDENT") from error
