"""The demo from start to summary: run, wait, let everything come home, count. Starts no process itself."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from itertools import chain
from typing import Final

import psycopg
import uvicorn

from hearthline.demo import records
from hearthline.demo.page import HomeRow, create_page
from hearthline.demo.summary import Summary, Whereabouts, count, summarise
from hearthline.demo.system import System, Wish, started
from ingest.life import read_life
from ingest.statement import state
from ingest.store.history import history

_DRAIN_S: Final = 60.0
_POLL_S: Final = 0.2

_READINGS: Final = """
select count(distinct reading_id), max(stored_at) from
 (select reading_id, stored_at, gateway from ingest.readings
  union all select reading_id, stored_at, gateway from ingest.unattributed) as everywhere
where gateway = %s
"""


def run(wish: Wish, *, port: int, ready: Callable[[str], None], tell: Callable[[str], None]) -> Summary:
    """Measure for the wished time or until interrupted, then count. `ready` is told the page's URL."""
    with started(wish, tell) as system:
        with _page(system, port) as url:
            ready(url)
            _pass_time(wish.seconds)
        tell("measuring is over; waiting for the last readings")
        system.air.stop()
        _drain(system)
        system.stop_gateways()
        return _count(system)


def home_rows(system: System) -> list[HomeRow]:
    """What the cloud knows of each home."""
    with psycopg.connect(system.connection.info.dsn, autocommit=True) as connection:
        return [_row(connection, system, index) for index in range(len(system.homes))]


def _row(connection: psycopg.Connection, system: System, index: int) -> HomeRow:
    home = system.homes[index]
    said = state(history(connection, home.signer.gateway, read_life(system.data)))
    found = connection.execute(_READINGS, (home.signer.gateway,)).fetchone()
    stored, last = found or (0, None)
    return HomeRow(
        number=home.number,
        stored=stored,
        verified=sum(stream.arrived for stream in said.streams),
        missing=said.missing,
        age_s=None if last is None else int((datetime.now(UTC) - last).total_seconds()),
        ledger="unknown"
        if said.unknown
        else "incomplete"
        if said.missing
        else "complete"
        if stored
        else "waiting",
    )


@contextmanager
def _page(system: System, port: int) -> Iterator[str]:
    config = uvicorn.Config(create_page(lambda: home_rows(system)), port=port, log_level="error")
    server = uvicorn.Server(config)
    socket = config.bind_socket()
    socket.listen()  # from now on a visitor waits instead of being turned away
    thread = threading.Thread(target=server.run, args=([socket],), name="page", daemon=True)
    thread.start()
    try:
        yield f"http://127.0.0.1:{socket.getsockname()[1]}/"
    finally:
        server.should_exit = True
        thread.join(5)


def _pass_time(seconds: float) -> None:
    """An interrupt from the terminal ends the measuring, not the counting."""
    try:
        time.sleep(seconds)
    except KeyboardInterrupt:
        return


def _drain(system: System) -> None:
    deadline = time.monotonic() + _DRAIN_S
    while time.monotonic() < deadline:
        taken = count(records.taken(system.air.report()))
        if not taken - count(records.stored(system.connection)) and not _unsent(system):
            return
        time.sleep(_POLL_S)


def _unsent(system: System) -> int:
    return sum(counts.unsent for home in system.homes if (counts := home.counts()))


def _count(system: System) -> Summary:
    meters = system.air.report()
    outboxes = [records.in_outbox(home.outbox) for home in system.homes]
    where = Whereabouts(
        taken=count(records.taken(meters)),
        stored=count(records.stored(system.connection)),
        quarantined=count(records.quarantined(system.connection)),
        in_outbox=count(chain.from_iterable(outboxes)),
        in_meter=count(records.in_memory(meters)),
    )
    held = [counts for home in system.homes if (counts := home.counts())]
    items = system.connection.execute("select count(*) from ingest.quarantine").fetchone()
    return summarise(
        where,
        receipted=sum(counts.receipted for counts in held),
        at_risk=sum(counts.at_risk for counts in held),
        quarantined=items[0] if items else 0,
    )
