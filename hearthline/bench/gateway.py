"""What the gateway weighs, how soon it listens, and how fast it delivers a backlog, against bare MQTT."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator, Sequence
from contextlib import closing, contextmanager
from dataclasses import dataclass
from multiprocessing import get_context
from pathlib import Path
from threading import Event, Semaphore
from typing import Final
from urllib.parse import urlsplit

import msgspec
from msgspec.structs import replace
from paho.mqtt.client import Client
from paho.mqtt.enums import CallbackAPIVersion

from device_drivers.wire.batch import MAX_READINGS, Body
from device_drivers.wire.codec import decode
from device_drivers.wire.reading import ByArrival
from gateway.clock.own import system_clock
from gateway.cloud import status
from gateway.cloud.sending import MAX_IN_FLIGHT
from gateway.outbox import keeping
from gateway.outbox.safe import open_safe
from gateway.outbox.schema import connect, transaction
from gateway.outbox.store import Outbox, Surroundings
from gateway.pairing import household
from gateway.pairing.ties import Tie
from gateway.trust import keys
from gateway.trust.sealing import Signer
from hearthline.bench.bluetoothd import addresses, bluetoothd
from hearthline.bench.load import make_sender
from hearthline.bench.receipts import ReceiptStub
from hearthline.bench.servers import mosquitto

METERS: Final = 20
_IDLE_S: Final = 10.0
_PATIENCE_S: Final = 30.0
_SCANNING: Final = frozenset({"scanner.started"})


@dataclass(frozen=True, slots=True)
class Figures:
    """`rss_mb` is resident after the backlog is gone, `peak_rss_mb` the most it ever was. `drain_s` goes from
    the connection to the last receipt, of which `drain_cpu_s` is what the gateway computed; `raw_drain_s` is
    the same bytes and receipts over bare MQTT. `load`: the machine's load average of a minute, at the end."""

    meters: int
    rss_mb: float
    peak_rss_mb: float
    start_s: float
    readings: int
    drain_s: float
    raw_drain_s: float
    ratio: float
    idle_cpu_percent: float
    drain_cpu_s: float
    load: float


def measure(readings: int, meters: int = METERS) -> Figures:
    """Start a gateway whose outbox holds that many readings of bonded meters, and watch it. Raises
    MissingError."""
    with tempfile.TemporaryDirectory() as folder, mosquitto() as broker, bluetoothd(meters) as bus:
        data = Path(folder)
        signer = keys.load_or_make(data)
        stub = ReceiptStub(signer.gateway)
        batches = _fill(data / status.OUTBOX, signer, stub.root, readings, addresses(meters))
        _tie(data, addresses(meters))
        with stub.on(broker), _running(data, broker, stub.root, bus) as gateway:
            start_s = gateway.wait_for(_SCANNING)
            connected_s = gateway.wait_for({"broker.connected"})
            cpu_s = _cpu_s(gateway.child.pid)
            drained = stub.wait_for(lambda payloads: len(payloads) >= batches) - gateway.began
            cpu_s = _cpu_s(gateway.child.pid) - cpu_s
            resting = _idle_cpu(gateway.child.pid)
            rss, peak = _memory(gateway.child.pid, "VmRSS"), _memory(gateway.child.pid, "VmHWM")
        raw_s = _raw(signer, stub.payloads[:batches])
    return Figures(
        meters=meters,
        rss_mb=rss,
        peak_rss_mb=peak,
        start_s=round(start_s, 2),
        readings=readings,
        drain_s=round(drained - connected_s, 2),
        raw_drain_s=round(raw_s, 2),
        ratio=round(raw_s / (drained - connected_s), 2),
        idle_cpu_percent=resting,
        drain_cpu_s=round(cpu_s, 2),
        load=round(os.getloadavg()[0], 1),
    )


class _Gateway:
    """The process under measurement, its log read line by line."""

    def __init__(self, child: subprocess.Popen[str]) -> None:
        self.child = child
        self.began = time.monotonic()
        self._passed: dict[str, float] = {}

    def wait_for(self, events: frozenset[str] | set[str]) -> float:
        """Seconds from the start to the first of these events."""
        while not events & self._passed.keys():
            line = self.child.stderr.readline() if self.child.stderr else ""
            if not line:
                raise RuntimeError("the gateway ended")
            self._passed.setdefault(json.loads(line)["event"], time.monotonic() - self.began)
        return min(self._passed[event] for event in events & self._passed.keys())


