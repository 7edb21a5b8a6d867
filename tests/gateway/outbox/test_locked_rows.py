"""A stolen card: what its bytes tell without the keys, and what becomes of rows that somebody altered."""

from __future__ import annotations

import json
import sqlite3
from contextlib import closing
from datetime import timedelta
from pathlib import Path

import pytest

from device_drivers.conversation import Mark
from device_drivers.wire.codec import encode
from gateway.outbox import keyring
from gateway.outbox.frames import Frame
from gateway.outbox.keyring import KeyringError
from gateway.outbox.safe import keys_of
from gateway.outbox.schema import SCRIPTS
from gateway.outbox.store import Outbox
from tests.gateway.home import (
    METER,
    NOON,
    TIMED,
    Cloud,
    TestClock,
    draft,
    keep,
    outbox,
    readings_in,
    sealed,
)

VALUE = bytes.fromhex("780050006200")
FRAME = Frame(1, METER.address, "blood_pressure", "2A35", b"\x06" + VALUE, TestClock()())
WRAP = bytes(range(32))


def filled(path: Path, wrap: bytes | None = None) -> Outbox:
    """A frame, a spoiled frame, a waiting reading, a sealed one and a cursor."""
    box = outbox(path, wrap=wrap)
    keep(box, identity=TIMED)
    box.seal()
    keep(box)
    box.hear(FRAME)
    box.spoil(box.hear(FRAME), f"systolic: truncated in {FRAME.value.hex()}")
    box.remember(METER, Mark(7, VALUE))
    return box


def card(path: Path) -> bytes:
    """Every byte of the outbox's files but for the keys."""
    return b"".join(file.read_bytes() for file in path.parent.glob(f"{path.name}*"))


def waiting_row(path: Path) -> tuple[int, bytes]:
    with closing(sqlite3.connect(path)) as db:
        number, body = db.execute("SELECT id, body FROM waiting").fetchone()
    return number, body


def change(path: Path, statement: str, *values: object) -> None:
    with closing(sqlite3.connect(path)) as db, db:
        db.execute(statement, values)


def test_the_bytes_of_a_stolen_outbox_tell_no_value_no_id_and_no_error(tmp_path: Path) -> None:
    path = tmp_path / "outbox.db"
    box = filled(path)
    (batch,) = box.unsent()
    (reading,) = readings_in(sealed(box, batch))

    bytes_of_it = card(path)

    told = [VALUE, VALUE.hex().encode(), b"systolic", reading.bytes, str(reading).encode(), b"2026-03-01T08"]
    assert [one for one in told if one in bytes_of_it] == []


def test_what_was_locked_comes_back_whole(tmp_path: Path) -> None:
    filled(tmp_path / "outbox.db").close()

    box = outbox(tmp_path / "outbox.db")

    assert [left.frame for left in box.unsettled()] == [FRAME]
    assert box.cursor(METER.address) == Mark(7, VALUE)
    assert len(box.seal()) == 1


def test_a_row_that_was_altered_is_lost_alone_and_counted(tmp_path: Path) -> None:
    path = tmp_path / "outbox.db"
    box = outbox(path)
    keep(box, 3)
    number, body = waiting_row(path)
    change(path, "UPDATE waiting SET body = ? WHERE id = ?", body[:-1] + bytes([body[-1] ^ 1]), number)

    (batch,) = box.seal()

    assert len(readings_in(sealed(box, batch.id))) == 2
    assert (box.counts().at_risk, box.counts().unsent) == (1, 2)


def test_a_row_put_in_anothers_place_is_no_reading(tmp_path: Path) -> None:
    path = tmp_path / "outbox.db"
    box = outbox(path)
    keep(box, 2)
    change(path, "UPDATE waiting SET body = (SELECT body FROM waiting WHERE id = 1) WHERE id = 2")

    (batch,) = box.seal()

    assert len(readings_in(sealed(box, batch.id))) == 1


def test_the_keys_are_readable_by_their_owner_alone(tmp_path: Path) -> None:
    outbox(tmp_path / "outbox.db")

    assert keys_of(tmp_path / "outbox.db").stat().st_mode & 0o077 == 0


def test_an_outbox_whose_keys_are_gone_is_left_as_it_is(tmp_path: Path) -> None:
    path = tmp_path / "outbox.db"
    filled(path).close()
    keys_of(path).unlink()
    before = path.read_bytes()

    with pytest.raises(KeyringError, match="put the outbox's keys back"):
        outbox(path)

    assert path.read_bytes() == before


