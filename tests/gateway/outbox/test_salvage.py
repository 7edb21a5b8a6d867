"""An outbox whose file rots: a new one takes over what can be read, and nobody has to come."""

from __future__ import annotations

from pathlib import Path
from random import Random

import pytest

from device_drivers.conversation import Mark
from device_drivers.wire.signing import public_hex
from gateway.outbox.frames import Frame
from gateway.outbox.opening import open_outbox, suspect
from gateway.outbox.schema import OutboxError
from gateway.outbox.store import Outbox, Surroundings
from gateway.trust.sealing import Signer
from tests.gateway.home import (
    ARRIVAL,
    GATEWAY,
    METER,
    OURS,
    ROOT,
    Cloud,
    TestClock,
    keep,
    outbox,
    readings_in,
    sealed,
)
from tests.gateway.quiet_log import QuietLog

PAGE = 4096

FRAME = Frame(1, METER.address, "blood_pressure", "2A35", b"\x00\x78", TestClock()())


def opened(path: Path, log: QuietLog | None = None) -> Outbox:
    around = Surroundings(public_hex(ROOT), TestClock(), Random(5).randbytes)
    return open_outbox(path, Signer(GATEWAY, OURS), around, log or QuietLog())


def spoil_page(path: Path, needle: bytes) -> None:
    """Overwrite the page on which these bytes stand."""
    content = bytearray(path.read_bytes())
    at = content.rindex(needle) // PAGE * PAGE
    content[at : at + PAGE] = b"\xff" * PAGE
    path.write_bytes(bytes(content))


def test_a_sound_outbox_is_opened_as_it_is(tmp_path: Path) -> None:
    keep(outbox(tmp_path / "outbox.db"))

    assert opened(tmp_path / "outbox.db").counts().unsent == 1
    assert not list(tmp_path.glob("*.salvaged"))


def test_a_file_that_is_no_outbox_any_more_makes_way_for_a_new_one(tmp_path: Path) -> None:
    path, log = tmp_path / "outbox.db", QuietLog()
    outbox(path).close()
    path.write_bytes(b"\xff" * 40_960)

    box = opened(path, log)

    keep(box)
    assert (box.counts().unsent, box.counts().at_risk) == (1, 1)
    assert log.events == ["outbox.damaged"]
    assert (tmp_path / "outbox.db.salvaged").stat().st_size == 40_960


def test_what_can_be_read_of_a_damaged_outbox_goes_into_the_new_one(tmp_path: Path) -> None:
    path = tmp_path / "outbox.db"
    box = outbox(path)
    waiting = keep(box, identity=ARRIVAL)
    box.seal()
    done = keep(box, identity=ARRIVAL)
    for batch in box.seal():
        box.act(Cloud().receipt(sealed(box, batch.id)))
    waiting += keep(box, identity=ARRIVAL)
    box.hear(FRAME)
    box.remember(METER, Mark(9, b"words"))
    old = box.head().stream
    box.close()
    spoil_page(path, b"BP-1")  # the page of the meters
    suspect(path)

    fresh = opened(path)

    rows = [one for batch in fresh.seal() for one in readings_in(sealed(fresh, batch.id))]
    assert sorted(rows) == sorted([*waiting, *done])
    assert fresh.meter(METER.address) is None
    assert [left.frame for left in fresh.unsettled()] == [FRAME]
    assert fresh.counts().at_risk == 0
    assert fresh.head().stream != old


def test_an_outbox_that_cannot_be_opened_for_another_reason_stays_and_says_so(tmp_path: Path) -> None:
    (tmp_path / "outbox.db").mkdir()

    with pytest.raises(OutboxError, match="look at the disk"):
        opened(tmp_path / "outbox.db")


def test_on_suspicion_alone_a_sound_outbox_stays(tmp_path: Path) -> None:
    path = tmp_path / "outbox.db"
    keep(outbox(path))
    suspect(path)

    assert opened(path).counts().unsent == 1
    assert not (tmp_path / "outbox.db.suspect").exists()


def test_an_outbox_put_aside_before_a_crash_is_read_at_the_next_start(tmp_path: Path) -> None:
    path = tmp_path / "outbox.db"
    box = outbox(path)
    ids = keep(box, 2, identity=ARRIVAL)
    box.seal()
    ids += keep(box, identity=ARRIVAL)
    box.hear(FRAME)
    box.remember(METER, Mark(9, b"words"))
    box.close()
    path.rename(tmp_path / "outbox.db.damaged")

    fresh = opened(path)

    assert [left.frame for left in fresh.unsettled()] == [FRAME]
    assert fresh.meter(METER.address) == METER
    assert fresh.cursor(METER.address) is None  # its memory is read again, whole
    assert fresh.counts().at_risk == 0
    (batch,) = fresh.seal()
    assert sorted(readings_in(sealed(fresh, batch.id))) == sorted(ids)
