"""What the commands of `hearthline ingest` share: settings, a connection, the statement, bindings."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any, Final
from uuid import UUID
from zoneinfo import ZoneInfo

import psycopg
import typer
from pydantic import ValidationError

from hearthline.output import fail, tell
from ingest import alarms, registry
from ingest.alarms import Alarm
from ingest.attribution import Binding
from ingest.day import DayStatement, state_of_day
from ingest.influx.bucket import AwayError, RefusedError, WrongSettingError
from ingest.influx.projection import BusyError
from ingest.influx.settings import Settings as InfluxSettings
from ingest.life import read_life
from ingest.main import read_urls
from ingest.report import Report, report
from ingest.series.port import bounds
from ingest.settings import Settings
from ingest.statement import state
from ingest.store.history import gateways, history

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
    chosen = [gateway] if gateway else gateways(connection)
    return report(state(history(connection, each, life)) for each in chosen)


def day_of(connection: psycopg.Connection, settings: Settings, gateway: UUID, day: date) -> DayStatement:
    """The loss statement of one gateway for a local day."""
    begin, end = bounds(day, day, ZoneInfo(settings.region))
    return state_of_day(history(connection, gateway, read_life(settings.data)), begin, end)


def ringing(connection: psycopg.Connection, data: Path) -> list[Alarm]:
    """The ledger's alarms, those of security first."""
    life, now = read_life(data), datetime.now(UTC)
    found = [
        alarm
        for each in gateways(connection)
        for alarm in alarms.alarms(history(connection, each, life), now)
    ]
    return sorted(found, key=lambda alarm: alarm.kind != "security")


def bind(connection: psycopg.Connection, home: UUID, word: str, *, since: datetime | None) -> int:
    """Carry out one METERKEY:SLOT=RESIDENT, from the beginning unless told since when; how many waiting
    readings found their owner. Raises RegistryError."""
    meter, slot, resident = _parse(word)
    binding = Binding(slot, resident, since) if since else registry.forever(slot, resident)
    return registry.bind(connection, home=home, meter=meter, binding=binding, now=datetime.now(UTC))


def _parse(word: str) -> tuple[str, int | None, UUID]:
    """A meter's key may hold colons; `*` is any slot."""
    place, _, resident = word.rpartition("=")
    meter, _, slot = place.rpartition(":")
    try:
        return meter, None if slot == _ANY_SLOT else int(slot), UUID(resident)
    except ValueError as error:
        raise typer.BadParameter(f"{word!r} is not METERKEY:SLOT=RESIDENT") from error