@pytest.mark.parametrize("content", [b"", b"{}", b"HLK1", b"HLK1" + bytes(80), b"\xff" * 40])
def test_a_broken_key_file_says_what_to_do(tmp_path: Path, content: bytes) -> None:
    path = tmp_path / "outbox.db"
    filled(path).close()
    keys_of(path).write_bytes(content)

    with pytest.raises(KeyringError, match=r"outbox\.keys"):
        outbox(path)


def test_keys_locked_under_a_key_from_elsewhere_open_with_it_alone(tmp_path: Path) -> None:
    path = tmp_path / "outbox.db"
    filled(path, WRAP).close()

    assert len(outbox(path, wrap=WRAP).unsettled()) == 1
    with pytest.raises(KeyringError, match="is locked"):
        outbox(path)
    with pytest.raises(KeyringError, match="another key"):
        outbox(path, wrap=bytes(32))


def test_keys_that_lay_open_are_locked_once_there_is_a_key_from_elsewhere(tmp_path: Path) -> None:
    path = tmp_path / "outbox.db"
    filled(path).close()
    assert json.loads(keys_of(path).read_bytes())["blind"]

    outbox(path, wrap=WRAP).close()

    assert b"blind" not in keys_of(path).read_bytes()
    assert len(outbox(path, wrap=WRAP).unsettled()) == 1


def test_the_rows_of_the_first_schema_are_locked_and_their_traces_removed(tmp_path: Path) -> None:
    path = tmp_path / "outbox.db"
    open_rows_of_the_first_schema(path)

    box = outbox(path)
    (batch,) = box.seal()

    assert [left.frame.value for left in box.unsettled()] == [FRAME.value]
    assert len(readings_in(sealed(box, batch.id))) == 1
    assert VALUE not in card(path)
    assert VALUE.hex().encode() not in card(path)


def open_rows_of_the_first_schema(path: Path) -> None:
    reading = draft()
    heard = encode(FRAME.heard)
    with closing(sqlite3.connect(path)) as db, db:
        db.executescript(SCRIPTS[0] + "PRAGMA user_version = 1;")
        db.execute("INSERT INTO streams VALUES (1, ?, 0, ?, NULL)", ("0" * 32, "0" * 64))
        db.execute("INSERT INTO readings VALUES (1, ?, ?, 0, 1, 0, NULL, NULL, 0)", (b"i" * 16, b"t" * 32))
        db.execute("INSERT INTO waiting VALUES (1, ?)", (encode(reading),))
        for error in (None, f"truncated: {FRAME.value.hex()}"):
            db.execute(
                "INSERT INTO frames (transfer, address, driver, characteristic, value, heard, error)"
                " VALUES (1, ?, 'blood_pressure', '2A35', ?, ?, ?)",
                (METER.address, FRAME.value, heard, error),
            )


def hear_cloud_time(box: Outbox, cloud: Cloud) -> None:
    keep(box)
    for batch in box.seal():
        box.act(cloud.receipt(sealed(box, batch.id)))


def test_a_key_that_served_its_time_gives_way_and_still_opens_what_it_locked(tmp_path: Path) -> None:
    path = tmp_path / "outbox.db"
    box = filled(path)
    assert not box.turn_key()  # no time was heard of yet
    hear_cloud_time(box, Cloud(now=NOON))
    assert box.turn_key()  # its life begins
    keep(box)

    hear_cloud_time(box, Cloud(now=NOON + keyring.LIFE))
    assert box.turn_key()
    assert not box.turn_key()
    box.close()
    box = outbox(path)

    assert [row.id for row in keyring.load(keys_of(path), None).rows] == [1, 2]
    assert len(box.unsettled()) == 1
    assert box.cursor(METER.address) == Mark(7, VALUE)


def test_a_key_that_locks_no_row_any_more_is_forgotten(tmp_path: Path) -> None:
    path = tmp_path / "outbox.db"
    box = outbox(path)
    box.remember(METER, Mark(7, VALUE))
    box.spoil(FRAME, "systolic: truncated")
    hear_cloud_time(box, Cloud(now=NOON))
    box.turn_key()
    hear_cloud_time(box, Cloud(now=NOON + keyring.LIFE + timedelta(days=8)))

    box.turn_key()
    change(path, "DELETE FROM payloads")
    hear_cloud_time(box, Cloud(now=NOON + 3 * keyring.LIFE))
    box.turn_key()

    assert 1 not in [row.id for row in keyring.load(keys_of(path), None).rows]
    assert box.cursor(METER.address) == Mark(7, VALUE)
