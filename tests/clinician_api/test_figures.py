"""What the web server and its worker count."""

from __future__ import annotations

import pytest
from fastapi import FastAPI
from fastapi.testclient import TestClient
from prometheus_client import CollectorRegistry, generate_latest

from clinician_api.figures import Jobs


def told(app: FastAPI, **labels: str) -> float | None:
    registry: CollectorRegistry = app.state.registry
    return registry.get_sample_value("hearthline_care_requests_total", labels)


def test_an_answer_is_counted_by_the_pattern_of_its_route(app: FastAPI, client: TestClient) -> None:
    client.get("/healthz")
    client.get("/healthz")
    assert told(app, method="GET", route="/healthz", status="200") == 2


def test_what_was_typed_is_in_no_label(app: FastAPI, client: TestClient) -> None:
    client.get("/residents/13800138000")
    client.get("/王芳")
    client.request("WANGFANG", "/healthz")
    said = generate_latest(app.state.registry).decode()
    assert "13800138000" not in said
    assert "王" not in said
    assert "WANGFANG" not in said
    assert told(app, method="GET", route="none", status="404") == 1


def test_the_time_to_an_answer_is_measured(app: FastAPI, client: TestClient) -> None:
    client.get("/healthz")
    measured = app.state.registry.get_sample_value(
        "hearthline_care_request_seconds_count", {"route": "/healthz"}
    )
    assert measured == 1


def test_open_pages_are_counted_as_they_are(app: FastAPI) -> None:
    assert app.state.registry.get_sample_value("hearthline_care_streams") == 0


def test_a_job_is_counted_by_how_it_ended() -> None:
    registry = CollectorRegistry()
    jobs = Jobs(registry)
    with jobs.counted("seal"):
        pass
    with pytest.raises(ValueError, match="x"), jobs.counted("seal"):
        raise ValueError("x")
    for outcome in ("done", "failed"):
        labels = {"job": "seal", "outcome": outcome}
        assert registry.get_sample_value("hearthline_care_jobs_total", labels) == 1
    last = registry.get_sample_value("hearthline_care_job_last_done_timestamp_seconds", {"job": "seal"})
    assert last is not None
