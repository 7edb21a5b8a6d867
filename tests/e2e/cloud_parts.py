"""Workers between a NATS cluster and a database as processes, which may be killed and started again."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import Any
from uuid import UUID

import psycopg

from gateway.settings import Settings
from hearthline.demo.tree import Tree
from ingest.fleet import registry
from ingest.keys import open_keyring
from ingest.lineage.life import read_life
from ingest.loss.report import Report, report
from ingest.loss.statement import state
from ingest.store.history import gateways, history
from tests.e2e.crowd import Person
from tests.e2e.homes import HEARTHLINE
from tests.e2e.servers import free_port
from tests.gateway.home import METER
from tests.nats_cluster import NatsCluster


@dataclass
class Workers:
    """Some that share the batches of one cluster; each has a door of its own beside it."""

    folder: Path
    tree: Tree
    cluster: NatsCluster
    database_url: str
    count: int = 2
    ports: list[int] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.ports = [free_port() for _ in range(self.count)]
        self.root = open_keyring(self.folder / "keys").root_public

    def start(self, number: int, nodes: str | None = None) -> None:
        """`nodes`: the URLs of some of the cluster's, else of all."""
        papers = self.cluster.papers("ingest")
        environ = {
            "INGEST_DATABASE_URL": self.database_url,
            "INGEST_DATA": str(self.folder),
            "INGEST_NATS_URL": nodes or self.cluster.nats,
            "INGEST_NATS_CA": str(papers.ca),
            "INGEST_NATS_CERTIFICATE": str(papers.certificate),
            "INGEST_NATS_KEY": str(papers.key),
            "INGEST_HTTPS_PORT": str(self.ports[number]),
        }
        self.tree.start(f"worker-{number}", [*HEARTHLINE, "ingest", "run"], env=environ)

    def kill(self, number: int) -> None:
        self.tree.kill(f"worker-{number}")

    def settings(
        self, person: Person, *, over_https: bool = False, told: Mapping[str, Any] | None = None
    ) -> Settings:
        """How that gateway reaches them, as shipped but for what is `told`."""
        if over_https:
            doors = ",".join(f"http://127.0.0.1:{port}" for port in self.ports)
            return Settings(data_dir=self.folder, root=self.root, https=doors, **(told or {}))
        papers = self.cluster.papers(str(person.gateway))
        return Settings(
            data_dir=self.folder,
            root=self.root,
            mqtt=self.cluster.mqtt,
            mqtt_version="3.1.1",
            mqtt_ca=papers.ca,
            mqtt_certificate=papers.certificate,
            mqtt_key=papers.key,
            **(told or {}),
        )


def enrol(database_url: str, people: Sequence[Person]) -> None:
    """Each with a resident who uses the crowd's meter."""
    now = datetime.now(UTC)
    with psycopg.connect(database_url, autocommit=True) as connection:
        for person in people:
            registry.enrol(connection, person.gateway, public=person.public, home=person.home, now=now)
            binding = registry.forever(None, person.resident)
            registry.bind(connection, home=person.home, meter=METER.key, binding=binding, now=now)


def stored(database_url: str) -> list[UUID]:
    """The id of every row that holds a reading."""
    both = "select reading_id from ingest.readings union all select reading_id from ingest.unattributed"
    with psycopg.connect(database_url) as connection:
        return [reading for (reading,) in connection.execute(both)]


def ledger(database_url: str, folder: Path) -> Report:
    life = read_life(folder)
    with psycopg.connect(database_url, autocommit=True) as connection:
        return report(state(history(connection, each, life)) for each in gateways(connection))