@contextmanager
def _running(data: Path, broker: str, root: str, bus: str) -> Iterator[_Gateway]:
    config = data / "gateway.toml"
    config.write_text(f'data_dir = "{data}"\nmqtt = "{broker}"\nroot = "{root}"\n', encoding="utf-8")
    command = [sys.executable, "-m", "hearthline", "gateway", "run", "--config", str(config)]
    environment = _compiled(data) | {"DBUS_SYSTEM_BUS_ADDRESS": bus}
    with subprocess.Popen(command, stderr=subprocess.PIPE, text=True, env=environment) as child:
        try:
            yield _Gateway(child)
        finally:
            child.terminate()


def _compiled(data: Path) -> dict[str, str]:
    """An environment in which its modules are compiled, as an installation by pip leaves them."""
    environment = {name: value for name, value in os.environ.items() if name != "PYTHONDONTWRITEBYTECODE"}
    environment["PYTHONPYCACHEPREFIX"] = str(data / "compiled")
    load = "import hearthline.faults, gateway.main, gateway.cloud.mqtt, bleak.backends.bluezdbus.scanner"
    subprocess.run([sys.executable, "-c", load], env=environment, check=True)
    return environment


def _tie(data: Path, meters: Sequence[str]) -> None:
    tied = [Tie(address, "UA-651BLE", "kept") for address in meters]
    (data / household.FILE).write_bytes(msgspec.json.encode(tied))


def _fill(path: Path, signer: Signer, root: str, readings: int, meters: Sequence[str]) -> int:
    """Put readings into a new outbox; how many batches they will be."""
    sample = decode(bytes(make_sender(1, batches=1, readings=1).batches[0].body), Body).readings[0]
    draft = replace(sample, identity=ByArrival())
    Outbox(path, signer, Surroundings(root, system_clock())).close()
    with closing(connect(str(path), open_safe(path, os.urandom))) as db, transaction(db):
        for number in range(readings):
            meter = replace(draft.meter, address=meters[number % len(meters)])
            keeping.keep(db, replace(draft, meter=meter), transfer=number, randbytes=os.urandom)
    return -(-readings // MAX_READINGS)


def _idle_cpu(pid: int) -> float:
    """Percent of one core over some seconds in which nothing is to be done."""
    before = _cpu_s(pid)
    time.sleep(_IDLE_S)
    return round((_cpu_s(pid) - before) / _IDLE_S * 100, 2)


def _cpu_s(pid: int) -> float:
    """User and system time; fields 14 and 15 of proc(5), counted after the name in brackets."""
    fields = Path(f"/proc/{pid}/stat").read_text(encoding="ascii").rpartition(")")[2].split()
    return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")


def _memory(pid: int, field: str) -> float:
    """In MB of 10**6 bytes; proc(5) tells kB of 1024."""
    for line in Path(f"/proc/{pid}/status").read_text(encoding="ascii").splitlines():
        name, _, value = line.partition(":")
        if name == field:
            return round(int(value.split()[0]) * 1024 / 1e6, 1)
    raise RuntimeError(f"no {field} in /proc")


def _raw(signer: Signer, payloads: Sequence[bytes]) -> float:
    """Seconds for the same bytes and receipts by a bare client, in a process of its own."""
    stub = ReceiptStub(signer.gateway)
    with mosquitto() as broker, stub.on(broker), get_context("spawn").Pool(1) as pool:
        return pool.apply(_send_bare, (broker, f"hl/v1/{signer.gateway}/", list(payloads)))


def _send_bare(broker: str, prefix: str, payloads: list[bytes]) -> float:
    place, receipts, subscribed = urlsplit(broker), Semaphore(MAX_IN_FLIGHT), Event()
    client = Client(CallbackAPIVersion.VERSION2)
    client.on_connect = lambda client, *_: client.subscribe(f"{prefix}receipt", qos=1)
    client.on_subscribe = lambda *_: subscribed.set()
    client.on_message = lambda *_: receipts.release()
    client.connect(place.hostname or "", place.port or 0)
    client.loop_start()
    subscribed.wait(_PATIENCE_S)
    begin = time.monotonic()
    for payload in payloads:
        receipts.acquire()
        client.publish(f"{prefix}up", payload, qos=1)
    for _ in range(MAX_IN_FLIGHT):
        receipts.acquire()
    seconds = time.monotonic() - begin
    client.disconnect()
    client.loop_stop()
    return seconds
