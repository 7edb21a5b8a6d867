"""VictoriaMetrics from Debian: takes InfluxDB's writes, and gives back what it holds.

It is not InfluxDB: it keeps milliseconds, numbers and no words, deletes no points and answers no Flux. Of two
values at one millisecond of one series it keeps both; the larger is taken, which a later revision has.
"""

from __future__ import annotations

import json
import socket
import subprocess
from collections.abc import Iterator
from contextlib import closing
from dataclasses import dataclass, field
from datetime import datetime
from decimal import Decimal
from http.client import HTTPConnection
from pathlib import Path
from typing import Any
from uuid import UUID

from ingest.influx.bucket import Bucket
from ingest.influx.point import DAILY_MEASUREMENTS, MEASUREMENTS, WORDS, Key, Point, Value
from tests.conftest import missing

PROGRAM = Path("/usr/bin/victoria-metrics")
_PATIENCE_S = 30
_MILLISECOND_NS = 10**6


@dataclass
class Victoria:
    """May be killed and started again on the same folder and port."""

    folder: Path
    port: int = 0
    child: subprocess.Popen[bytes] | None = field(default=None, repr=False)

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    def start(self) -> None:
        if not PROGRAM.exists():
            missing("VictoriaMetrics")
        if not self.port:
            with socket.create_server(("127.0.0.1", 0)) as probe:
                self.port = probe.getsockname()[1]
        self.child = subprocess.Popen(
            [
                PROGRAM,
                f"-httpListenAddr=127.0.0.1:{self.port}",
                f"-storageDataPath={self.folder}",
                "-retentionPeriod=100y",
                "-loggerLevel=PANIC",
            ],
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
        )
        while self.child.poll() is None:
            try:
                socket.create_connection(("127.0.0.1", self.port), timeout=1).close()
            except ConnectionRefusedError:
                continue
            return
        raise RuntimeError("VictoriaMetrics ended")

    def kill(self) -> None:
        assert self.child is not None
        self.child.kill()
        self.child.wait()

    def held(self) -> set[tuple[str, str, int, float]]:
        """Field, resident, millisecond and number of everything it holds."""
        return {
            (f"{measurement}_{name}", labels["resident"], at, value)
            for measurement, name, labels, at, value in self.samples("")
        }

    def samples(self, span: str) -> Iterator[tuple[str, str, dict[str, str], int, float]]:
        """Measurement, field, tags, millisecond and value of each number. Of a word it keeps a nought, which
        is left out."""
        self._ask("/internal/force_flush")
        found = self._ask("/api/v1/export?match[]={resident!=%22%22}" + span)
        for series in map(json.loads, found.splitlines()):
            labels: dict[str, Any] = series["metric"]
            full = labels.pop("__name__")
            known = (each for each in MEASUREMENTS if full.startswith(f"{each}_"))
            measurement = next(known, None)
            if measurement is None or any(full.startswith(each) for each in DAILY_MEASUREMENTS):
                continue
            name = full.removeprefix(f"{measurement}_")
            if name not in WORDS:
                largest: dict[int, float] = {}
                for at, value in zip(series["timestamps"], series["values"], strict=True):
                    largest[at] = max(float(value), largest.get(at, float(value)))
                for at, number in largest.items():
                    yield measurement, name, labels, at, number

    def _ask(self, path: str) -> str:
        with closing(HTTPConnection("127.0.0.1", self.port, timeout=_PATIENCE_S)) as connection:
            connection.request("GET", path)
            return connection.getresponse().read().decode()


@dataclass
class VictoriaCopy:
    """The copy as VictoriaMetrics gives it back: numbers at milliseconds."""

    server: Victoria
    bucket: Bucket

    def write(self, lines: bytes) -> None:
        self.bucket.write(lines)

    def erase(self, resident: UUID, begin: datetime, end: datetime) -> None:
        raise AssertionError("it deletes no points")

    def clear(self, until: datetime) -> None:
        raise AssertionError("it deletes no points")

    def held(self, begin: datetime, end: datetime) -> list[Point]:
        span = f"&start={begin.timestamp():.0f}&end={end.timestamp() - 0.001:.3f}"
        points: dict[Key, dict[str, Value]] = {}
        for measurement, name, labels, at, value in self.server.samples(span):
            key = Key(measurement, UUID(labels["resident"]), labels.get("unit"), at * _MILLISECOND_NS)
            points.setdefault(key, {})[name] = Decimal(repr(value))
        return [Point(key, fields) for key, fields in points.items()]

    def seen(self, one: Point) -> Point:
        at = one.key.at // _MILLISECOND_NS * _MILLISECOND_NS
        numbers: dict[str, Value] = {
            name: Decimal(value) for name, value in one.fields.items() if not isinstance(value, str)
        }
        return Point(one.key._replace(at=at), numbers)
