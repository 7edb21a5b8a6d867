"""The benches run, and give each figure beside its raw limit. How large the figures are is not asserted."""

from __future__ import annotations

import json
import subprocess
import sys
from typing import Any

import pytest

pytestmark = pytest.mark.truth


def bench(*words: str, patience_s: float = 300) -> dict[str, Any]:
    command = [sys.executable, "-m", "hearthline", "bench", *words, "--json"]
    done = subprocess.run(command, capture_output=True, text=True, timeout=patience_s, check=True)
    figures: dict[str, Any] = json.loads(done.stdout)
    return figures


def test_the_gateways_bench_gives_its_figures() -> None:
    figures = bench("gateway", "--readings", "500")
    assert (figures["readings"], figures["meters"]) == (500, 20)
    assert {"rss_mb", "start_s", "drain_s", "raw_drain_s", "ratio", "idle_cpu_percent"} <= figures.keys()


def test_the_alerts_bench_judges_every_reading() -> None:
    figures = bench("alerts", "--residents", "16")
    assert figures["readings"] == 16 * 40 * 5
    assert figures["episodes"] > 0
    assert {"readings_per_s", "residents_per_s", "raw_readings_per_s", "ratio"} <= figures.keys()


def test_the_ingest_bench_leaves_every_reading_in_the_table() -> None:
    figures = bench("ingest", "--readings", "4000")
    assert figures["rows_present"] == 4000
    assert {"readings_per_s", "raw_rows_per_s", "ratio"} <= figures.keys()


def test_gateways_with_connections_of_their_own_lose_nothing_in_the_ingest_bench() -> None:
    figures = bench("ingest", "--readings", "4000", "--gateways", "100")
    assert figures["rows_present"] == 4000


def test_every_home_of_a_morning_gets_its_receipt() -> None:
    figures = bench("peak", "--gateways", "500", "--seconds", "5")
    assert (figures["gateways"], figures["readings"]) == (500, 1000)
    assert (figures["lost"], figures["doubled"]) == (0, 0)
    assert figures["heartbeats"] > 0
    assert {"p50_ms", "p95_ms", "raw_p50_ms", "raw_p95_ms", "ratio"} <= figures.keys()


def test_two_million_readings_stand_in_the_way_of_no_other() -> None:
    figures = bench("curves", "rows", "--rows", "2000000", "--tries", "1", patience_s=900)
    assert [point["at"] for point in figures["points"]] == [0, 124_100, 499_320, 1_998_740]
    assert all(len(point["whole"]) == len(point["raw"]) == 1 for point in figures["points"])
    assert [len(point["empty"]) for point in figures["points"]] == [0, 1, 1, 1]
    assert figures["series"]["window_rows"] == 90 * 4


def test_the_series_bench_asks_a_year_of_readings() -> None:
    figures = bench("series", "--rows", "14600")
    assert (figures["residents"], figures["rows"]) == (10, 10 * 365 * 4)
    assert figures["window_rows"] == 90 * 4
    assert {"window_p50_ms", "latest_p50_ms", "raw_window_p50_ms", "raw_latest_p50_ms"} <= figures.keys()


def test_the_search_bench_finds_among_all_and_among_ones_own() -> None:
    figures = bench("search", "--residents", "1000", "--searches", "20")
    assert (figures["residents"], figures["searches"]) == (1000, 20)
    assert figures["terms"] > 5000
    assert {"supervisor_p95_ms", "doctor_p95_ms", "raw_ms", "ratio"} <= figures.keys()


def test_the_webs_bench_asks_for_every_page() -> None:
    figures = bench("web", "--residents", "100", "--episodes", "60", "--requests", "20")
    assert (figures["residents"], figures["episodes"], figures["requests"]) == (100, 60, 20)
    assert {"worklist_p50_ms", "worklist_p95_ms", "list_p95_ms", "pane_p95_ms"} <= figures.keys()
    assert {"raw_ms", "statements", "ratio"} <= figures.keys()
