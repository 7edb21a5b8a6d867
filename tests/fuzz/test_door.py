"""The cloud's door under a coverage-guided fuzzer: a verdict for any bytes, in bounded memory."""

from __future__ import annotations

import os
import subprocess
import sys
from importlib.util import find_spec
from pathlib import Path

import pytest

from tests.architecture.tree import ROOT
from tests.ingest.making import make_arrival, make_body, make_reading

pytestmark = [
    pytest.mark.truth,
    pytest.mark.skipif(find_spec("atheris") is None, reason="atheris has no wheel for this machine"),
]

SECONDS = int(os.environ.get("FUZZ_SECONDS", "600"))
MOST_MB = 512


@pytest.fixture
def corpus(tmp_path: Path) -> Path:
    folder = tmp_path / "corpus"
    folder.mkdir()
    bodies = [
        make_body(make_reading()),
        make_body(make_reading(1), make_reading(2)),
        make_body(make_arrival()),
    ]
    for number, body in enumerate(bodies):
        (folder / str(number)).write_bytes(b"\1" + body)
    return folder


def test_the_fuzzer_finds_no_bytes_that_crash_the_door_or_fill_its_memory(
    corpus: Path, tmp_path: Path
) -> None:
    limits = [
        f"-max_total_time={SECONDS}",
        f"-rss_limit_mb={MOST_MB}",
        "-max_len=70000",
        "-seed=1",
        "-timeout=10",
    ]
    fuzzer = subprocess.run(
        [sys.executable, "-m", "tests.fuzz.door", *limits, f"-artifact_prefix={tmp_path}/", str(corpus)],
        cwd=ROOT,
        capture_output=True,
        text=True,
        timeout=SECONDS + 120,
        check=False,
    )
    assert fuzzer.returncode == 0, fuzzer.stderr[-4000:]
    assert "Done" in fuzzer.stderr
