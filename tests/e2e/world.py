"""The whole chain as processes: homes with meters and gateways, a broker, ingest. Decides nothing."""

from __future__ import annotations

import itertools
import json
import signal
import subprocess
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from itertools import chain
from pathlib import Path
from typing import Any, Final

import psycopg
from typer.testing import CliRunner

from gateway.outbox.counts import Counts
from gateway.outbox.schema import OutboxError, is_made
from hearthline.commands.ingest import app as ingest_app
from hearthline.demo import home as demo_homes
from hearthline.demo import records
from hearthline.demo.home import Home
from hearthline.demo.summary import Elsewhere, Summary, Whereabouts, count, lost, summarise
from hearthline.demo.tree import Tree
from ingest.keys import open_keyring
from tests.conftest import MOSQUITTO, missing
from tests.e2e import testimony
from tests.e2e.bystander import Bystander, bystander
from tests.e2e.homes import HEARTHLINE, Homes
from tests.e2e.servers import free_port, mosquitto_settings

PATIENCE_S: Final = 30.0
_POLL_S: Final = 0.02
_POLL_MOST_S: Final = 0.5

# A test has less time than a home.
_HURRY: Final = {"GATEWAY_HEARTBEAT_S": "0.5", "GATEWAY_RECEIPT_WAIT_S": "1", "GATEWAY_BACKOFF_CAP_S": "0.5"}


@dataclass(frozen=True, slots=True, kw_only=True)
class Setting:
    """What a world is made of. `air` are further options of `hearthline sim home`; with `embeds_broker`
    ingest brings its own."""

    folder: Path
    database_url: str
    homes: int = 1
    air: tuple[str, ...] = ()
    broker_persists: bool = True
    embeds_broker: bool = False


class World:
    """Its parts are named `broker`, `ingest`, and `gateway-1` on. The meters are none: they are witnesses."""

    def __init__(self, setting: Setting, tree: Tree, by: Bystander, port: int) -> None:
        self.mqtt = f"mqtt://127.0.0.1:{port}"
        self.setting = setting
        self.by = by
        self.crash_log = setting.folder / "crash.log"
        self.data = setting.folder / "ingest"
        self._port = port
        self._tree = tree
        self._children: dict[str, subprocess.Popen[str]] = {}
        self._numbers = itertools.count()
        air = ["sim", "home", "--for", "0", "--homes", str(setting.homes), *setting.air]
        self.meters = Homes(tree.start("air", [*HEARTHLINE, *air], talks=True))
        self.homes = self._furnish()
        broker = () if setting.embeds_broker else ("broker",)
        self.parts = (*broker, "ingest", *(f"gateway-{home.number}" for home in self.homes))

    # Its parts

    def start(self, part: str, environ: Mapping[str, str] | None = None) -> None:
        """As systemd would, also again after a kill."""
        self._children[part] = self._tree.start(
            part, self._command(part), env={**_HURRY, "INGEST_MQTT_PORT": str(self._port), **(environ or {})}
        )

    def kill(self, part: str) -> None:
        """Returns at once; the part will be among the `dead`."""
        self._children[part].send_signal(signal.SIGKILL)

    def dead(self) -> list[str]:
        """Parts that were killed and not started again. One that ended in another way is a failure."""
        ended = {part: child.returncode for part, child in self._children.items() if child.poll() is not None}
        assert set(ended.values()) <= {-signal.SIGKILL}, f"{ended}; {self.logs}"
        return list(ended)

    def end(self, *parts: str) -> None:
        """Kill them for good, or until they are started again."""
        for part in parts:
            self.kill(part)
            self._children.pop(part).wait(PATIENCE_S)

    def is_running(self, part: str) -> bool:
        child = self._children.get(part)
        return child is not None and child.poll() is None

    def pid(self, part: str) -> int:
        return self._children[part].pid

    def log(self, part: str) -> Path:
        """What it says of itself."""
        return self._tree.log(part)

    def is_up(self) -> bool:
        """Whether ingest and every gateway have spoken. Not known anew after a kill."""
        spoken = [{name for name, _ in self.by.heard(channel)} for channel in ("lineage", "state")]
        return all(len(names) == len(self.homes) for names in spoken)

    @property
    def logs(self) -> str:
        return f"logs in {self._tree.logs}"

    # What people do

    def measure(self, meters: Sequence[str] = ("bp", "glucose")) -> None:
        """Everybody uses these meters, each time with values of its own."""
        number = next(self._numbers) % 100
        values = {
            "bp": {"systolic": str(100 + number), "diastolic": "70", "pulse": "66", "user": "1"},
            "glucose": {"amount": str(80 + number)},
        }
        for home, meter in itertools.product(self.homes, meters):
            self.meters.tell(do="measure", home=home.number - 1, meter=meter, values=values[meter])

    # What came of it

    def whereabouts(self) -> Whereabouts:
        """Every record of every meter, and where it is now."""
        meters = self.meters.report()
        outboxes = [home.outbox for home in self.homes if is_made(home.outbox)]
        with psycopg.connect(self.setting.database_url) as connection:
            return Whereabouts(
                taken=count(records.taken(meters)),
                stored=count(records.stored(connection)),
                quarantined=count(records.quarantined(connection)),
                in_outbox=count(chain.from_iterable(map(records.in_outbox, outboxes))),
                in_meter=count(records.in_memory(meters)),
            )

    def unsent(self) -> int:
        """Readings in the outboxes without a receipt."""
        return sum(counts.unsent for counts in self._held())

    def summary(self) -> Summary:
        held = self._held()
        counted = Elsewhere(
            receipted=sum(counts.receipted for counts in held),
            at_risk=sum(counts.at_risk for counts in held),
            quarantined=self.ask("select count(*) from ingest.quarantine")[0][0],
        )
        return summarise(self.whereabouts(), counted)

    def drain(self) -> Summary:
        """Wait until all that was taken is in the tables and has its receipt; then count."""
        eventually(self._is_drained, lambda: f"not drained: {self.summary()} {self._lost()}; {self.logs}")
        return self.summary()

    def ledger(self) -> dict[str, Any]:
        """What `hearthline ingest ledger` says."""
        where = ["--database-url", self.setting.database_url, "--data", str(self.data)]
        done = CliRunner().invoke(ingest_app, ["ledger", "--json", *where], catch_exceptions=False)
        said: dict[str, Any] = json.loads(done.stdout)
        return said

    def ask(self, query: str, *values: object) -> list[tuple[Any, ...]]:
        """The database."""
        with psycopg.connect(self.setting.database_url) as connection:
            return connection.execute(query.encode(), values).fetchall()

    def recalled(self) -> int:
        """How many frames gateways asked back from their radios' stacks."""
        return sum(testimony.recalled(self.log(f"gateway-{home.number}")) for home in self.homes)

    def _lost(self) -> list[str]:
        stacks = [home.folder / testimony.STACK for home in self.homes]
        return list(testimony.of_lost(self.meters.report(), lost(self.whereabouts()), stacks))

    def _is_drained(self) -> bool:
        where = self.whereabouts()
        waiting = where.in_meter or where.in_outbox or self.unsent()
        return not waiting and not where.taken - where.stored

    def _held(self) -> list[Counts]:
        return [counts for home in self.homes if (counts := _counts(home))]

    def _furnish(self) -> tuple[Home, ...]:
        """Give each home on the air its gateway, enrolled and not started."""
        root = open_keyring(self.data / "keys").root_public
        version = "3.1.1" if self.setting.embeds_broker else "5"
        places = self.meters.wait_for("ready")["gateways"]
        folders = [self.setting.folder / f"home-{place['home'] + 1}" for place in places]
        homes = tuple(
            demo_homes.furnish(place, folder, mqtt=self.mqtt, root=root, version=version)
            for place, folder in zip(places, folders, strict=True)
        )
        with psycopg.connect(self.setting.database_url, autocommit=True) as connection:
            for home in homes:
                demo_homes.enrol(connection, home)
        return homes

    def _command(self, part: str) -> list[str]:
        match part.partition("-"):
            case ("broker", _, _):
                folder = self.setting.folder / "broker"
                settings = mosquitto_settings(folder, self._port, persists=self.setting.broker_persists)
                return [MOSQUITTO, "-c", str(settings)]
            case ("ingest", _, _):
                where = ["--database-url", self.setting.database_url, "--data", str(self.data)]
                broker = ["--embedded-broker"] if self.setting.embeds_broker else ["--mqtt", self.mqtt]
                return [*HEARTHLINE, "ingest", "run", *broker, *where]
            case (_, _, number):
                return self.homes[int(number) - 1].command()


