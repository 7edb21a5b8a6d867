"""What a scenario of the cluster plays on: three NATS nodes, a database with fsync, and enrolled people."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from pathlib import Path
from secrets import token_hex
from typing import Final

from hearthline.demo.tree import Tree
from tests.e2e.crowd import Person
from tests.e2e.servers import Database, database
from tests.e2e.stopwatch import Stopwatch
from tests.e2e.world import eventually
from tests.nats_cluster import HERE, NatsCluster, Place, nats_cluster

PEOPLE: Final = 25
EVERY_S: Final = 0.25
PATIENCE_S: Final = 240.0


@dataclass
class Stage:
    """The servers, and whose gateways they know."""

    people: list[Person]
    server: Database
    cluster: NatsCluster
    tree: Tree


@contextmanager
def built(folder: Path, short: Path, places: Sequence[Place] = HERE) -> Iterator[Stage]:
    """`short`: a folder that any account may enter, for the database."""
    people = [Person() for _ in range(PEOPLE)]
    with ExitStack() as running:
        server = running.enter_context(database(short / token_hex(4)))
        names = [person.gateway for person in people]
        cluster = running.enter_context(nats_cluster(folder, names, guest="bridge", places=places))
        tree = running.enter_context(Tree(folder / "logs"))
        yield Stage(people, server, cluster, tree)


def wait(seconds: float) -> None:
    """So long, as the machine lets us run."""
    watch = Stopwatch()
    eventually(lambda: watch.seconds() > seconds, lambda: "held", within_s=PATIENCE_S)
