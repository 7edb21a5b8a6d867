"""The archive of the database's log, written as it is made. Restores nothing."""

from __future__ import annotations

from pathlib import Path
from typing import Final, NoReturn

import psycopg

from ingest.backups import tools
from ingest.backups.shelf import Shelf
from ingest.lineage.identity import cluster_and_timeline

SLOT: Final = "hearthline_backup"
"""By which the server knows what is not in the archive yet."""


def receive(url: str, shelf: Shelf, binaries: Path | None) -> NoReturn:
    """Goes on for ever, in place of this process. Raises ToolError or psycopg's OperationalError.

    Each timeline that it begins with has a folder of its own: `pg_receivewal` would go on from the highest
    number in the folder, and a restored database goes back behind it.
    """
    with psycopg.connect(url, autocommit=True) as connection:
        cluster, timeline = cluster_and_timeline(connection)
        programs = binaries or tools.binaries(connection.info.server_version // 10_000)
    tools.receive(programs, tools.Server(url), shelf.log_folder(cluster, timeline), slot=SLOT)
