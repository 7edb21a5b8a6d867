"""VictoriaMetrics from Debian: takes InfluxDB's writes, and gives back what it holds."""

from __future__ import annotations

import json
import socket
import subprocess
from contextlib import closing
from dataclasses import dataclass, field
from http.client import HTTPConnection
from pathlib import Path

from ingest.influx.line import WORDS
from tests.conftest import missing

PROGRAM = Path("/usr/bin/victoria-metrics")
_PATIENCE_S = 30
_WORDS = tuple(f"_{name}" for name in (*WORDS, "reading_id"))


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
        """Field, resident, millisecond and number of everything it holds. Of a word it keeps a nought."""
        self._ask("/internal/force_flush")
        found = set()
        for text in self._ask("/api/v1/export?match[]={resident!=%22%22}").splitlines():
            series = json.loads(text)
            name, resident = series["metric"]["__name__"], series["metric"]["resident"]
            if name.endswith(_WORDS):
                continue
            points = zip(series["timestamps"], series["values"], strict=True)
            found |= {(name, resident, at, float(value)) for at, value in points}
        return found

    def _ask(self, path: str) -> str:
        with closing(HTTPConnection("127.0.0.1", self.port, timeout=_PATIENCE_S)) as connection:
            connection.request("GET", path)
            return connection.getresponse().read().decode()
