"""A glucometer cleared between two contacts, its new memory grown past the last record known of the old."""

from __future__ import annotations

from pathlib import Path

from tests.e2e.homes import box, homes, running
from tests.gateway.stub_cloud import StubCloud, stub_cloud


def read_all(folder: Path, broker: str, cloud: StubCloud, *, records: int, in_all: int) -> str:
    """Let one gateway read a meter that starts with an empty memory; the meter's serial number."""
    with homes() as (meters, hci):
        for _ in range(records):
            meters.tell(do="measure", home=0, meter="glucose")
        serial: str = meters.memories()["glucose"]["serial"]
        with running(box(folder, hci, broker)):
            cloud.wait_until(lambda c: len({reading.reading_id for reading in c.readings()}) == in_all)
    (folder / "bonds.json").unlink()  # a meter without memory knows no bond
    return serial


def test_the_records_below_the_last_known_number_arrive_too(tmp_path: Path, broker: str) -> None:
    gateway = box(tmp_path, "", broker).gateway
    with stub_cloud(broker, gateway) as cloud:
        before = read_all(tmp_path, broker, cloud, records=3, in_all=3)
        after = read_all(tmp_path, broker, cloud, records=5, in_all=3 + 5)
    assert before == after
