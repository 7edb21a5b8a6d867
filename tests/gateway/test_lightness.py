"""What a Pi has to carry."""

from __future__ import annotations

import json
import subprocess
import sys

HEAVY = {"pydantic", "typer", "structlog", "numpy", "fastapi", "sqlalchemy", "hearthline.cli", "ingest"}

LOAD = "import json, sys, gateway.main; print(json.dumps(sorted(sys.modules)))"


def test_the_gateways_process_loads_nothing_of_the_servers() -> None:
    done = subprocess.run(
        [sys.executable, "-c", LOAD], capture_output=True, text=True, check=True, timeout=30
    )

    assert HEAVY.isdisjoint(json.loads(done.stdout))


def test_the_gateways_process_loads_no_page_and_no_way_to_the_cloud_that_it_may_not_have() -> None:
    done = subprocess.run(
        [sys.executable, "-c", LOAD], capture_output=True, text=True, check=True, timeout=30
    )

    assert {"h11", "html", "gateway.cloud.https", "gateway.cloud.mqtt"}.isdisjoint(json.loads(done.stdout))