@contextmanager
def furnished(setting: Setting) -> Iterator[World]:
    """Everything at its place and the meters on the air; no part is started."""
    if not Path(MOSQUITTO).exists():
        missing("Mosquitto")
    port = free_port()
    with Tree(setting.folder / "logs") as tree, ExitStack() as ending:
        ending.callback(_kill_all, tree)
        by = ending.enter_context(bystander(f"mqtt://127.0.0.1:{port}"))
        yield World(setting, tree, by, port)


@contextmanager
def world(setting: Setting) -> Iterator[World]:
    """Everything up and heard by the bystander: each gateway's heart beats, and ingest has greeted each."""
    with furnished(setting) as made:
        for part in made.parts:
            made.start(part)
        eventually(made.is_up, lambda: f"not up; {made.logs}")
        yield made


def _counts(home: Home) -> Counts | None:
    try:
        return home.counts()
    except OutboxError:  # its tables are just being made
        return None


def _kill_all(tree: Tree) -> None:
    """Nobody needs them to put their work down."""
    for part in reversed(tree.running()):
        tree.kill(part)


def eventually(is_true: Callable[[], bool], says: Callable[[], str], *, within_s: float = PATIENCE_S) -> None:
    """Wait until it is true."""
    assert happens(is_true, within_s=within_s), says()


def happens(is_true: Callable[[], bool], *, within_s: float) -> bool:
    """Whether it becomes true in time. Asks again and again: processes tell no event of what they hold.

    At most a quarter of the time goes into asking, so that those who are asked get on with it.
    """
    deadline = time.monotonic() + within_s
    asked = time.monotonic()
    while not (found := is_true()) and time.monotonic() < deadline:
        time.sleep(min(max(_POLL_S, 3 * (time.monotonic() - asked)), _POLL_MOST_S))
        asked = time.monotonic()
    return found
