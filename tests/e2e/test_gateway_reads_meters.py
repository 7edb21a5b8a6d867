"""The gateway's process reads real GATT servers over a virtual radio and delivers what they took."""

from __future__ import annotations

import signal
from pathlib import Path

import pytest

from device_drivers.wire.reading import BloodPressure, Glucose
from tests.e2e.homes import PATIENCE_S, Homes, box, homes, running, status
from tests.gateway.stub_cloud import StubCloud, stub_cloud


def distinct(cloud: StubCloud) -> int:
    return len({reading.reading_id for reading in cloud.readings()})


def measure(meters: Homes, *, systolic: int) -> None:
    """With a value of its own: two equal ones within a second are one to any meter that shows seconds."""
    values = {"systolic": str(systolic), "diastolic": "85", "mean": "100", "pulse": "70"}
    meters.tell(do="measure", home=0, meter="bp", values=values)


def test_a_cuffs_measurement_arrives_with_its_numbers_its_serial_and_its_clock(
    tmp_path: Path, broker: str
) -> None:
    with homes() as (meters, hci):
        one = box(tmp_path, hci, broker)
        with stub_cloud(broker, one.gateway) as cloud, running(one):
            meters.tell(do="measure", home=0, meter="bp")
            cloud.wait_until(lambda c: distinct(c) == 1)
        cuff = meters.memories()["blood_pressure"]
        record = cuff["records"][0]
    (reading,) = {reading.reading_id: reading for reading in cloud.readings()}.values()
    assert isinstance(reading.values, BloodPressure)
    assert reading.meter.key == cuff["serial"]
    assert reading.meter.key_kind == "serial"
    assert reading.values.systolic == record["values"]["systolic"]
    assert reading.clock is not None
    assert reading.battery == 80


def test_a_glucometers_memory_arrives_record_by_record(tmp_path: Path, broker: str) -> None:
    with homes() as (meters, hci):
        one = box(tmp_path, hci, broker)
        with stub_cloud(broker, one.gateway) as cloud, running(one):
            for count in (1, 2, 3):
                meters.tell(do="measure", home=0, meter="glucose")
                cloud.wait_until(lambda c, count=count: distinct(c) == count)  # type: ignore[misc]
        taken = meters.memories()["glucose"]["taken"]
    assert taken == 3
    assert all(isinstance(reading.values, Glucose) for reading in cloud.readings())
    assert status(one.config)["outbox"]["undecodable"] == 0


@pytest.mark.parametrize(
    "point",
    [
        "frame.heard:1",
        "frame.heard:2",
        "reading.kept:2",
        "batch.sealed:1",
        "batch.sent:1",
        "receipt.received:1",
        "receipt.acted:1",
    ],
)
def test_a_gateway_killed_anywhere_loses_and_doubles_no_reading(
    tmp_path: Path, broker: str, point: str
) -> None:
    crash_log = tmp_path / "crash.log"
    crash = {"HEARTHLINE_CRASH_AT": point, "HEARTHLINE_CRASH_LOG": str(crash_log)}
    with homes() as (meters, hci):
        one = box(tmp_path, hci, broker)
        with stub_cloud(broker, one.gateway) as cloud:
            measure(meters, systolic=131)
            measure(meters, systolic=132)
            with running(one, crash) as gateway:
                assert gateway.wait(PATIENCE_S) == -signal.SIGKILL
            with running(one):
                measure(meters, systolic=133)
                cloud.wait_until(lambda c: distinct(c) >= 3)
        taken = meters.memories()["blood_pressure"]["taken"]
    assert crash_log.read_text() == f"{point}\n"
    assert distinct(cloud) == taken == 3
