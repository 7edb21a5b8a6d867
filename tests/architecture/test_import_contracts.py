"""Imports point one way: each contract holds, and each is broken on purpose to see that it would tell."""

from __future__ import annotations

import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from tests.architecture.tree import PACKAGES, PROJECT, ROOT

# For each contract, a file and a line that must not be added to it.
OFFENCES = {
    "The packages, top to bottom": ("ingest/__init__.py", "import hearthline"),
    "The cloud sees measurement and wire, and nothing else of the edge": (
        "clinician_api/__init__.py",
        "import device_drivers.registry",
    ),
    "The simulator shares no code with the decoders it tests": (
        "firmware_sim/__init__.py",
        "import device_drivers.reader",
    ),
    "device_drivers does no I/O": ("device_drivers/reader.py", "import socket"),
    "Decisions are pure": ("gateway/cloud/sending.py", "import asyncio"),
    "The gateway stays small enough for a Pi": ("gateway/settings.py", "import pydantic"),
    "Only the gateway's link and the simulated backend know bleak": ("gateway/main.py", "import bleak"),
    "Only the gateway's bluez knows D-Bus": ("gateway/main.py", "import dbus_fast"),
    "Only the bucket knows influxdb-client": ("ingest/influx/main.py", "import influxdb_client"),
    "Rooms, top to bottom": ("clinician_api/somewhere.py", ""),
    "Ingest's rooms, top to bottom": ("ingest/door/accept.py", "import ingest.store.rows"),
    "The gateway's rooms, top to bottom": ("gateway/outbox/store.py", "import gateway.radio.scanner"),
    "No cycles anywhere": ("gateway/settings.py", "import gateway.main"),
}


def lint(folder: Path) -> subprocess.CompletedProcess[str]:
    program = Path(sys.executable).parent / "lint-imports"
    command = [str(program), "--no-cache", "--config", "pyproject.toml"]
    # Elsewhere the working copy itself is importable; PYTHONPATH puts the copy under test before it.
    environment = {"PYTHONPATH": str(folder), "COLUMNS": "200"}
    return subprocess.run(
        command, cwd=folder, env=environment, capture_output=True, text=True, timeout=120, check=False
    )


@pytest.fixture
def copy(tmp_path: Path) -> Path:
    """The project's packages and its file, free to be spoilt."""
    shutil.copy(ROOT / "pyproject.toml", tmp_path)
    for package in PACKAGES:
        shutil.copytree(ROOT / package, tmp_path / package, ignore=shutil.ignore_patterns("__pycache__"))
    return tmp_path


def broken(folder: Path) -> list[str]:
    """Names of the contracts that the linter reports as broken."""
    lines = lint(folder).stdout.splitlines()
    return [line.removesuffix(" BROKEN") for line in lines if line.endswith(" BROKEN")]


def test_every_contract_holds() -> None:
    outcome = lint(ROOT)
    assert outcome.returncode == 0, outcome.stdout + outcome.stderr


def test_every_contract_has_an_offence() -> None:
    assert [contract["name"] for contract in PROJECT["tool"]["importlinter"]["contracts"]] == list(OFFENCES)


@pytest.mark.parametrize("contract", OFFENCES)
def test_an_offence_breaks_its_contract(contract: str, copy: Path) -> None:
    file, line = OFFENCES[contract]
    with (copy / file).open("a", encoding="utf-8") as module:
        module.write(f"\n{line}\n")
    assert contract in broken(copy)
