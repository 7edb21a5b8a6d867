"""A process that is killed between two of the outbox's commits finds everything that was promised before."""

from __future__ import annotations

import os
import signal
import sqlite3
import subprocess
import sys
from contextlib import closing
from pathlib import Path

import pytest

from device_drivers.wire.batch import is_sealed_by
from device_drivers.wire.signing import public_hex
from gateway.outbox.keyring import mint
from gateway.outbox.safe import Safe, open_safe
from gateway.outbox.schema import SCRIPTS, OutboxError, connect
from tests.gateway.home import ARRIVAL, OURS, draft, outbox, readings_in, sealed

# Says on stdout what the outbox promised, then goes on until it is killed.
BUSY = """
import os, sys
from gateway.outbox.frames import Frame
from gateway.outbox.store import Outbox, Surroundings
from gateway.trust.sealing import Signer
from hearthline import faults
from tests.gateway.home import *
at = faults.from_environment(os.environ)
box = Outbox(sys.argv[1], Signer(GATEWAY, OURS), Surroundings(public_hex(ROOT), TestClock(), os.urandom, at))
box.heed(announcement())
cloud = Cloud()
while True:
    transfer = box.begin(sends_once=True)
    frame = box.hear(Frame(transfer, METER.address, "cuff", "2A35", b"frame", TestClock()()))
    print("frame", frame, flush=True)
    kept = box.keep(draft(ARRIVAL), (frame,), transfer=transfer)
    print("kept", kept.reading.reading_id, flush=True)
    box.end(transfer)
    for batch in box.seal():
        print("sealed", batch.id, batch.payload.hex(), flush=True)
        box.act(cloud.receipt(sealed(box, batch.id)))
        print("receipted", batch.id, flush=True)
"""


@pytest.mark.parametrize(
    "point", ["frame.heard:1", "frame.heard:3", "reading.kept:2", "batch.sealed:2", "receipt.acted:2"]
)
def test_what_was_promised_before_a_kill_is_there_after_it(tmp_path: Path, point: str) -> None:
    path, crash_log = tmp_path / "outbox.db", tmp_path / "crash.log"
    done = subprocess.run(
        [sys.executable, "-c", BUSY, str(path)],
        env={"PYTHONPATH": ".", "HEARTHLINE_CRASH_AT": point, "HEARTHLINE_CRASH_LOG": str(crash_log)},
        capture_output=True,
        text=True,
        check=False,
        timeout=60,
    )
    assert (done.returncode, crash_log.read_text()) == (-signal.SIGKILL, f"{point}\n"), done.stderr
    said = [line.split() for line in done.stdout.splitlines()]
    promised = {line[1] for line in said if line[0] == "kept"}
    receipted = {int(line[1]) for line in said if line[0] == "receipted"}

    box = outbox(path)

    counts = box.counts()
    held = counts.unsent + counts.receipted
    assert len(promised) <= held <= len(promised) + 1
    assert receipted.isdisjoint(box.unsent())
    assert all(box.payload(int(line[1])) == bytes.fromhex(line[2]) for line in said if line[0] == "sealed")
    assert len(box.unsettled()) == (1 if point.startswith("frame") else 0)


def test_a_stream_goes_on_after_a_restart_without_a_gap(tmp_path: Path) -> None:
    path = tmp_path / "outbox.db"
    for start in range(3):
        box = outbox(path, seed=start)
        transfer = box.begin(sends_once=True)
        box.keep(draft(ARRIVAL), (), transfer=transfer)
        box.seal()
        box.close()

    box = outbox(path)
    chain = [sealed(box, batch) for batch in box.unsent()]

    assert [batch.seq for batch in chain] == [1, 2, 3]
    assert [batch.prev_link for batch in chain[1:]] == [batch.link for batch in chain[:2]]
    assert all(is_sealed_by(batch, public_hex(OURS)) for batch in chain)
    assert len({one for batch in chain for one in readings_in(batch)}) == 3


class OnlookersSafe(Safe):
    """Its owner looks at the file as each statement is carried out."""

    def __init__(self, path: Path) -> None:
        super().__init__(mint(os.urandom), os.urandom)
        self._path = path
        self.seen: set[int] = set()

    def teach(self, db: sqlite3.Connection) -> None:
        super().teach(db)
        db.set_trace_callback(lambda _statement: self.seen.add(self._version()))

    def _version(self) -> int:
        with closing(sqlite3.connect(self._path)) as other:
            return int(other.execute("PRAGMA user_version").fetchone()[0])


def test_whoever_looks_at_an_outbox_in_the_making_sees_all_its_tables_or_none(tmp_path: Path) -> None:
    """`gateway status` does, and met a half made one."""
    safe = OnlookersSafe(tmp_path / "outbox.db")

    connect(str(tmp_path / "outbox.db"), safe).close()

    assert safe.seen <= {0, len(SCRIPTS)}


def test_an_outbox_of_a_later_version_is_left_alone(tmp_path: Path) -> None:
    path = str(tmp_path / "outbox.db")
    db = connect(path, open_safe(path, os.urandom))
    db.execute("PRAGMA user_version = 99")
    db.close()

    with pytest.raises(OutboxError, match="newer gateway"):
        connect(path, open_safe(path, os.urandom))
