"""All parts of the demo, started in order and ended in reverse. Counts nothing and prints nothing."""

from __future__ import annotations

import socket
import sys
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Final

import psycopg

from clinician_api.db import connect, sessions
from hearthline.demo import channels
from hearthline.demo import home as homes
from hearthline.demo.air import Air
from hearthline.demo.home import Home
from hearthline.demo.logins import Folders, Logins
from hearthline.demo.people import settle
from hearthline.demo.tree import Tree
from hearthline.demo.watching import Watcher
from hearthline.tables import upgrade
from ingest.keys import open_keyring
from ingest.main import read_urls
from ingest.postgres import running

_PATIENCE_S: Final = 120.0
_POLL_S: Final = 0.05
_KEYS: Final = "keys"
"""The folder of master keys and seals."""
_VAULT: Final = "vault"
_CRISIS_S: Final = (5.0, 14.0, 68.0)
"""When home 1 measures 186/112: critical at once, repeated too soon to count, confirmed after a minute."""
_HEARD: Final = "select distinct gateway from ingest.signed_head"
_HEARTHLINE: Final = (sys.executable, "-m", "hearthline")


class StartError(RuntimeError):
    """A part did not come up. The message ends with what the parts said last."""


@dataclass(frozen=True, slots=True)
class Wish:
    """What to run: how many homes, from which seed, for how many seconds of measuring, in which folder, with
    the pages on which port (0: any free one)."""

    homes: int
    seed: int
    seconds: float
    folder: Path
    port: int


@dataclass(frozen=True, slots=True)
class System:
    """A running demo. `url` is where its pages are."""

    tree: Tree
    air: Air
    connection: psycopg.Connection
    homes: tuple[Home, ...]
    url: str
    logins: Logins
    watcher: Watcher

    def stop_gateways(self) -> None:
        """Let every gateway put its work down."""
        self.tree.stop(*map(_name, self.homes))


@contextmanager
def started(wish: Wish, tell: Callable[[str], None]) -> Iterator[System]:
    """Start everything; `tell` hears each step. Raises StartError, AirError or PostgresError."""
    with running(wish.folder / "postgresql") as server, Tree(wish.folder / "logs") as tree:
        tell("database is up")
        upgrade(server.url())
        air = Air(tree.start("air", _air_command(wish), talks=True))
        mqtt = _start_ingest(tree, server.url(), wish.folder / "ingest")
        tell("ingest and broker are up")
        with psycopg.connect(server.url(), autocommit=True) as connection:
            placed = _place_homes(air, connection, wish, mqtt)
            folders = Folders(wish.folder / _KEYS, wish.folder / _VAULT)
            logins = _settle(server.url(), placed, folders)
            homes.settle(connection, placed, logins.institution)
            url = _start_care(tree, server.url(), wish)
            tell("rules, worker and pages are up")
            watcher = Watcher(url, name=logins.names[0], password=logins.password)
            system = System(tree, air, connection, placed, url, logins, watcher)
            tell(f"{len(placed)} homes with two meters each are on the air; their gateways are starting")
            # The first one alone: on a fresh machine it compiles the modules that all of them import.
            _start_gateways(system, placed[:1])
            _start_gateways(system, placed[1:])
            yield system


def _settle(database_url: str, placed: Sequence[Home], folders: Folders) -> Logins:
    engine = connect(database_url, pool=1)
    with sessions(engine).begin() as db:
        logins = settle(db, placed, folders, now=datetime.now(UTC))
    engine.dispose()
    return logins


def _start_care(tree: Tree, database_url: str, wish: Wish) -> str:
    """Rules, worker and pages; the pages' URL."""
    port = wish.port or _free_port()
    url = f"http://127.0.0.1:{port}"
    where = {
        "CARE_DATABASE_URL": database_url,
        "CARE_PUBLIC_ORIGIN": url,
        "CARE_SECURE_COOKIES": "false",
        "CARE_SECOND_FACTOR": "whoever_has_one",
        "CARE_INGEST_DATA": str(wish.folder / "ingest"),
        "CARE_KEYS": str(wish.folder / _KEYS),
        "CARE_VAULT": str(wish.folder / _VAULT),
        "CARE_CHANNELS": str(channels.write(wish.folder)),
    }
    commands = {
        "alerts": ["alerts", "run", "--database-url", database_url],
        "worker": ["worker", "--database-url", database_url],
        "web": ["serve", "--database-url", database_url, "--port", str(port)],
    }
    for name, words in commands.items():
        tree.start(name, [*_HEARTHLINE, *words], env=where)

    def missing() -> list[str]:
        quiet = [name for name in ("alerts", "worker") if "ready" not in tree.log(name).read_text()]
        return quiet if _is_listening(port) else [*quiet, "web"]

    _wait(tree, missing)
    return url


def _free_port() -> int:
    with socket.create_server(("127.0.0.1", 0)) as probe:
        port: int = probe.getsockname()[1]
    return port


def _is_listening(port: int) -> bool:
    try:
        socket.create_connection(("127.0.0.1", port), timeout=1).close()
    except OSError:
        return False
    return True


def _air_command(wish: Wish) -> list[str]:
    options = [("--homes", wish.homes), ("--seed", wish.seed), ("--for", wish.seconds)]
    crises = [("--crisis", at_s) for at_s in _CRISIS_S]
    return [
        *_HEARTHLINE,
        "sim",
        "home",
        "--waits",
        *(str(word) for pair in (*options, *crises) for word in pair),
    ]


def _start_ingest(tree: Tree, database_url: str, data: Path) -> str:
    words = ["ingest", "run", "--embedded-broker", "--database-url", database_url, "--data", str(data)]
    tree.start("ingest", [*_HEARTHLINE, *words])
    _wait(tree, lambda: [] if "mqtt_url" in read_urls(data) else ["ingest"])
    return read_urls(data)["mqtt_url"]


def _place_homes(air: Air, connection: psycopg.Connection, wish: Wish, mqtt: str) -> tuple[Home, ...]:
    root = open_keyring(wish.folder / "ingest" / "keys").root_public
    placed = tuple(
        homes.furnish(place, wish.folder / f"home-{place['home'] + 1}", mqtt=mqtt, root=root)
        for place in air.gateways()
    )
    for each in placed:
        homes.enrol(connection, each)
    return placed


def _start_gateways(system: System, chosen: Sequence[Home]) -> None:
    """A gateway is up when the cloud has its first signed heartbeat."""
    for home in chosen:
        system.tree.start(_name(home), home.command())
    _wait(system.tree, lambda: _unheard(system, chosen))


def _unheard(system: System, chosen: Sequence[Home]) -> list[str]:
    heard = {gateway for (gateway,) in system.connection.execute(_HEARD)}
    return [_name(home) for home in chosen if home.signer.gateway not in heard]


def _wait(tree: Tree, missing: Callable[[], Sequence[str]]) -> None:
    """Until none of the parts is missing any more."""
    deadline = time.monotonic() + _PATIENCE_S
    while late := missing():
        if dead := tree.dead():
            raise StartError(f"{dead[0]} ended at its start\n{tree.last_words(dead[:1])}")
        if time.monotonic() > deadline:
            said = tree.last_words([*late, "ingest"])
            raise StartError(f"not up after {_PATIENCE_S:.0f} s: {', '.join(late)}\n{said}")
        time.sleep(_POLL_S)


def _name(home: Home) -> str:
    return f"gateway-{home.number}"
