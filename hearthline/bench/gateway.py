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

from msgspec.structs import replace
from paho.mqtt.client import Client
from paho.mqtt.enums import CallbackAPIVersion

from device_drivers.wire.batch import MAX_READINGS, Body
from device_drivers.wire.codec import decode
from device_drivers.wire.reading import ByArrival
from gateway import keys, status
from gateway.clock import system_clock
from gateway.outbox import keeping
from gateway.outbox.safe import open_safe
from gateway.outbox.schema import connect, transaction
from gateway.outbox.store import Outbox, Surroundings
from gateway.sealing import Signer
from gateway.sending import MAX_IN_FLIGHT
from hearthline.bench.load import make_sender
from hearthline.bench.receipts import ReceiptStub
from hearthline.bench.servers import mosquitto

_IDLE_S: Final = 10.0
_PATIENCE_S: Final = 30.0
_SCANNING: Final = frozenset({"scanner.started", "scanner.failed"})
"""The second where no adapter is: the gateway was ready to scan all the same."""


@dataclass(frozen=True, slots=True)
class Figures:
    """`rss_mb` is resident after the backlog is gone, `peak_rss_mb` the most it ever was. `drain_s` goes from
    the connection to the last receipt; `raw_drain_s` is the same bytes and receipts over bare MQTT."""

    rss_mb: float
    peak_rss_mb: float
    start_s: float
    readings: int
    drain_s: float
    raw_drain_s: float
    ratio: float
    idle_cpu_percent: float


def measure(readings: int) -> Figures:
    """Start a gateway whose outbox holds that many readings, and watch it."""
    with tempfile.TemporaryDirectory() as folder, mosquitto() as broker:
        data = Path(folder)
        signer = keys.load_or_make(data)
        stub = ReceiptStub(signer.gateway)
        batches = _fill(data / status.OUTBOX, signer, stub.root, readings)
        with stub.on(broker), _running(data, broker, stub.root) as gateway:
            start_s = gateway.wait_for(_SCANNING)
            connected_s = gateway.wait_for({"broker.connected"})
            drained = stub.wait_for(lambda payloads: len(payloads) >= batches) - gateway.began
            resting = _idle_cpu(gateway.child.pid)
            rss, peak = _memory(gateway.child.pid, "VmRSS"), _memory(gateway.child.pid, "VmHWM")
        raw_s = _raw(signer, stub.payloads[:batches])
    return Figures(
        rss_mb=rss,
        peak_rss_mb=peak,
        start_s=round(start_s, 2),
        readings=readings,
        drain_s=round(drained - connected_s, 2),
        raw_drain_s=round(raw_s, 2),
        ratio=round(raw_s / (drained - connected_s), 2),
        idle_cpu_percent=resting,
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
def _running(data: Path, broker: str, root: str) -> Iterator[_Gateway]:
    config = data / "gateway.toml"
    config.write_text(f'data_dir = "{data}"\nmqtt = "{broker}"\nroot = "{root}"\n', encoding="utf-8")
    command = [sys.executable, "-m", "hearthline", "gateway", "run", "--config", str(config)]
    with subprocess.Popen(command, stderr=subprocess.PIPE, text=True) as child:
        try:
            yield _Gateway(child)
        finally:
            child.terminate()


def _fill(path: Path, signer: Signer, root: str, readings: int) -> int:
    """Put readings into a new outbox; how many batches they will be."""
    sample = decode(bytes(make_sender(1, batches=1, readings=1).batches[0].body), Body).readings[0]
    draft = replace(sample, identity=ByArrival())
    Outbox(path, signer, Surroundings(root, system_clock())).close()
    with closing(connect(str(path), open_safe(path, os.urandom))) as db, transaction(db):
        for number in range(readings):
            keeping.keep(db, draft, transfer=number, randbytes=os.urandom)
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
