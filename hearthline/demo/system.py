"""All parts of the demo, started in order and ended in reverse. Counts nothing and prints nothing."""

from __future__ import annotations

import sys
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Final

import psycopg

from hearthline.demo import home as homes
from hearthline.demo.air import Air
from hearthline.demo.home import Home
from hearthline.demo.tree import Tree
from hearthline.tables import upgrade
from ingest.keys import open_keyring
from ingest.main import read_urls
from ingest.postgres import running

_PATIENCE_S: Final = 120.0
_POLL_S: Final = 0.05
_HEARD: Final = "select distinct gateway from ingest.signed_head"
_HEARTHLINE: Final = (sys.executable, "-m", "hearthline")


class StartError(RuntimeError):
    """A part did not come up. The message ends with what the parts said last."""


@dataclass(frozen=True, slots=True)
class Wish:
    """What to run: how many homes, from which seed, for how many seconds of measuring, in which folder."""

    homes: int
    seed: int
    seconds: float
    folder: Path


@dataclass(frozen=True, slots=True)
class System:
    """A running demo."""

    tree: Tree
    air: Air
    connection: psycopg.Connection
    homes: tuple[Home, ...]
    data: Path

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
            tell(f"{len(placed)} homes with two meters each are on the air; their gateways are starting")
            system = System(tree, air, connection, placed, wish.folder / "ingest")
            # The first one alone: on a fresh machine it compiles the modules that all of them import.
            _start_gateways(system, placed[:1])
            _start_gateways(system, placed[1:])
            yield system


def _air_command(wish: Wish) -> list[str]:
    options = {"--homes": wish.homes, "--seed": wish.seed, "--for": wish.seconds}
    return [*_HEARTHLINE, "sim", "home", *(str(word) for pair in options.items() for word in pair)]


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
