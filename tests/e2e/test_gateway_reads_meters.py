"""The gateway's process reads real GATT servers over a virtual radio and delivers what they took."""

from __future__ import annotations

from pathlib import Path

from device_drivers.wire.reading import BloodPressure, Glucose
from tests.e2e.homes import box, homes, running, status
from tests.gateway.stub_cloud import StubCloud, stub_cloud


def distinct(cloud: StubCloud) -> int:
    return len({reading.reading_id for reading in cloud.readings()})


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


def test_a_cuff_that_speaks_the_enhanced_form_alone_is_read_with_the_clock_it_showed(
    tmp_path: Path, broker: str
) -> None:
    with homes("--enhanced", "0") as (meters, hci):
        one = box(tmp_path, hci, broker)
        with stub_cloud(broker, one.gateway) as cloud, running(one):
            meters.tell(do="measure", home=0, meter="bp", values={"systolic": "186", "diastolic": "112"})
            cloud.wait_until(lambda c: distinct(c) == 1)
        record = meters.memories()["blood_pressure"]["records"][0]
    (reading,) = {reading.reading_id: reading for reading in cloud.readings()}.values()
    assert isinstance(reading.values, BloodPressure)
    assert (reading.values.systolic, reading.values.diastolic) == ("186", "112")
    assert reading.meter_time == record["time"]
    assert reading.quality == "ok"
    assert status(one.config)["outbox"]["undecodable"] == 0


def test_a_glucometers_memory_arrives_record_by_record(tmp_path: Path, broker: str) -> None:
    with homes() as (meters, hci):
        one = box(tmp_path, hci, broker)
        with stub_cloud(broker, one.gateway) as cloud, running(one):
            for _ in range(3):
                meters.tell(do="measure", home=0, meter="glucose")
            cloud.wait_until(lambda c: distinct(c) == 3)
        taken = meters.memories()["glucose"]["taken"]
    assert taken == 3
    assert all(isinstance(reading.values, Glucose) for reading in cloud.readings())
    assert status(one.config)["outbox"]["undecodable"] == 0


def test_a_cuff_that_hangs_up_early_in_its_first_contact_keeps_its_name(tmp_path: Path, broker: str) -> None:
    with homes() as (meters, hci):
        one = box(tmp_path, hci, broker)
        meters.tell(do="fault", home=0, meter="bp", faults={"drop_link_after": 1})
        for systolic in ("131", "132"):
            meters.tell(do="measure", home=0, meter="bp", values={"systolic": systolic, "diastolic": "85"})
        with stub_cloud(broker, one.gateway) as cloud, running(one):
            cloud.wait_until(lambda c: distinct(c) == 2)
        serial = meters.memories()["blood_pressure"]["serial"]
    assert {reading.meter.key for reading in cloud.readings()} == {serial}
