"""What `hearthline backup` and `hearthline restore` share: settings, places, and failures in words."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Annotated, Any

import psycopg
import typer

from hearthline.output import fail
from ingest.backups.restoring import RestoreError
from ingest.backups.settings import Settings
from ingest.backups.shelf import Shelf, ShelfError
from ingest.backups.taking import BackupError
from ingest.backups.tools import ToolError
from ingest.main import read_urls
from ingest.postgres import PostgresError
from ingest.settings import Settings as IngestSettings

Folder = Annotated[Path | None, typer.Option(help="Where backups stand (BACKUP_FOLDER).")]
Binaries = Annotated[Path | None, typer.Option(help="PostgreSQL's programs, if they are not found.")]


def read_settings(**given: Any) -> Settings:  # noqa: ANN401 - each as its setting
    """The environment's settings, but for what the command line gives."""
    return Settings(**{name: value for name, value in given.items() if value is not None})


def shelf(settings: Settings) -> Shelf:
    return Shelf(settings.folder.resolve())


def life_folder(settings: IngestSettings) -> Path:
    """Ingest's own: with another one, gateways would never hear what was changed."""
    if not (settings.data / "keys").exists():
        fail(f"{settings.data} is not ingest's folder, it holds no keys: give --data or INGEST_DATA")
    return settings.data.resolve()


def database_url(settings: IngestSettings) -> str:
    """The one that is named, or the embedded one of a worker that is running."""
    url = settings.database_url or read_urls(settings.data).get("database_url")
    if url is None:
        fail("no database: give --database-url, or start `hearthline ingest run` with this --data")
    return url


@contextmanager
def telling() -> Iterator[None]:
    """End the command with the reason."""
    try:
        yield
    except psycopg.OperationalError as error:
        fail(f"the database does not answer: {error}")
    except (BackupError, PostgresError, RestoreError, ShelfError, ToolError) as error:
        fail(str(error))
