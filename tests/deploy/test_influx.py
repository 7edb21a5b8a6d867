"""What we ship for InfluxDB and Grafana asks of the copy only what the copy holds. It starts nothing."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import yaml  # type: ignore[import-untyped]  # mkdocs brings it, without types

from ingest.influx.point import (
    DAILY_MEASUREMENTS,
    FIGURES,
    MEASUREMENTS,
    NUMBERS,
    TAGS,
    TRUTHS,
    WHOLES,
    WORDS,
)
from ingest.influx.settings import DAILY, Settings
from tests.architecture.tree import ROOT

SHIPPED = ROOT / "deploy" / "influx"
BOARDS = sorted((SHIPPED / "dashboards").glob("*.json"))
BUCKETS = {"v.defaultBucket", f'v.defaultBucket + "{DAILY}"'}
FIELDS = {*NUMBERS, *WORDS, *WHOLES, *TRUTHS, *FIGURES}
COLUMNS = {"_time", "_value", "_field", "_measurement", *TAGS, *FIELDS}


def read(name: str) -> dict[str, Any]:
    said: dict[str, Any] = yaml.safe_load((SHIPPED / name).read_text(encoding="utf-8"))
    return said


def board(path: Path) -> dict[str, Any]:
    said: dict[str, Any] = json.loads(path.read_text(encoding="utf-8"))
    return said


def questions(path: Path) -> Iterator[str]:
    """Every question in Flux of a dashboard."""
    said = board(path)
    for panel in said["panels"]:
        yield from (target["query"] for target in panel["targets"])
    yield from (variable["query"] for variable in said["templating"]["list"])


def asked() -> list[Any]:
    return [
        pytest.param(text, id=f"{path.stem}-{n}") for path in BOARDS for n, text in enumerate(questions(path))
    ]


@pytest.mark.parametrize("text", asked())
def test_a_panel_asks_for_buckets_measurements_and_columns_that_there_are(text: str) -> None:
    buckets = set(re.findall(r"bucket: ([^,)]+)", text))
    measurements = set(re.findall(r'r\._measurement == "(\w+)"', text))
    fields = set(re.findall(r'r\._field == "(\w+)"', text))
    columns = {
        name for part in re.findall(r"columns: \[([^]]*)\]", text) for name in re.findall(r'"(\w+)"', part)
    }
    named = set(re.findall(r"\br\.(\w+)", text))
    assert buckets
    assert buckets <= BUCKETS
    assert measurements <= {*MEASUREMENTS, *DAILY_MEASUREMENTS}
    assert fields <= FIELDS
    assert columns - {"quality"} <= COLUMNS
    assert named <= COLUMNS


@pytest.mark.parametrize("text", asked())
def test_a_daily_measurement_is_asked_of_the_daily_bucket_and_no_other(text: str) -> None:
    measurements = set(re.findall(r'r\._measurement == "(\w+)"', text))
    is_daily = f'v.defaultBucket + "{DAILY}"' in text
    assert is_daily == bool(measurements & set(DAILY_MEASUREMENTS))


@pytest.mark.parametrize("path", BOARDS, ids=lambda path: path.stem)
def test_a_dashboard_uses_the_datasource_that_is_provisioned(path: Path) -> None:
    (source,) = read("provisioning/datasources/influxdb.yaml")["datasources"]
    text = path.read_text(encoding="utf-8")
    assert set(re.findall(r'"uid": "([^"]+)"', text)) - {board(path)["uid"]} == {source["uid"]}
    assert source["jsonData"]["version"] == "Flux"


def test_panels_have_each_their_number_and_place() -> None:
    for path in BOARDS:
        panels = board(path)["panels"]
        assert len({panel["id"] for panel in panels}) == len(panels)
        assert all(panel["gridPos"]["x"] + panel["gridPos"]["w"] <= 24 for panel in panels)


def test_grafana_finds_the_files_where_the_service_puts_them() -> None:
    grafana = read("compose.yaml")["services"]["grafana"]
    mounts = dict(volume.split(":")[:2] for volume in grafana["volumes"])
    (provider,) = read("provisioning/dashboards/hearthline.yaml")["providers"]
    assert mounts["./dashboards"] == provider["options"]["path"]
    assert mounts["./provisioning"] == "/etc/grafana/provisioning"


def test_the_datasource_knows_what_the_service_tells_it() -> None:
    told = read("compose.yaml")["services"]["grafana"]["environment"]
    text = (SHIPPED / "provisioning/datasources/influxdb.yaml").read_text(encoding="utf-8")
    assert set(re.findall(r"\$(\w+)", text)) <= told.keys()


def test_the_service_makes_the_org_and_bucket_that_the_copying_defaults_to() -> None:
    made = read("compose.yaml")["services"]["influxdb"]["environment"]
    default = Settings.model_fields["bucket"].default
    assert made["DOCKER_INFLUXDB_INIT_BUCKET"] == f"${{INFLUX_BUCKET:-{default}}}"


def test_no_secret_stands_in_what_we_ship_and_nothing_listens_beyond_this_machine() -> None:
    compose = read("compose.yaml")
    for service in compose["services"].values():
        assert all(port.startswith("127.0.0.1:") for port in service["ports"])
        assert set(service["secrets"]) <= compose["secrets"].keys()
    assert all(secret["file"].startswith("./secrets/") for secret in compose["secrets"].values())
    assert (SHIPPED / ".gitignore").read_text(encoding="utf-8") == "secrets/\n"
