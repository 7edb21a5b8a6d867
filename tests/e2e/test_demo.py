"""`hearthline demo` as a user runs it: a page while it runs, one summary at its end, nothing left behind."""

from __future__ import annotations

import json
import os
import subprocess
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

import httpx2
import psutil
import pytest

from tests.e2e.homes import HEARTHLINE

HOMES: Final = 3
COMMAND: Final = [*HEARTHLINE, "demo", "--for", "8", "--homes", str(HOMES), "--port", "0", "--json"]
PATIENCE_S: Final = 90


@dataclass(frozen=True)
class Run:
    """What one run of the demo showed, from outside."""

    page: str
    logins: str
    children: list[psutil.Process]
    stdout: str
    returncode: int
    left: list[Path]

    @property
    def summary(self) -> dict[str, Any]:
        said: dict[str, Any] = json.loads(self.stdout)
        return said


@pytest.fixture(scope="module")
def demo(short_path: Path) -> Run:
    """Run once for all tests of this file, with a folder for temporary files that any account may enter."""
    folder = short_path / "demo"
    folder.mkdir(mode=0o755)
    with subprocess.Popen(
        COMMAND,
        env={**os.environ, "TMPDIR": str(folder)},
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    ) as child:
        assert child.stderr is not None
        url = next(line for line in child.stderr if line.startswith("ready ")).split()[1]
        logins = next(child.stderr) + next(child.stderr)
        page = httpx2.get(url, trust_env=False, follow_redirects=True).text
        children = psutil.Process(child.pid).children(recursive=True)
        stdout, _ = child.communicate(timeout=PATIENCE_S)
    return Run(page, logins, children, stdout, child.returncode, list(folder.iterdir()))


def test_it_prints_exactly_one_json_value_on_one_line(demo: Run) -> None:
    assert demo.stdout.count("\n") == 1
    assert list(demo.summary) == [
        "taken",
        "stored",
        "receipted",
        "lost",
        "doubled",
        "at_risk",
        "quarantined",
        "episodes",
        "follow_ups",
        "p50_ms",
        "p95_ms",
    ]


def test_all_that_the_meters_took_is_stored_once(demo: Run) -> None:
    summary = demo.summary
    assert (summary["lost"], summary["doubled"], demo.returncode) == (0, 0, 0)
    assert summary["stored"] == summary["taken"] == summary["receipted"] >= 2 * HOMES


def test_the_pages_answer_as_soon_as_their_url_is_printed_and_ask_who_is_there(demo: Run) -> None:
    assert 'action="/login"' in demo.page
    assert "doctor" in demo.logins
    assert "password" in demo.logins


def test_the_crisis_of_the_first_home_is_one_episode_with_its_owned_task(demo: Run) -> None:
    assert (demo.summary["episodes"], demo.summary["follow_ups"]) == (1, 1)


def test_every_reading_was_found_by_a_logged_in_client_in_a_page_it_fetched(demo: Run) -> None:
    assert 0 < demo.summary["p50_ms"] <= demo.summary["p95_ms"]


def test_it_leaves_no_process_and_no_file_behind(demo: Run) -> None:
    assert len(demo.children) > HOMES
    assert [child for child in demo.children if child.is_running()] == []
    assert demo.left == []
