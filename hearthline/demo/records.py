"""Reads the raw words of records out of every place where one may be. Counts and judges nothing.

The meters' frames are cut up here by hand, not by the drivers: a driver's mistake must show as a loss.
"""

from __future__ import annotations

import os
from collections.abc import Iterable, Iterator, Mapping
from contextlib import closing
from pathlib import Path
from typing import Any, Final

import msgspec
import psycopg

from device_drivers.wire.batch import Body, Sealed
from device_drivers.wire.reading import Reading
from gateway.outbox.safe import open_safe
from gateway.outbox.schema import connect_to_read
from hearthline.demo.summary import Record

_STORED: Final = """
select distinct on (meter, reading_id) meter, time_words, value_words
from (select meter, reading_id, revision, time_words, value_words from ingest.readings
      union all
      select meter, reading_id, revision, time_words, value_words from ingest.unattributed) as everywhere
order by meter, reading_id, revision desc
"""


def numbered(meters: Iterable[Mapping[str, Any]]) -> Iterator[tuple[tuple[str, int], Record]]:
    """Every record of the meters' report with its meter's serial number and its place in that memory."""
    for meter in meters:
        numbers = [(meter["serial"], record["number"]) for record in meter["records"]]
        yield from zip(numbers, _of_meter(meter, meter["records"]), strict=True)


def identities(connection: psycopg.Connection) -> Mapping[Record, str]:
    """The ids under which records stand in residents' readings."""
    rows = connection.execute("select meter, time_words, value_words, reading_id::text from ingest.readings")
    return {Record(*row[:3]): row[3] for row in rows}


def taken(meters: Iterable[Mapping[str, Any]]) -> Iterator[Record]:
    """Every record that the meters' own report names."""
    return (record for meter in meters for record in _of_meter(meter, meter["records"]))


def in_memory(meters: Iterable[Mapping[str, Any]]) -> Iterator[Record]:
    """The records that a meter has not handed over yet; what it handed over, a cuff never sends again."""
    for meter in meters:
        waiting = set(meter["pending"])
        yield from _of_meter(meter, (record for record in meter["records"] if record["number"] in waiting))


def stored(connection: psycopg.Connection) -> Iterator[Record]:
    """Every reading in the tables, once, whoever it belongs to."""
    return (Record(*row) for row in connection.execute(_STORED))


def quarantined(connection: psycopg.Connection) -> Iterator[Record]:
    """The readings that can be read out of quarantine."""
    for (payload,) in connection.execute("select payload from ingest.quarantine"):
        yield from map(_of_reading, _readings_in(bytes(payload)))


def in_outbox(outbox: Path) -> Iterator[Record]:
    """The readings of a gateway that have no receipt."""
    with closing(connect_to_read(outbox, open_safe(outbox, os.urandom))) as db:
        for (body,) in db.execute("SELECT unlock(body, 'waiting', id) FROM waiting"):
            yield _of_reading(msgspec.json.decode(body, type=Reading))
        unsent = (
            "SELECT unlock(sealed, 'payloads', batch) FROM payloads"
            " JOIN batches ON batches.id = batch WHERE outcome IS NULL"
        )
        for (sealed,) in db.execute(unsent):
            yield from map(_of_reading, _readings_in(sealed))


def _of_meter(meter: Mapping[str, Any], records: Iterable[Mapping[str, Any]]) -> Iterator[Record]:
    cut = _cut_pressure if meter["kind"] == "blood_pressure" else _cut_glucose
    for record in records:
        time, value = cut(bytes.fromhex(record["frame"]))
        yield Record(meter["serial"], time.hex(), value.hex())


def _cut_pressure(frame: bytes) -> tuple[bytes, bytes]:
    """Time and values of a 2A35 value: flags, three pressures, time if bit 1, pulse if bit 2."""
    has_time, has_pulse = frame[0] & 0x02, frame[0] & 0x04
    after_time = 14 if has_time else 7
    return frame[7:after_time], frame[1:7] + (frame[after_time : after_time + 2] if has_pulse else b"")


def _cut_glucose(frame: bytes) -> tuple[bytes, bytes]:
    """Time and value of a 2A18 value: flags, number, base time, offset if bit 0, concentration if bit 1."""
    has_offset, has_value = frame[0] & 0x01, frame[0] & 0x02
    after_time = 12 if has_offset else 10
    return frame[3:after_time], frame[after_time : after_time + 2] if has_value else b""


def _readings_in(payload: bytes) -> Iterable[Reading]:
    try:
        return (msgspec.json.decode(payload, type=Reading),)
    except msgspec.DecodeError:
        pass
    try:
        return msgspec.json.decode(msgspec.json.decode(payload, type=Sealed).body, type=Body).readings
    except msgspec.DecodeError:
        return ()


def _of_reading(reading: Reading) -> Record:
    return Record(reading.meter.key, reading.words.time, reading.words.value)
