"""With only the extra `gateway` installed nothing of the servers is there, and the gateway works."""

from __future__ import annotations

import json
import os
import re
import subprocess
import venv
from importlib.metadata import distribution
from pathlib import Path

import pytest
from packaging.requirements import Requirement

from device_drivers.wire.signing import public_hex
from tests.gateway.home import ROOT

REPOSITORY = Path(__file__).parents[2]
LOCK = REPOSITORY / "requirements" / "gateway.txt"
OURS = ("device_drivers", "gateway", "hearthline")
SERVERS = ("fastapi", "numpy", "psycopg", "scipy", "sqlalchemy", "structlog", "ingest", "bumble")
PATIENCE_S = 60


def locked() -> list[str]:
    """The distributions that the lock names for this machine, at the versions it names."""
    text = LOCK.read_text(encoding="utf-8").replace("\\\n", "")
    lines = [re.sub(r"--hash=\S+", "", line).strip() for line in text.splitlines()]
    wanted = [Requirement(line) for line in lines if line and not line.startswith("#")]
    here = [one for one in wanted if one.marker is None or one.marker.evaluate()]
    assert all(one.specifier.contains(distribution(one.name).version) for one in here)
    return [one.name for one in here]


@pytest.fixture(scope="module")
def python(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The interpreter of an environment that has the lock's distributions and our code, and nothing else.

    They are linked from the environment of the tests, for tests reach no registry.
    """
    root = tmp_path_factory.mktemp("extra")
    venv.create(root, with_pip=False, symlinks=True)
    (site,) = (root / "lib").glob("python*/site-packages")
    for name in locked():
        for top in {file.parts[0] for file in distribution(name).files or ()} - {".."}:
            (site / top).symlink_to(Path(str(distribution(name).locate_file(top))).resolve())
    for package in OURS:
        (site / package).symlink_to(REPOSITORY / package)
    return root / "bin" / "python"


@pytest.fixture
def config(tmp_path: Path) -> Path:
    told = tmp_path / "gateway.toml"
    told.write_text(
        f'data_dir = "{tmp_path / "data"}"\nmqtt = "mqtt://127.0.0.1:1"\nroot = "{public_hex(ROOT)}"\n'
    )
    return told


def ask(python: Path, *arguments: str) -> str:
    """What that interpreter says; whatever the environment of the tests says is kept from it."""
    command = [str(python), "-I", "-W", "error", *arguments]
    done = subprocess.run(
        command, capture_output=True, text=True, check=False, timeout=PATIENCE_S, env={"PATH": os.defpath}
    )
    assert done.returncode == 0, done.stderr
    return done.stdout


@pytest.mark.parametrize("package", SERVERS)
def test_nothing_of_the_servers_or_simulators_can_be_imported_there(python: Path, package: str) -> None:
    found = ask(python, "-c", f"import importlib.util as u; print(u.find_spec({package!r}))")

    assert found == "None\n"


def test_the_home_has_its_time_zone_on_a_machine_that_has_none(python: Path) -> None:
    said = ask(
        python, "-c", "import zoneinfo as z; z.reset_tzpath(to=()); print(z.ZoneInfo('Asia/Shanghai'))"
    )

    assert said == "Asia/Shanghai\n"


def test_gateway_status_works_there(python: Path, config: Path) -> None:
    said = ask(python, "-m", "hearthline", "gateway", "status", "--json", "--config", str(config))

    assert json.loads(said)["outbox"] is None


def test_gateway_run_starts_there_without_pydantic_and_ends_when_told_to(python: Path, config: Path) -> None:
    command = [str(python), "-I", "-m", "hearthline", "gateway", "run", "--config", str(config)]
    with subprocess.Popen(command, stderr=subprocess.PIPE, text=True) as child:
        assert child.stderr is not None
        first = json.loads(child.stderr.readline())
        mapped = Path(f"/proc/{child.pid}/maps").read_text(encoding="utf-8")
        child.terminate()
        child.stderr.read()

    assert first["event"] == "gateway.started"
    assert child.returncode == 0
    # The command-line library brings pydantic along; the process that stays never loads it.
    assert "/cryptography/" in mapped
    assert "/pydantic_core/" not in mapped


def test_another_command_says_which_extra_it_needs(python: Path) -> None:
    done = subprocess.run(
        [python, "-I", "-m", "hearthline", "serve"], capture_output=True, text=True, check=False
    )

    assert done.returncode == 1
    assert "hearthline[server]" in done.stderr
